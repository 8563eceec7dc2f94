import Type, { type Static } from 'typebox'
import type { Tx } from '../../db/database.ts'
import { planKinds, planStatuses } from './emergency-types.ts'

/** An emergency plan as a file has it. */
export const PlanOfFileSchema = Type.Object({
  code: Type.String(),
  name: Type.String(),
  nameEn: Type.String(),
  kind: Type.Enum(planKinds),
  eventType: Type.String(),
  levels: Type.String(),
  startWhen: Type.String(),
  status: Type.Enum(planStatuses),
  lastDrill: Type.String(),
  keywords: Type.Array(Type.String()),
  townId: Type.Union([Type.String(), Type.Null()]),
  members: Type.Array(Type.Object({
    callOrder: Type.Integer(),
    role: Type.String(),
    personId: Type.String(),
    commander: Type.Boolean(),
    mustAnswer: Type.Boolean()
  }))
})
export type PlanOfFile = Static<typeof PlanOfFileSchema>

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
