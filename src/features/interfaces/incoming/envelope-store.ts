import type { Queryable, Tx } from '../../../db/database.ts'
import type { TokenPurpose } from '../../../domain/people/roles.ts'
import type { EnvelopeState, Fault, QuarantineReason } from './rules/judge.ts'

export interface NewEnvelope {
  id: string
  interfaceId: string
  messageId: string
  differs: boolean
  sender: string
  senderUnitId: string | null
  purposes: readonly TokenPurpose[]
  sentAt: Date
  kind: string | null
  version: string | null
  at: Date | null
  bodySealed: Buffer
  /** null: it can be taken */
  reason: QuarantineReason | null
  faults: readonly Fault[]
}

/** A message that waits to be taken, or for a person. @returns false: one came under this id before */
export async function insertEnvelope (tx: Tx, e: NewEnvelope, now: Date): Promise<boolean> {
  return (await tx.query(`
    insert into envelope (id, interface_id, message_id, differs, sender, sender_unit_id, purposes, sent_at, received_at, kind,
        schema_version, at, body_sealed, reason, faults, state, due_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::text, $15,
        case when $14::text is null then 'waiting' else 'quarantined' end, case when $14::text is null then $9::timestamptz end)
      on conflict (interface_id, message_id) where not differs do nothing returning 1`,
  [e.id, e.interfaceId, e.messageId, e.differs, e.sender, e.senderUnitId, e.purposes, e.sentAt, now, e.kind, e.version, e.at, e.bodySealed,
    e.reason, JSON.stringify(e.faults)])).length > 0
}

/** Everything that came under this id, the first one first; that one is locked against a second that comes at the same moment. */
export const lockEarlier = async (
  tx: Tx, interfaceId: string, messageId: string
): Promise<Array<{ id: string, bodySealed: Buffer }>> => await tx.query(`
  select id, body_sealed as "bodySealed" from envelope where interface_id = $1 and message_id = $2
    order by differs, received_at, id for update`, [interfaceId, messageId])

/** How a message stands, as its sender is told. */
export interface EnvelopeOutcome {
  id: string
  state: EnvelopeState
  reason: QuarantineReason | null
  faults: Fault[]
  answer: Record<string, unknown> | null
}

export async function outcomeOf (q: Queryable, id: string): Promise<EnvelopeOutcome | null> {
  const [row] = await q.query<EnvelopeOutcome>('select id, state, reason, faults, answer from envelope where id = $1', [id])
  return row ?? null
}

export interface LockedEnvelope {
  id: string
  interfaceId: string
  state: EnvelopeState
  reason: QuarantineReason | null
  sender: string
  senderUnitId: string | null
  purposes: TokenPurpose[]
  tries: number
  /** null: it waits for nothing, or for a person */
  dueAt: Date | null
  /** as mended, where a person has mended it */
  bodySealed: Buffer
}

export async function lockEnvelope (tx: Tx, id: string): Promise<LockedEnvelope | null> {
  const [row] = await tx.query<LockedEnvelope>(`
    select id, interface_id as "interfaceId", state, reason, sender, sender_unit_id as "senderUnitId", purposes, tries,
        due_at as "dueAt", coalesce(mended_sealed, body_sealed) as "bodySealed"
      from envelope where id = $1 for update`, [id])
  return row ?? null
}

/** What waits and is due, the oldest first. */
export async function dueEnvelopes (q: Queryable, now: Date, limit: number): Promise<string[]> {
  const rows = await q.query<{ id: string }>(`
    select id from envelope where state = 'waiting' and due_at <= $1 order by due_at, received_at, id limit $2`, [now, limit])
  return rows.map(row => row.id)
}

export interface Settled { by: string, at: Date, answer: Record<string, unknown>, orderId: string | null }

export function markTaken (tx: Tx, id: string, { by, at, answer, orderId }: Settled): void {
  tx.write(`update envelope set state = 'taken', due_at = null, settled_at = $2, settled_by = $3, answer = $4, order_id = $5
    where id = $1`, [id, at, by, JSON.stringify(answer), orderId])
}

export function markQuarantined (tx: Tx, id: string, reason: QuarantineReason, faults: readonly Fault[]): void {
  tx.write('update envelope set state = \'quarantined\', due_at = null, reason = $2, faults = $3 where id = $1',
    [id, reason, JSON.stringify(faults)])
}

/** One more try failed; `dueAt` is the next. */
export function putOffEnvelope (tx: Tx, id: string, dueAt: Date): void {
  tx.write('update envelope set tries = tries + 1, due_at = $2 where id = $1', [id, dueAt])
}

/** The first body stays beside it. */
export function mendEnvelope (
  tx: Tx, id: string, { sealed, by, reason, kind, version, at }: {
    sealed: Buffer
    by: string
    reason: string
    kind: string
    version: string
    at: Date
  }
): void {
  tx.write(`update envelope set mended_sealed = $2, mended_by = $3, mended_reason = $4, kind = $5, schema_version = $6, at = $7
    where id = $1`, [id, sealed, by, reason, kind, version, at])
}

export function dropEnvelope (tx: Tx, id: string, by: string, at: Date): void {
  tx.write('update envelope set state = \'dropped\', settled_at = $2, settled_by = $3 where id = $1', [id, at, by])
}

/** What was taken or given up before then is forgotten; what waits for a person stays. */
export async function forgetEnvelopes (q: Queryable, before: Date, limit: number): Promise<void> {
  await q.query(`delete from envelope where id in (select id from envelope
    where settled_at < $1 order by settled_at limit $2)`, [before, limit])
}

/** Orders that these messages are about. */
export const ordersOfEnvelopes = async (q: Queryable, ids: readonly string[]): Promise<Array<{ id: string, orderId: string }>> =>
  await q.query(`select id::text as id, order_id as "orderId" from envelope
    where id::text = any($1::text[]) and order_id is not null`, [ids])
