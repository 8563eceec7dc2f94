import type { Sweep } from '../../queue/alarms.ts'
import type { ChairTelephones } from './conference/chair-telephones.ts'
import type { RejoinAccess } from './conference/rejoin-access.ts'
import type { Talks } from './conference/talks.ts'
import type { Leaving } from './rooms/leaving.ts'
import type { Voices } from './rooms/voices.ts'
import type { Elsewhere } from './dial/elsewhere.ts'
import type { Turns } from './dial/turns.ts'

export interface EmergencyJobsOptions {
  telephones: Pick<ChairTelephones, 'letGoUnheard'>
  talks: Pick<Talks, 'tellDue'>
  turns: Turns
  elsewhere: Elsewhere
  rejoinAccess: Pick<RejoinAccess, 'repair'>
  voices: Voices
  leaving: Leaving
}

/** What neither the journal nor a commit has told: telephones that went silent, talks and turns that last, a PBX that knows too little. */
export const emergencySweeps = ({ telephones, talks, turns, elsewhere, rejoinAccess, voices, leaving }: EmergencyJobsOptions): Sweep[] => [
  { name: 'emergency-chairs', pace: 'emergency', run: telephones.letGoUnheard },
  { name: 'emergency-talks', pace: 'emergency', run: talks.tellDue },
  { name: 'emergency-turns', pace: 'emergency', run: turns.passDue },
  { name: 'emergency-silent-pbx', pace: 'emergency', run: elsewhere.ring },
  { name: 'rejoin access', pace: 'ordinary', run: rejoinAccess.repair },
  { name: 'voices of a conference', pace: 'emergency', run: voices.catchUp },
  { name: 'conferences on a draining PBX', pace: 'ordinary', run: leaving.leave }
]
