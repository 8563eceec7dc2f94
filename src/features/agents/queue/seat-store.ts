import type { Database, Queryable, Tx } from '../../../db/database.ts'
import type { Agent } from '../rules/agent-state.ts'

/** An agent gets, loses or changes the seat; null: none. */
export interface SeatChange { extension: string, from: string | null, to: string | null }

/** Agents some PBX may offer a citizen, or that have a seat: by how long they are ready, longest first. */
export const seatedOrReady = async (q: Queryable): Promise<Array<Pick<Agent, 'extension' | 'seat'>>> =>
  await q.query<Pick<Agent, 'extension' | 'seat'>>(
    'select extension, seat from agent where state = \'ready\' and afterwards = \'ready\' order by since, extension')

/** Agents who take citizens, whatever they do now, and those who still have a home. */
export const withHomes = async (q: Queryable): Promise<Array<{ extension: string, home: string | null, signedIn: boolean }>> =>
  await q.query<{ extension: string, home: string | null, signedIn: boolean }>(`select extension, home, afterwards = 'ready' "signedIn"
    from agent where afterwards = 'ready' or home is not null order by extension`)

/** Where the home still is as it was. @returns the changes that were made */
export async function saveHomes (tx: Tx, changes: readonly SeatChange[]): Promise<SeatChange[]> {
  return await tx.query<SeatChange>(`update agent a set home = n.to_node
    from unnest($1::text[], $2::text[], $3::text[]) n(extension, from_node, to_node)
    where a.extension = n.extension and a.home is not distinct from n.from_node
    returning a.extension, n.from_node "from", n.to_node "to"`,
  [changes.map(c => c.extension), changes.map(c => c.from), changes.map(c => c.to)])
}

/** Changes the seats of agents who are still ready and where the seat still is as it was. @returns the agents that were changed */
export async function saveSeats (tx: Tx, changes: readonly SeatChange[]): Promise<Agent[]> {
  return await tx.query<Agent>(`update agent a set seat = n.to_node
    from unnest($1::text[], $2::text[], $3::text[]) n(extension, from_node, to_node)
    where a.extension = n.extension and a.state = 'ready' and a.afterwards = 'ready' and a.seat is not distinct from n.from_node
    returning a.extension, a.state, a.reason, a.since, a.call_id "callId", a.wrap_up_until "wrapUpUntil", a.channels lines,
      a.afterwards, a.seat`,
  [changes.map(c => c.extension), changes.map(c => c.from), changes.map(c => c.to)])
}

/** A citizen was offered to an agent although another had waited longer elsewhere. */
export interface Inversion { offered: string, at: Date, node: string, overNode: string, longerMs: number }

export async function noteInversion (q: Queryable, { offered, at, node, overNode, longerMs }: Inversion): Promise<void> {
  await q.query(`insert into queue_inversion (offered, at, node, over_node, longer_ms) values ($1, $2, $3, $4, $5)
    on conflict (offered) do nothing`, [offered, at, node, overNode, longerMs])
}

export async function inversionsSince (db: Database, since: Date): Promise<number> {
  const [row] = await db.query<{ count: number }>('select count(*)::int count from queue_inversion where at >= $1', [since])
  return row?.count ?? 0
}
