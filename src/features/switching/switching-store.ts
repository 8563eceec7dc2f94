import type { Tx } from '../../db/database.ts'
import { DomainError } from '../../domain/errors.ts'
import type { LiveCall, LiveChannel } from './rules/live-call.ts'

/** The line of a telephone of ours that listens. */
export type OwnLine = Pick<LiveChannel, 'uniqueId' | 'node' | 'answered'>

/** The line over which this telephone listens, or is being rung for it. */
export async function listeningChannel (tx: Tx, extension: string): Promise<OwnLine | null> {
  const [own] = await tx.query<OwnLine>(`select unique_id "uniqueId", node, answered_at is not null answered
    from channel_read where extension = $1 and ended_at is null and unique_id like 'listen-%' order by started_at desc limit 1`,
  [extension])
  return own ?? null
}

/** Whether the journal has told of this channel. */
export async function isToldOf (tx: Tx, uniqueId: string): Promise<boolean> {
  return (await tx.query('select 1 from channel_read where unique_id = $1', [uniqueId])).length > 0
}

/** A row of a call that has a living channel; the others are null where the channel's columns stand. */
const isChannel = <R extends Partial<LiveChannel>>(row: R): row is R & LiveChannel => typeof row.uniqueId === 'string'

/** @throws DomainError `not-found`, `call-ended` */
export async function liveCall (tx: Tx, callId: string): Promise<LiveCall> {
  const rows = await tx.query<{ id: string, state: string, endedAt: Date | null } & Partial<LiveChannel>>(`
    select c.id, c.state, c.ended_at "endedAt", h.unique_id "uniqueId", h.node, h.name, h.kind, h.extension,
      h.answered_at is not null answered
    from call_read c left join channel_read h on h.call_id = c.id and h.ended_at is null
    where c.id = (select id from call_root($1)) order by h.started_at`, [callId])
  const [first] = rows
  if (!first) throw new DomainError('not-found', 'there is no such call')
  if (first.endedAt !== null) throw new DomainError('call-ended', 'this call is over')
  return { id: first.id, state: first.state, channels: rows.filter(isChannel) }
}
