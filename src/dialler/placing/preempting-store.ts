import type { Tx } from '../../db/database.ts'

/** These legs make room for an emergency. @returns those of them that nobody has answered since they were read, and that have not ended */
export async function preemptLegs (tx: Tx, legIds: readonly string[]): Promise<string[]> {
  const legs = await tx.query<{ id: string }>(`update leg set hangup_wanted = true, preempted = true, revision = revision + 1
    where id = any($1::text[]) and state in ('placing', 'ringing') returning id`, [legIds])
  return legs.map(leg => leg.id)
}
