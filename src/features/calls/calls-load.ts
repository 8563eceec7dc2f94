import type { Tx } from '../../db/database.ts'
import { appendEntries } from './calls-store.ts'

/** A citizen's call that is over, as a sample has it. */
export interface PastCall {
  id: string
  /** null: withheld */
  number: { sealed: Buffer, hash: Buffer } | null
  offeredAt: Date
  leftQueueAt: Date
  endedAt: Date
  /** extension; null: the citizen gave up waiting */
  answeredBy: string | null
  disposition: string | null
}

/** Adds a call of the past with its timeline. */
export function addPastCall (tx: Tx, { id, number, offeredAt, leftQueueAt, endedAt, answeredBy, disposition }: PastCall): void {
  const answered = answeredBy !== null
  tx.write(`insert into call (id, node, direction, state, number_sealed, number_hash, withheld, did, priority, offered_at, queued_at,
    answered_at, answered_by, left_queue_at, abandoned_at, ended_at, ended_by, disposition, disposition_by, disposition_at)
    values ($1, 'sample', 'inbound', 'ended', $2, $3, $4, '962000', 0, $5, $5, $6, $7, $8, $9, $10, 'citizen', $11, $7, $12)`,
  [id, number?.sealed ?? null, number?.hash ?? null, number === null, offeredAt, answered ? leftQueueAt : null, answeredBy, leftQueueAt,
    answered ? null : leftQueueAt, endedAt, disposition, disposition === null ? null : endedAt])
  const entry = { callId: id, detail: {}, row: null }
  appendEntries(tx, [
    { ...entry, at: offeredAt, kind: 'offered', actor: 'exchange' },
    { ...entry, at: leftQueueAt, kind: answered ? 'answered' : 'abandoned', actor: answeredBy ?? 'citizen' },
    { ...entry, at: endedAt, kind: 'ended', actor: 'citizen' }
  ])
}
