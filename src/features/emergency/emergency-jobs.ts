import type { Sweep } from '../../queue/alarms.ts'
import type { ChairTelephones } from './conference/chair-telephones.ts'
import type { RejoinAccess } from './conference/rejoin-access.ts'
import type { Talks } from './conference/talks.ts'
import type { Turns } from './dial/turns.ts'

export interface EmergencyJobsOptions {
  telephones: Pick<ChairTelephones, 'letGoUnheard'>
  talks: Pick<Talks, 'tellDue'>
  turns: Turns
  rejoinAccess: Pick<RejoinAccess, 'repair'>
}

/** What neither the journal nor a commit has told: telephones that went silent, talks and turns that last, a PBX that knows too little. */
export const emergencySweeps = ({ telephones, talks, turns, rejoinAccess }: EmergencyJobsOptions): Sweep[] => [
  { name: 'emergency-chairs', pace: 'emergency', run: telephones.letGoUnheard },
  { name: 'emergency-talks', pace: 'emergency', run: talks.tellDue },
  { name: 'emergency-turns', pace: 'emergency', run: turns.passDue },
  { name: 'rejoin access', pace: 'ordinary', run: rejoinAccess.repair }
]
