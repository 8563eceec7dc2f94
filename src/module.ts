import type { OrdersOf } from './access/audit-reading.ts'
import type { Resealed } from './db/keys/resealing.ts'
import type { HealthCheck } from './domain/health-check.ts'
import type { EnvelopeKind } from './http/kit/envelope-kind.ts'
import type { NumberFinder } from './http/kit/number-finder.ts'
import type { Routes } from './http/kit/routes.ts'
import type { BelievedChannel } from './pbx/journal/lost-channels.ts'
import type { JournalHandler } from './pbx/pbx-event.ts'
import type { AlarmHandler, Sweep } from './queue/alarms.ts'

/**
 * A capability's part in the running service: its `module.ts` is handed its needs and returns this. Unused fields are left
 * out.
 */
export interface Module {
  /** its name in other modules' `after`; unique */
  name: string
  routes?: readonly Routes[]
  /** Its reaction to events of the PBX. `after` names the modules whose rows it relies on: they hear first. */
  journal?: { handler: JournalHandler, after?: readonly string[] }
  /** its actions when an alarm rings */
  alarms?: readonly AlarmHandler[]
  /** its search for due rows without an alarm */
  sweeps?: readonly Sweep[]
  health?: readonly HealthCheck[]
  /** its part in the search by number (查号码) */
  ofNumber?: NumberFinder
  /** its sealed columns, which go to the key that writes: each of them (docs/decisions/0071) */
  resealed?: Resealed
  /** messages of other systems that it takes */
  takes?: readonly EnvelopeKind[]
  /** orders that these of its ids belong to: who may not know of the order reads nothing of them in the audit */
  ordersOf?: OrdersOf
  /** channels of this PBX that live according to its rows */
  believedChannels?: (node: string) => Promise<BelievedChannel[]>
  /** After a login to this PBX, with the journal caught up and the desired state given. */
  exchangeIsUp?: (node: string) => Promise<void>
  /**
   * In the process that does the work: begins, and ends in order. A module that listens to the PBX's live state does so from its making, in
   * every process: servers too show who rings. Such a listener acts twice without harm.
   */
  start?: () => Promise<void>
  stop?: () => Promise<void>
}
