import type { Tx } from '../../db/database.ts'
import { lockNamed } from '../../db/lock-store.ts'
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

/** A call by hand is `ringing` until the caller's own telephone answers, `dialling` from then on, `ended`. */
export interface NewManualCall {
  id: string
  /** null: the caller's own telephone from the directory is rung */
  extension: string | null
  login: string
  orderId: string | null
  /** the call whose caller is rung back */
  callId: string | null
  number: Buffer
  /** fingerprint of the number */
  numberHash: Buffer
  node: string
  at: Date
  /** the citizen's request; null: made once the caller has pressed 1 */
  requestId: string | null
  ownRequestId: string | null
  recording: string | null
}

export function insertManualCall (tx: Tx, c: NewManualCall): void {
  tx.write(`insert into manual_call (id, extension, login, order_id, number_sealed, recording, state, request_id, own_request_id,
      requested_at, node, call_id, number_hash)
    values ($1, $2, $3, $4, $5, $6, 'ringing', $7, $8, $9, $10, $11, $12)`,
  [c.id, c.extension, c.login, c.orderId, c.number, c.recording, c.requestId, c.ownRequestId, c.at, c.node, c.callId, c.numberHash])
}

/** Whether there is a call by hand of this request, for the citizen or for the caller's own telephone. */
export async function isCalledByHand (tx: Tx, request: { requestId: string } | { ownRequestId: string }): Promise<boolean> {
  const [known] = 'requestId' in request
    ? await tx.query('select 1 from manual_call where request_id = $1', [request.requestId])
    : await tx.query('select 1 from manual_call where own_request_id = $1', [request.ownRequestId])
  return known !== undefined
}

/** Another request of this login waits for this transaction. @returns whether they are calling somebody, by a row not older than `since` */
export async function lockIsCalling (tx: Tx, login: string, since: Date): Promise<boolean> {
  await lockNamed(tx, `manual-call:${login}`)
  const [other] = await tx.query('select 1 from manual_call where login = $1 and state <> \'ended\' and requested_at > $2', [login, since])
  return other !== undefined
}

/**
 * Another request to ring the number of these fingerprints waits for this transaction. @returns the login of another person who is
 * ringing it, by a row not older than `since`
 */
export async function lockRings (tx: Tx, hashes: readonly Buffer[], login: string, since: Date): Promise<string | null> {
  await lockNamed(tx, `manual-number:${hashes[0]?.toString('hex')}`)
  const [other] = await tx.query<{ login: string }>(`select login from manual_call
    where number_hash = any($1::bytea[]) and login <> $2 and state <> 'ended' and requested_at > $3 limit 1`, [hashes, login, since])
  return other?.login ?? null
}

export function endManualCalls (tx: Tx, ids: readonly string[], at: Date): void {
  tx.write('update manual_call set state = \'ended\', ended_at = $2 where id = any($1)', [ids, at])
}

/** Calls whose caller's own telephone was lost with its PBX, or as these channels. */
export async function lockLost (
  tx: Tx, nodes: readonly string[], channels: readonly string[]
): Promise<Array<{ id: string, requestId: string | null, ownRequestId: string | null }>> {
  return await tx.query<{ id: string, requestId: string | null, ownRequestId: string | null }>(`
    select m.id, m.request_id "requestId", m.own_request_id "ownRequestId" from manual_call m
    where m.state <> 'ended' and exists (select 1 from channel_read c where c.unique_id = coalesce(m.leg_id, m.id) and c.lost
      and (c.node = any($1) or c.unique_id = any($2))) order by m.id for update`, [nodes, channels])
}

/** Calls whose caller's telephone of the exchange was asked for before this time and has not been heard of. */
export async function lockUnheard (tx: Tx, before: Date): Promise<Array<{ id: string, node: string, requestId: string }>> {
  return await tx.query<{ id: string, node: string, requestId: string }>(`
    select id, node, request_id "requestId" from manual_call
    where state = 'ringing' and own_request_id is null and request_id is not null and requested_at < $1
    order by id for update skip locked`, [before])
}

/** The caller's own telephone has answered. @returns the requests for the citizens */
export async function nowDialling (tx: Tx, ids: readonly string[]): Promise<string[]> {
  const calls = await tx.query<{ requestId: string }>(
    `update manual_call set state = 'dialling' where id = any($1) and state = 'ringing' and request_id is not null
      returning request_id "requestId"`, [ids])
  return calls.map(call => call.requestId)
}

export async function lockLiving (tx: Tx, ids: readonly string[]): Promise<Array<{ id: string, requestId: string }>> {
  return await tx.query<{ id: string, requestId: string }>(`select id, request_id "requestId" from manual_call
    where id = any($1) and state <> 'ended' and request_id is not null for update`, [ids])
}

/** The callers' own lines that wait for the citizens of these legs. */
export async function linesWaitingFor (tx: Tx, legIds: readonly string[]): Promise<Array<{ id: string, node: string }>> {
  return await tx.query<{ id: string, node: string }>(`select coalesce(m.leg_id, m.id) id, m.node from leg_read l
    join manual_call m on m.request_id = l.request_id
    where l.id = any($1) and l.purpose in ('manual', 'callback') and m.state <> 'ended'`, [legIds])
}

/** Who asked for this call to a citizen. */
export async function callerOfRequest (tx: Tx, requestId: string): Promise<{ extension: string | null, login: string } | null> {
  return (await tx.query<{ extension: string | null, login: string }>('select extension, login from manual_call where request_id = $1',
    [requestId]))[0] ?? null
}

/** A living call whose caller's own telephone from the directory is rung first. */
export interface OwnCallRow { id: string, node: string, orderId: string, number: Buffer, recording: string, requestId: string | null }

export async function lockOwnCall (tx: Tx, ownRequestId: string): Promise<OwnCallRow | null> {
  return (await tx.query<OwnCallRow>(`
    select id, node, order_id as "orderId", number_sealed as number, recording, request_id as "requestId" from manual_call
      where own_request_id = $1 and state <> 'ended' and order_id is not null and recording is not null for update`,
  [ownRequestId]))[0] ?? null
}

/** The caller has pressed 1 on this leg. `requestId`: the citizen's; null: it was refused */
export function joinOwnCall (tx: Tx, id: string, legId: string, requestId: string | null): void {
  tx.write('update manual_call set state = \'dialling\', leg_id = $2, request_id = $3 where id = $1', [id, legId, requestId])
}

export function endOwnCall (tx: Tx, id: string, at: Date, result: string): void {
  tx.write('update manual_call set state = \'ended\', ended_at = $2, result = $3 where id = $1', [id, at, result])
}
