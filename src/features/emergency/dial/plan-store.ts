import type { Queryable } from '../../../db/database.ts'
import type { PlanKind, PlanStatus } from '../emergency-types.ts'
import type { ListedPerson } from './rules/member-list.ts'

/** A plan (预案) as lists show it; `people`: on its list and here that day. */
export interface PlanRow {
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
  people: number
}

/** The same as `validOn`. */
const onDay = (day: string): string => `(p.valid_from <= ${day}::date and (p.valid_to is null or p.valid_to >= ${day}::date))`

/** All plans but the retired ones. */
async function plans (db: Queryable, day: string): Promise<PlanRow[]> {
  return await db.query<PlanRow>(`
    select code, name, name_en as "nameEn", kind, event_type as "eventType", levels, start_when as "startWhen", status,
      last_drill as "lastDrill", keywords, (select count(distinct m.person_id)::int from plan_member m
      join person_read p on p.id = m.person_id where m.plan_code = plan.code
        and ${onDay('$1')}) as people
    from plan where status <> 'RETIRED' order by code`, [day])
}

/** Whether there is such a plan, a retired one too. */
async function planExists (db: Queryable, code: string): Promise<boolean> {
  return (await db.query('select code from plan where code = $1', [code])).length > 0
}

/** Everybody a plan names, also people who have left since or are not here yet: `here` says who is on that day. */
async function planMembers (db: Queryable, planCode: string, day: string): Promise<Array<ListedPerson & { here: boolean }>> {
  return await db.query<ListedPerson & { here: boolean }>(`select p.id as "personId", p.name, m.role, p.unit_id as "unitId",
    m.call_order as "callOrder", m.commander, m.must_answer as "mustAnswer", p.mobile, p.office, p.deputy_id as "deputyPersonId",
    ${onDay('$2')} as here
    from plan_member m join person_read p on p.id = m.person_id where m.plan_code = $1 order by m.call_order`, [planCode, day])
}

/** People as they would be listed on that day; without unknown ids and people not here then. */
async function people (db: Queryable, ids: readonly string[], day: string): Promise<ListedPerson[]> {
  return await db.query<ListedPerson & object>(`select p.id as "personId", p.name, p.title as role, p.unit_id as "unitId",
    a.n::int as "callOrder", false as commander, false as "mustAnswer", p.mobile, p.office, p.deputy_id as "deputyPersonId"
    from unnest($1::text[]) with ordinality a(id, n) join person_read p on p.id = a.id
    where ${onDay('$2')} order by a.n`, [ids, day])
}

export const planRows = { plans, planExists, planMembers, people }
