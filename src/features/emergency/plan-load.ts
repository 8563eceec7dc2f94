import type { Tx } from '../../db/database.ts'
import type { PlanKind, PlanStatus } from './emergency-types.ts'

/** An emergency plan as a file has it. */
export interface PlanOfFile {
  code: string
  name: string
  nameEn: string
  kind: PlanKind
  eventType: string
  levels: string
  startWhen: string
  status: PlanStatus
  lastDrill: string
  keywords: string[]
  townId: string | null
  members: Array<{ callOrder: number, role: string, personId: string, commander: boolean, mustAnswer: boolean }>
}

/** Adds the plans that are missing, with their people; existing ones are kept. */
export async function loadPlans (tx: Tx, plans: readonly PlanOfFile[]): Promise<void> {
  for (const plan of plans) {
    const fresh = await tx.query(`insert into plan (code, name, name_en, kind, event_type, levels, start_when, status, last_drill,
      keywords, town_id)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing returning code`,
    [
      plan.code, plan.name, plan.nameEn, plan.kind, plan.eventType, plan.levels, plan.startWhen, plan.status, plan.lastDrill, plan.keywords,
      plan.townId
    ])
    if (fresh.length === 0) continue
    for (const m of plan.members) {
      tx.write('insert into plan_member (plan_code, call_order, role, person_id, commander, must_answer) values ($1, $2, $3, $4, $5, $6)',
        [plan.code, m.callOrder, m.role, m.personId, m.commander, m.mustAnswer])
    }
  }
}
