import type { HealthCheck } from './http/kit/health-check.ts'
import type { NumberFinder } from './http/kit/number-finder.ts'
import type { Routes } from './http/kit/routes.ts'
import type { BelievedChannel } from './pbx/journal/lost-channels.ts'
import type { JournalHandler } from './pbx/pbx-event.ts'
import type { AlarmHandler, Sweep } from './queue/alarms.ts'

/**
 * What a capability gives to the running service: its `module.ts` is handed what it needs and answers this. A door with nothing behind
 * it is left out.
 */
export interface Module {
  /** as other modules name it in `after`; one of a kind */
  name: string
  routes?: readonly Routes[]
  /** What it does when the PBX reports something. `after` names the modules whose rows it relies on: they hear first. */
  journal?: { handler: JournalHandler, after?: readonly string[] }
  /** what it does when its alarm rings */
  alarms?: readonly AlarmHandler[]
  /** what it finds due from rows alone */
  sweeps?: readonly Sweep[]
  health?: readonly HealthCheck[]
  /** what it has of one telephone number */
  ofNumber?: NumberFinder
  /** channels of this PBX that live by what its rows say */
  believedChannels?: (node: string) => Promise<BelievedChannel[]>
  /** After a login to this PBX, before anything else: has it read the files it could not be told of. */
  reloadPbx?: (node: string) => Promise<void>
  /** After a login to this PBX, with the journal caught up. */
  exchangeIsUp?: (node: string) => Promise<void>
  /** in the process that does the work: begins, and ends in order */
  start?: () => Promise<void>
  stop?: () => Promise<void>
}
