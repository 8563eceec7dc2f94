import type { Queryable, Tx } from '../../../db/database.ts'
import type { OrderEvent } from '../outgoing/rules/event-of.ts'
import type { EndpointFigures } from './rules/health-of.ts'
import type { EndpointState } from './rules/interface-words.ts'

export interface EndpointRow {
  id: string
  interfaceId: string
  url: string
  kinds: OrderEvent[]
  allowNetworks: string[]
  state: EndpointState
  version: number
}

/** An endpoint as the registry shows it. */
export interface ListedEndpoint extends EndpointRow, EndpointFigures {
  /** failures of the peer in a row */
  failures: number
  restedUntil: Date | null
}

export type Peer = Pick<EndpointRow, 'url' | 'allowNetworks'>

export async function peerOf (q: Queryable, id: string): Promise<Peer | null> {
  const [row] = await q.query<Peer>('select url, allow_networks as "allowNetworks" from endpoint where id = $1', [id])
  return row ?? null
}

/** Every endpoint with its figures. `since`: tries from then on count. */
export const allEndpoints = async (q: Queryable, since: Date): Promise<ListedEndpoint[]> => await q.query<ListedEndpoint>(`
  select e.id, e.interface_id as "interfaceId", e.url, e.kinds, e.allow_networks as "allowNetworks", e.state, e.version, e.failures,
      e.rested_until as "restedUntil", e.last_success_at as "lastSuccessAt", w.since as "waitingSince", w.count as waiting, d.count as dead,
      a.tries, a.failed
    from endpoint e
      cross join lateral (select count(*)::int as count, min(created_at) as since from delivery
        where endpoint_id = e.id and state = 'waiting') w
      cross join lateral (select count(*)::int as count from delivery where endpoint_id = e.id and state = 'dead') d
      cross join lateral (select count(*)::int as tries,
          (count(*) filter (where status is null or status not between 200 and 299))::int as failed
        from delivery_attempt where endpoint_id = e.id and at >= $1) a
    order by e.created_at, e.id`, [since])

/** An endpoint with its sealed secrets, locked. */
export async function lockEndpoint (tx: Tx, id: string): Promise<EndpointRow & { secretsSealed: Buffer } | null> {
  const [row] = await tx.query<EndpointRow & { secretsSealed: Buffer }>(`
    select id, interface_id as "interfaceId", url, kinds, allow_networks as "allowNetworks", state, version,
        secrets_sealed as "secretsSealed" from endpoint where id = $1 for update`, [id])
  return row ?? null
}

export interface NewEndpoint extends Pick<EndpointRow, 'id' | 'interfaceId' | 'url' | 'kinds' | 'allowNetworks'> { secretsSealed: Buffer }

export function insertEndpoint (tx: Tx, e: NewEndpoint, by: string, at: Date): void {
  tx.write(`insert into endpoint (id, interface_id, url, kinds, allow_networks, secrets_sealed, created_at, changed_by)
    values ($1, $2, $3, $4, $5, $6, $7, $8)`, [e.id, e.interfaceId, e.url, e.kinds, e.allowNetworks, e.secretsSealed, at, by])
}

/** What a person changes; switched on or off it neither rests nor counts failures any longer. */
export function updateEndpoint (
  tx: Tx, id: string, { url, kinds, allowNetworks, state }: Pick<EndpointRow, 'url' | 'kinds' | 'allowNetworks' | 'state'>, by: string
): void {
  tx.write(`update endpoint set url = $2, kinds = $3, allow_networks = $4, state = $5, changed_by = $6, version = version + 1,
      rested_until = case when $5 = 'resting' then rested_until end, failures = case when $5 = 'resting' then failures else 0 end
    where id = $1`, [id, url, kinds, allowNetworks, state, by])
}

export function saveSecrets (tx: Tx, id: string, secretsSealed: Buffer, by: string): void {
  tx.write('update endpoint set secrets_sealed = $2, changed_by = $3, version = version + 1 where id = $1', [id, secretsSealed, by])
}

/** Endpoints that are told of something, with the unit that answers for their interface. */
export const wantedEndpoints = async (q: Queryable): Promise<Array<{ id: string, kinds: OrderEvent[], ownerUnitId: string }>> =>
  await q.query(`select e.id, e.kinds, i.owner_unit_id as "ownerUnitId" from endpoint e join interface i on i.id = e.interface_id
    where e.state <> 'off' and e.kinds <> '{}' order by e.id`)
