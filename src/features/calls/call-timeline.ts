import { linkedSight, type LinkedOrder } from '../../access/rules/visibility.ts'
import type { ReaderUnit } from '../../domain/people/reader-unit.ts'
import type { Actor } from '../../domain/people/roles.ts'
import type { Belonging, TimelineEntry, TimelineRow } from './calls-store.ts'
import type { CallEntryKind } from './rules/call.ts'

/** The order for what says whose number it is: there, who took it in does not count. */
export const withoutTaker = ({ kind, about }: Belonging): LinkedOrder => ({ kind, about })

const ordinary: LinkedOrder = { kind: 'ordinary', about: null }

/** Whether this person may know that the call was recorded: each of its orders says it, a call without one as an ordinary order does. */
export const knowsRecordings = (
  actor: Actor, { ownUnit, belongs }: { ownUnit: ReaderUnit, belongs: readonly Belonging[] }
): boolean =>
  (belongs.length === 0 ? [ordinary] : belongs).every(order => linkedSight(actor, order, ownUnit)?.recordings === true)

const ofRecording: readonly CallEntryKind[] = ['recording', 'recorded', 'not-recorded']

const withoutNote = ({ note: _note, ...detail }: Record<string, unknown>): Record<string, unknown> => detail

/**
 * A call's timeline for one person. The note of its wrap-up (小结) is of its orders' words: a person who may not read those reads only
 * their own note. Where an order waits of which this person may not know, nothing says so.
 */
export function shownTimeline (
  rows: readonly TimelineRow[], actor: Actor, { ownUnit, belongs }: { ownUnit: ReaderUnit, belongs: readonly Belonging[] }
): TimelineEntry[] {
  const reads = belongs.every(order => linkedSight(actor, order, ownUnit)?.words === true)
  const knows = knowsRecordings(actor, { ownUnit, belongs })
  const told = rows.filter(({ kind, waits }) =>
    (knows || !ofRecording.includes(kind)) && (waits === null || linkedSight(actor, waits, ownUnit) !== null))
  return told.map(
    ({ waits: _waits, ...entry }) => reads || entry.actor === actor.id ? entry : { ...entry, detail: withoutNote(entry.detail) }
  )
}
