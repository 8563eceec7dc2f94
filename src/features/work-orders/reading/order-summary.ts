import { orderSight, titleWithoutWords, type OrderSight } from '../../../access/rules/visibility.ts'
import type { Sealing } from '../../../db/sealing.ts'
import { pick } from '../../../domain/properties.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import { readerUnit } from '../../../domain/people/reader-unit.ts'
import { unitIncludingEnded, type UnitTree } from '../../../domain/people/unit-tree.ts'
import { inLists } from '../order-columns.ts'
import { orderFrom } from '../requests/request-store.ts'
import { isConfidential, orderColumns, type OrderRow } from '../work-orders-store.ts'
import type { OrderDirectory } from '../order-types.ts'
import type { NamedUnit, OrderSummary } from './order-views.ts'
import { isCentre } from './rules/visible.ts'

/** A row of a list, with what stands in other tables of this capability. */
export type SummaryRow = OrderRow & {
  leadUnitId: string | null
  dueAt: Date | null
  nextDueAt: Date
  parts: Array<{ state: string, unitId: string }> | null
}

export const summaryFrom = `${orderFrom}
  left join lateral (select a.unit_id from assignment a
    where a.order_id = o.id and a.role = 'lead' and a.ended_at is null and a.state <> 'waiting' limit 1) l on true
  left join lateral (select min(d.due_at) filter (where d.kind in ('on-site', 'handling')) as due_at,
      min(d.due_at) filter (where d.kind in ('on-site', 'handling', 'sign', 'dispatch')) as next_due_at
    from deadline d where d.order_id = o.id and d.stopped_at is null) d on true`
/** The clock that runs out next for the holder of the order: the dispatcher's, the unit's, else the citizen's. */
export const nextDue = 'coalesce(d.next_due_at, o.citizen_due_at, o.received_at)'
/** 0: 特急 comes before everything else. */
export const calm = '(case when o.urgency = \'critical\' then 0 else 1 end)'
export const summaryColumns = `${orderColumns}, l.unit_id as "leadUnitId", d.due_at as "dueAt", ${nextDue} as "nextDueAt",
  (select jsonb_agg(jsonb_build_object('state', a.state, 'unitId', a.unit_id)) from assignment a where a.order_id = o.id) as parts`

/** Names of units and categories, as of today. */
export interface Names { unit: (id: string) => NamedUnit, category: (code: string | null) => string | null }

export async function namesOf (directory: Pick<OrderDirectory, 'units' | 'categories'>): Promise<Names> {
  const [units, categories] = await Promise.all([directory.units(), directory.categories()])
  const unitNames = new Map(units.map(u => [u.id, u.name]))
  const categoryNames = new Map(categories.map(c => [c.code, c.name]))
  return { unit: id => ({ id, name: unitNames.get(id) ?? id }), category: code => code === null ? null : categoryNames.get(code) ?? null }
}

/** What this person sees of a row that a list has found. */
export function sightOf (actor: Actor, row: SummaryRow, units: UnitTree): OrderSight {
  const order = {
    ...row,
    confidential: isConfidential(row),
    aboutUnit: null,
    assignments: (row.parts ?? []).map(({ state, unitId }) => ({ state, unit: unitIncludingEnded(units, unitId) }))
  }
  return orderSight(order, actor, { ownUnit: readerUnit(units, actor.unitId) }) ??
    { words: false, name: false, number: 'hidden', recordings: false }
}

/** A row as this person sees it. */
export function summaryOf (
  sealing: Pick<Sealing, 'open'>,
  actor: Actor,
  row: SummaryRow,
  names: Names,
  { words }: OrderSight
): OrderSummary {
  const { categoryCode, title, dueAt, nextDueAt } = row
  return {
    ...pick(row, inLists),
    confidential: isConfidential(row),
    title: words ? title : titleWithoutWords(names.category(categoryCode)),
    categoryName: names.category(categoryCode),
    place: isCentre(actor) ? null : row.placeSealed && sealing.open(row.placeSealed),
    lead: row.leadUnitId === null ? null : names.unit(row.leadUnitId),
    dueAt,
    nextDueAt,
    overtime: {
      onSite: row.onSiteOvertimeAt,
      handling: row.handlingOvertimeAt,
      citizen: row.citizenOvertimeAt,
      dispatch: row.dispatchOvertimeAt,
      firstContact: row.firstContactOvertimeAt
    }
  }
}
