import type { Queryable, Tx } from '../../../db/database.ts'
import type { EventType } from './rules/event-of.ts'
import type { AttemptError, DeliveryState } from './rules/next-try.ts'

/** Endpoints with something due that nobody sends to now, those whose peer answers first. `but`: this process is at them already. */
export async function dueEndpoints (q: Queryable, now: Date, but: readonly string[], limit: number): Promise<string[]> {
  const rows = await q.query<{ id: string }>(`
    select e.id from endpoint e
      where e.state <> 'off' and e.id <> all($2::uuid[]) and (e.rested_until is null or e.rested_until <= $1)
        and (e.lease_until is null or e.lease_until <= $1)
        and exists (select from delivery d where d.endpoint_id = e.id and d.state = 'waiting' and d.due_at <= $1)
      order by e.failures, e.id limit $3`, [now, but, limit])
  return rows.map(row => row.id)
}

/** Takes an endpoint for this process alone, until `lease`. @returns false: another one has it, or it rests or is off */
export async function takeEndpoint (q: Queryable, id: string, now: Date, lease: Date): Promise<boolean> {
  return (await q.query(`update endpoint set lease_until = $3 where id = $1 and state <> 'off'
      and (rested_until is null or rested_until <= $2) and (lease_until is null or lease_until <= $2) returning 1`,
  [id, now, lease])).length > 0
}

/** The lease is known by its end: one that another process has taken meanwhile stays. */
export async function leaveEndpoint (q: Queryable, id: string, lease: Date): Promise<void> {
  await q.query('update endpoint set lease_until = null where id = $1 and lease_until = $2', [id, lease])
}

export interface NextDelivery {
  id: string
  kind: EventType
  bodySealed: Buffer
  url: string
  allowNetworks: string[]
  secretsSealed: Buffer
}

/** The delivery that has waited longest, of one moment by the order's timeline, with its endpoint as it is now. */
export async function nextDelivery (q: Queryable, endpointId: string, now: Date): Promise<NextDelivery | null> {
  const [row] = await q.query<NextDelivery>(`
    select d.id, d.kind, coalesce(d.mended_sealed, d.body_sealed) as "bodySealed", e.url, e.allow_networks as "allowNetworks",
        e.secrets_sealed as "secretsSealed"
      from delivery d join endpoint e on e.id = d.endpoint_id
      where d.endpoint_id = $1 and d.state = 'waiting' and d.due_at <= $2 and e.state <> 'off'
      order by d.due_at, d.created_at, d.sequence, d.id limit 1`, [endpointId, now])
  return row ?? null
}

/** How the endpoint stands, and this delivery's tries, both locked: the endpoint first. */
export async function lockTried (
  tx: Tx, endpointId: string, id: string
): Promise<{ failures: number, lease: Date | null, attempts: number, state: DeliveryState } | null> {
  const [[endpoint], [delivery]] = await Promise.all([
    tx.query<{ failures: number, lease: Date | null }>('select failures, lease_until as lease from endpoint where id = $1 for update',
      [endpointId]),
    tx.query<{ attempts: number, state: DeliveryState }>('select attempts, state from delivery where id = $1 for update', [id])
  ])
  return endpoint && delivery ? { ...endpoint, ...delivery } : null
}

export interface Tried { at: Date, status: number | null, ms: number, error: AttemptError | null }

export function insertAttempt (tx: Tx, endpointId: string, id: string, { at, status, ms, error }: Tried): void {
  tx.write(`insert into delivery_attempt (delivery_id, no, at, endpoint_id, status, ms, error)
    select $1, coalesce(max(no), 0) + 1, $3, $2, $4, $5, $6 from delivery_attempt where delivery_id = $1`,
  [id, endpointId, at, status, ms, error])
}

/** It has been tried once more and goes on waiting, until then. */
export function putOff (tx: Tx, id: string, dueAt: Date): void {
  tx.write('update delivery set attempts = attempts + 1, due_at = $2 where id = $1', [id, dueAt])
}

/** It has been tried once more and waits no longer. */
export function settle (tx: Tx, id: string, state: 'sent' | 'dead', at: Date): void {
  tx.write('update delivery set attempts = attempts + 1, state = $2, settled_at = $3 where id = $1', [id, state, at])
}

/** The peer answered: the endpoint goes on, and is this process's until `next` if it still is. */
export function peerAnswered (tx: Tx, id: string, { lease, next, success }: { lease: Date, next: Date, success: Date | null }): void {
  tx.write(`update endpoint set failures = 0, last_success_at = coalesce($4, last_success_at), rested_until = null,
      state = case when state = 'resting' then 'on' else state end, lease_until = case when lease_until = $2 then $3 else lease_until end
    where id = $1`, [id, lease, next, success])
}

/** The peer failed: nothing is sent to it until then. An endpoint that was switched off meanwhile stays off. */
export function peerFailed (tx: Tx, id: string, until: Date): void {
  tx.write('update endpoint set failures = failures + 1, state = \'resting\', rested_until = $2 where id = $1 and state <> \'off\'',
    [id, until])
}

/** The peer wants nothing more. */
export function switchOff (tx: Tx, id: string): void {
  tx.write(`update endpoint set state = 'off', rested_until = null, failures = 0, version = version + 1, changed_by = 'system'
    where id = $1`, [id])
}

/** What has waited longer than its own tries would take is dead. */
export async function endOverdue (q: Queryable, queuedBefore: Date, now: Date, limit: number): Promise<void> {
  await q.query(`update delivery set state = 'dead', settled_at = $2 where id in (select id from delivery
    where state = 'waiting' and queued_at < $1 order by queued_at limit $3 for update skip locked)`, [queuedBefore, now, limit])
}

/** Of each endpoint, what waits beyond its `most` newest is dead. */
export async function endBeyond (q: Queryable, most: number, now: Date): Promise<void> {
  await q.query(`update delivery set state = 'dead', settled_at = $2 where id in (select d.id from endpoint e cross join lateral (
    select id from delivery where endpoint_id = e.id and state = 'waiting'
      order by created_at desc, sequence desc, id desc offset $1) d)`, [most, now])
}

/** Deliveries that were sent or dropped before then are forgotten; dead ones wait for a person. */
export async function forgetSettled (q: Queryable, before: Date, limit: number): Promise<void> {
  await q.query(`delete from delivery where id in (select id from delivery
    where state in ('sent', 'dropped') and settled_at < $1 order by settled_at limit $2)`, [before, limit])
}
