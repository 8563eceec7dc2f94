import type { Sealing } from '../../db/sealing.ts'
import { parsePhoneNumber } from '../../domain/phone-number.ts'
import { holds, knowsConfidential, type Actor } from '../../domain/roles.ts'
import { overdueClocks } from '../../domain/work-order.ts'
import type { Task, UnitFacts } from './rules/order-facts.ts'
import type { OrderFilter } from './order-views.ts'
import { isCentre } from './rules/visible.ts'

/** 超时 of `work_order o`: what the list's filter, its counts and the boards all mean by it. */
export const overdue = `(${overdueClocks.map(clock => `o.${clock}_overtime_at is not null`).join(' or ')})`

/** Conditions with their values, joined by and. */
export interface Where { add: (sql: (place: (value: unknown) => string) => string) => void, text: () => string, values: unknown[] }

export function createWhere (): Where {
  const parts: string[] = []
  const values: unknown[] = []
  return {
    add (sql) { parts.push(sql(value => `$${values.push(value)}`)) },
    text: () => parts.length === 0 ? 'true' : parts.map(p => `(${p})`).join(' and '),
    values
  }
}

/** The unit and everything below it. */
export const below = (units: ReadonlyMap<string, UnitFacts>, id: string): string[] =>
  [...units.values()].filter(u => u.path.includes(id)).map(u => u.id)

/** The units whose tasks are this person's: his own, and for a sub-centre everything below it. */
export function ownUnits (actor: Actor, units: ReadonlyMap<string, UnitFacts>): string[] {
  if (actor.unitId === null) return []
  return holds(actor, 'SUBCENTRE_OPERATOR') ? below(units, actor.unitId) : [actor.unitId]
}

/** Conditions on `work_order o` for each task of these units; every order they have or had a part in is under at least one. */
export function taskOf (own: string): Record<Task, string> {
  const part = (is: string): string => `exists (select 1 from assignment a where a.order_id = o.id and a.unit_id = any(${own}::text[]) and ${is})`
  const asksReturn = 'a.role = \'lead\' and o.state = \'RETURN_REQUESTED\''
  const open = 'a.ended_at is null and a.state <> \'waiting\''
  const sign = part(`${open} and a.state = 'dispatched' and not (${asksReturn})`)
  const work = part(`${open} and a.state <> 'reported' and (a.state <> 'dispatched' or (${asksReturn}))`)
  const reported = `o.state <> 'VERIFYING' and ${part(`${open} and a.state = 'reported'`)}`
  return { sign, work, reported, done: `${part('a.state <> \'waiting\'')} and not ((${sign}) or (${work}) or (${reported}))` }
}

/** Only what this person may see; the same rule as `sightOf`, as SQL on `work_order o`. */
export function onlyVisible (where: Where, actor: Actor, units: ReadonlyMap<string, UnitFacts>): void {
  where.add(v => holds(actor, 'SHIFT_LEADER', 'SUPERVISOR', 'ADMINISTRATOR') ? 'true' : `o.state <> 'DRAFT' or o.created_by = ${v(actor.id)}`)
  if (isCentre(actor)) return
  const own = actor.unitId
  const path = own === null ? [] : units.get(own)?.path ?? [own]
  where.add(v => `o.about_unit_id is null or not (o.about_unit_id = any(${v(path)}::text[]))`)
  where.add(v => {
    const ways: string[] = []
    if (holds(actor, 'INTEGRATION')) ways.push(`o.created_by = ${v(actor.id)}`)
    if (own !== null && holds(actor, 'HANDLER', 'SUBCENTRE_OPERATOR')) {
      const mine = holds(actor, 'SUBCENTRE_OPERATOR') ? below(units, own) : [own]
      ways.push(`exists (select 1 from assignment a where a.order_id = o.id and a.state <> 'waiting' and a.unit_id = any(${v(mine)}::text[]))`)
    }
    if (own !== null && holds(actor, 'SUBCENTRE_OPERATOR')) ways.push(`o.town_id = ${v(own)} and o.state <> 'DRAFT'`)
    if (holds(actor, 'VERIFIER')) {
      const line = own === null ? [] : [...below(units, own), ...path]
      ways.push(`o.state = 'VERIFYING' and not exists (select 1 from assignment a where a.order_id = o.id and a.unit_id = any(${v(line)}::text[]))`)
    }
    return ways.length === 0 ? 'false' : ways.map(w => `(${w})`).join(' or ')
  })
}

/** Orders of one caller. Whom a confidential order hides its complainant from cannot find him by trying numbers either. */
export const ofCaller = (actor: Actor, hash: string): string =>
  knowsConfidential(actor)
    ? `(o.number_hash = ${hash} or exists (select 1 from co_complainant c where c.order_id = o.id and c.number_hash = ${hash}))`
    : `not o.confidential
      and not exists (select 1 from co_complainant c where c.order_id = o.id and c.number_hash = ${hash} and c.confidential)
      and (o.number_hash = ${hash} or exists (select 1 from co_complainant c where c.order_id = o.id and c.number_hash = ${hash}))`

/** What was asked for. @throws DomainError `not-a-phone-number` for the caller's number */
export function filtered (where: Where, filter: OrderFilter, actor: Actor, sealing: Sealing, units: ReadonlyMap<string, UnitFacts>): void {
  const { states, unitId, townId, category, channel, requestType, urgency, problem, overtime, extension, urged, verification, from, to, caller, number, createdBy } = filter
  if (filter.ids !== undefined) where.add(v => `o.id = any(${v(filter.ids)}::uuid[])`)
  if (states && states.length > 0) where.add(v => `o.state = any(${v(states)}::text[])`)
  if (unitId !== undefined) where.add(v => `exists (select 1 from assignment a where a.order_id = o.id and a.ended_at is null and a.state <> 'waiting' and a.unit_id = any(${v(below(units, unitId))}::text[]))`)
  if (townId !== undefined) where.add(v => `o.town_id = ${v(townId)}`)
  if (category !== undefined) where.add(v => category.length === 2 ? `o.category_code like ${v(category)} || '__'` : `o.category_code = ${v(category)}`)
  if (channel !== undefined) where.add(v => `o.channel = ${v(channel)}`)
  if (requestType !== undefined) where.add(v => `o.request_type = ${v(requestType)}`)
  if (urgency !== undefined) where.add(v => `o.urgency = ${v(urgency)}`)
  if (problem !== undefined) where.add(v => `o.problem = ${v(problem)}`)
  if (overtime !== undefined) where.add(() => `${overdue} = ${overtime}`)
  if (filter.filed !== undefined) where.add(() => `(o.filed_at is not null and o.state <> 'MERGED') = ${filter.filed}`)
  if (filter.task !== undefined) where.add(v => taskOf(v(ownUnits(actor, units)))[filter.task ?? 'done'])
  if (extension !== undefined) where.add(() => `(o.extension_asked_at is not null) = ${extension}`)
  if (urged !== undefined) where.add(() => `(o.urge_count > 0) = ${urged}`)
  if (verification !== undefined) where.add(v => `o.verification_status = ${v(verification)}`)
  if (from !== undefined) where.add(v => `o.received_at >= ${v(from)}`)
  if (to !== undefined) where.add(v => `o.received_at < ${v(to)}`)
  if (caller !== undefined) {
    const hash = sealing.fingerprint(parsePhoneNumber(caller))
    where.add(v => ofCaller(actor, v(hash)))
  }
  if (number !== undefined) where.add(v => `o.number like ${v(`${number}%`)}`)
  if (createdBy !== undefined) where.add(v => `o.created_by = ${v(createdBy)}`)
}
