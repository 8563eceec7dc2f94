import type { Queryable, Tx } from '../../db/database.ts'

/** Legs that go with a PBX which is taken for lost; by the service's own clock. */
export async function legsOfLostNode (q: Queryable, node: string, at: Date): Promise<string[]> {
  const rows = await q.query<{ id: string }>('select id from leg where node = $1 and state <> \'ended\' and placing_at < $2 order by id',
    [node, at])
  return rows.map(row => row.id)
}

/** Takes back the repetition of a leg that lives after all. */
export function resumeRequests (tx: Tx, requestIds: readonly string[]): void {
  tx.write('update dial_request set state = \'dialling\', revision = revision + 1 where id = any($1::uuid[]) and state = \'waiting\'',
    [requestIds])
}

/** Those of these legs of which no answer has been read. */
export async function unansweredLegs (q: Queryable, legIds: readonly string[]): Promise<Set<string>> {
  const rows = await q.query<{ id: string }>(
    'select id from leg where id = any($1::text[]) and answered_at is null and state <> \'ended\'', [legIds])
  return new Set(rows.map(row => row.id))
}

/** Those of these PBXs that are not lost; all, where every one is: what is due then does not wait. */
export async function notLost (tx: Tx, nodes: readonly string[]): Promise<readonly string[]> {
  const lost = new Set((await tx.query<{ node: string }>('select node from node_lost_read')).map(row => row.node))
  return nodes.every(node => lost.has(node)) ? nodes : nodes.filter(node => !lost.has(node))
}
