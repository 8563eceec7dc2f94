import type { Queryable } from '../../db/database.ts'
import { hostOf, readAddress } from '../../pbx/node-rows/rules/address.ts'
import type { KnownNode } from '../rules/surroundings.ts'

/** Of more than this the edge knows the newest, rows. */
const limit = 50_000

export interface KnownBlock { numberHash: Buffer, until: Date, ringBackUntil: Date | null }

/** Numbers that are turned away, where that has not run out at `now`. */
export const standingBlocks = async (q: Queryable, now: Date): Promise<KnownBlock[]> => await q.query<KnownBlock>(`
  select number_hash as "numberHash", max(holds_until) as until, max(ring_back_until) as "ringBackUntil" from number_block_read
   where holds_until > $1 group by number_hash order by until desc limit ${limit}`, [now])

/** Members of conferences that go on: their numbers, and the node they come back to. */
export const conferencePlaces = async (q: Queryable): Promise<Array<{ numbersSealed: Buffer, node: string }>> =>
  await q.query<{ numbersSealed: Buffer, node: string }>(
    `select numbers_sealed as "numbersSealed", node from conference_member_read limit ${limit}`)

/** Citizens we cut off and have not spoken with since, and the node they waited on. */
export const cutOffPlaces = async (q: Queryable): Promise<Array<{ numberHash: Buffer, node: string }>> =>
  await q.query<{ numberHash: Buffer, node: string }>(
    `select number_hash as "numberHash", node from call_cut_off_read limit ${limit}`)

/** Telephones of units: their switchboards ring in for many people at once. */
export async function unitTelephones (q: Queryable): Promise<string[]> {
  const rows = await q.query<{ office: string }>(`select distinct office from person_read
    where office is not null and unit_id is not null and (valid_to is null or valid_to >= current_date) limit ${limit}`)
  return rows.map(({ office }) => office)
}

/** The PBXs of the service; those that a start has not entered yet have no address. */
export async function knownNodes (q: Queryable): Promise<KnownNode[]> {
  const rows = await q.query<{ name: string, sip: string, ami: string, draining: boolean }>(
    `select node as name, sip, ami, state = 'draining' as draining from pbx_node_read
      where state <> 'removed' and sip is not null and ami is not null order by node`)
  return rows.flatMap(({ name, draining, ...at }) => {
    const [sip, ami] = [readAddress(at.sip), readAddress(at.ami)]
    return sip && ami ? { name, sip, ami, draining } : []
  })
}

/** A trunk's row; calls come from its host, and from these IP addresses and networks. */
export interface KnownTrunk { name: string, host: string, sources: string[], callsPerSecond: number, remainInDialog: boolean }

/** The carriers that calls may come from; null: the service has not entered its first trunk yet. */
export async function knownTrunks (q: Queryable): Promise<KnownTrunk[] | null> {
  const rows = await q.query<Omit<KnownTrunk, 'host' | 'sources'> & { address: string, sources: string, incoming: boolean }>(
    `select id as name, address, sources, edge_calls_per_second as "callsPerSecond", remain_in_dialog as "remainInDialog", incoming
      from trunk_read order by length(id), id`)
  if (rows.length === 0) return null
  return rows.filter(({ incoming }) => incoming).map(({ name, callsPerSecond, remainInDialog, ...row }) => {
    return { name, host: hostOf(row.address), sources: row.sources.split(', ').filter(one => one !== ''), callsPerSecond, remainInDialog }
  })
}

/** Calls at once on all carriers together, both directions; null: the service has no trunk yet, or none is in use. */
export async function linesOfTrunks (q: Queryable): Promise<number | null> {
  const [row] = await q.query<{ lines: number | null }>('select sum(channels)::int lines from trunk_read where enabled')
  return row?.lines ?? null
}

/** Numbers people dial for the emergency duty line. */
export async function dutyLines (q: Queryable): Promise<string[]> {
  const rows = await q.query<{ did: string }>('select did from service_line_read where kind = \'duty\'')
  return rows.map(({ did }) => did)
}
