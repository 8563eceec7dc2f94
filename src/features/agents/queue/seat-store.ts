import type { Database, Queryable, Tx } from '../../../db/database.ts'
import { agentColumns } from '../agents-store.ts'
import type { Agent } from '../rules/agent-state.ts'

/** An agent gets, loses or changes the seat; null: none. */
export interface SeatChange { extension: string, from: string | null, to: string | null }

/** An agent who takes citizens, whatever they do now, or who still has a home. */
export interface Taker {
  extension: string
  seat: string | null
  home: string | null
  /** takes citizens; else only the home is left */
  signedIn: boolean
  /** some PBX may offer a citizen now */
  ready: boolean
}

/** By how long they are in their state, longest first. */
export const takers = async (q: Queryable): Promise<Taker[]> =>
  await q.query<Taker>(`select extension, seat, home, afterwards = 'ready' "signedIn", state = 'ready' and afterwards = 'ready' ready
    from agent where afterwards = 'ready' or home is not null order by since, extension`)

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
    from unnest($1::text[], $2::text[], $3::text[]) n(of_agent, from_node, to_node)
    where extension = n.of_agent and state = 'ready' and afterwards = 'ready' and seat is not distinct from n.from_node
    returning ${agentColumns}`,
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
