import type { Queryable } from '../../db/database.ts'
import { linkedSight, orderKind, type LinkedOrder } from '../../access/rules/visibility.ts'
import type { Actor } from '../../domain/roles.ts'
import type { CallEntryKind } from './rules/call.ts'

/** An order a call is tied to; `by`: who took it in, `about`: the unit complained about. */
export interface Belonging { restricted: boolean, confidential: boolean, about: string | null, by: string }

export const linked = ({ about, ...order }: Omit<Belonging, 'by'>): LinkedOrder => ({ kind: orderKind(order), about })
/** The same for what this person may know or read: who took it in counts. For a call's number the strictest order decides. */
export const tied = ({ by, ...order }: Belonging): LinkedOrder => ({ ...linked(order), by })

export interface TimelineEntry { at: Date, kind: CallEntryKind, actor: string, detail: Record<string, unknown> }
/** `waits`: the order whose callback waits for this caller; the call need not belong to it. */
type TimelineRow = TimelineEntry & { waits: Belonging | null }

/** Entries of a call that became part of this one stay its own and are read here. */
export const timelineOf = async (q: Queryable, callId: string): Promise<TimelineRow[]> => await q.query<TimelineRow>(`
  select e.at, e.kind, e.actor, e.detail, (select jsonb_build_object('restricted', o.restricted, 'confidential', o.confidential,
      'about', o.about_unit_id, 'by', o.created_by)
    from work_order_read o where e.kind = 'callback-awaited' and o.id = (e.detail->>'order')::uuid) as waits
  from call_event e where e.call_id = $1 or e.call_id in (select id from call where merged_into = $1) order by e.at, e.id`, [callId])

const ordinary: LinkedOrder = { kind: 'ordinary', about: null }

/** Whether this person may know that the call was recorded: each of its orders says it, a call without one as an ordinary order does. */
export const knowsRecordings = (
  actor: Actor, { unitPath, belongs }: { unitPath: readonly string[], belongs: readonly Belonging[] }
): boolean =>
  (belongs.length === 0 ? [ordinary] : belongs.map(tied)).every(order => linkedSight(actor, order, unitPath)?.recordings === true)

const ofRecording: readonly CallEntryKind[] = ['recording', 'recorded', 'not-recorded']

const withoutNote = ({ note: _note, ...detail }: Record<string, unknown>): Record<string, unknown> => detail

/**
 * A call's timeline for one person. The note of its wrap-up (小结) is of its orders' words: a person who may not read those reads only
 * their own note. Where an order waits of which this person may not know, nothing says so.
 */
export function shownTimeline (
  rows: readonly TimelineRow[], actor: Actor, { unitPath, belongs }: { unitPath: readonly string[], belongs: readonly Belonging[] }
): TimelineEntry[] {
  const reads = belongs.every(order => linkedSight(actor, tied(order), unitPath)?.words === true)
  const knows = knowsRecordings(actor, { unitPath, belongs })
  const told = rows.filter(({ kind, waits }) =>
    (knows || !ofRecording.includes(kind)) && (waits === null || linkedSight(actor, tied(waits), unitPath) !== null))
  return told.map(
    ({ waits: _waits, ...entry }) => reads || entry.actor === actor.id ? entry : { ...entry, detail: withoutNote(entry.detail) }
  )
}
