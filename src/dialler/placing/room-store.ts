import type { Tx } from '../../db/database.ts'
import type { TrunkSetting } from '../dialler-types.ts'

/** A trunk by which calls go out, with what is known of it now. */
export interface TrunkRow extends Omit<TrunkSetting, 'qualifySeconds' | 'keys'> {
  priority: number
  weight: number
  costClass: number
  /** nodes to which its carrier does not answer OPTIONS */
  silentAt: string[]
  /** the second in which legs were last placed on it */
  rateWindowAt: Date | null
  /** legs placed in that second */
  rateWindowCount: number
}

/** Locks the trunks: one transaction at a time counts channels. `skip locked` leaves out trunks that another transaction holds. */
export async function lockTrunks (tx: Tx, waiting: 'wait' | 'skip locked' = 'wait'): Promise<TrunkRow[]> {
  return await tx.query<TrunkRow>(`
    select id, address, channels, reserved_inbound as "reservedInbound", calls_per_second as "callsPerSecond",
           caller_id as "callerId", out_of_town_prefix as "outOfTownPrefix", priority, weight, cost_class as "costClass",
           rate_window_at as "rateWindowAt", rate_window_count as "rateWindowCount",
           array(select s.node from trunk_share s where s.trunk_id = trunk.id and s.silent_since is not null) as "silentAt"
      from trunk where enabled and direction <> 'in' order by id for update of trunk ${waiting === 'wait' ? '' : 'skip locked'}`)
}

export function countPlaced (tx: Tx, trunkId: string, second: Date, placed: number): void {
  tx.write('update trunk set rate_window_at = $2, rate_window_count = $3 where id = $1', [trunkId, second, placed])
}

/** These legs make room for an emergency. @returns those of them that nobody has answered since they were read, and that have not ended */
export async function preemptLegs (tx: Tx, legIds: readonly string[]): Promise<string[]> {
  const legs = await tx.query<{ id: string }>(`update leg set hangup_wanted = true, preempted = true, revision = revision + 1
    where id = any($1::text[]) and state in ('placing', 'ringing') returning id`, [legIds])
  return legs.map(leg => leg.id)
}
