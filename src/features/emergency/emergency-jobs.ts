import type { Sweep } from '../../queue/alarms.ts'
import type { ChairTelephones } from './conference/chair-telephones.ts'
import type { RejoinAccess } from './conference/rejoin-access.ts'
import type { Talks } from './conference/talks.ts'

export interface EmergencyJobsOptions {
  telephones: Pick<ChairTelephones, 'letGoUnheard'>
  talks: Pick<Talks, 'tellDue'>
  rejoinAccess: Pick<RejoinAccess, 'repair'>
}

/** What neither the journal nor a commit has told: telephones that went silent, talks that last, a PBX that knows too little. */
export const emergencySweeps = ({ telephones, talks, rejoinAccess }: EmergencyJobsOptions): Sweep[] => [
  { name: 'emergency-chairs', pace: 'emergency', run: telephones.letGoUnheard },
  { name: 'emergency-talks', pace: 'emergency', run: talks.tellDue },
  { name: 'rejoin access', pace: 'ordinary', run: rejoinAccess.repair }
]
