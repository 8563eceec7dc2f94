import { orderKinds, rowsOf, type OrderKind, type Tie } from '../../../access/rules/visibility.ts'
import { holds, type Actor, type Role } from '../../../domain/people/roles.ts'
import { overdueClocks } from '../../../domain/work-order.ts'
import { readerUnit } from '../../../domain/people/reader-unit.ts'
import { below, type UnitTree } from '../../../domain/people/unit-tree.ts'
import { answerWaitsSql, confidentialSql } from '../requests/request-store.ts'
import type { Task } from '../rules/order-facts.ts'
import type { OrderFilter } from './order-views.ts'

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

/** `kind` of `work_order_read` as conditions: of a column PostgreSQL knows how many rows it leaves. */
const kindSql: Record<OrderKind, string> = {
  restricted: 'o.restricted',
  confidential: `not o.restricted and ${confidentialSql}`,
  ordinary: `not o.restricted and not ${confidentialSql}`
}

/** Orders of one of these kinds; most people see all of them, or all but the restricted. */
function ofKinds (kinds: readonly OrderKind[]): string {
  if (orderKinds.every(kind => kinds.includes(kind))) return 'true'
  if (orderKinds.every(kind => kinds.includes(kind) !== (kind === 'restricted'))) return 'not o.restricted'
  return kinds.map(kind => `(${kindSql[kind]})`).join(' or ')
}

/** The units whose tasks are this person's: the own unit, and for a sub-centre everything below it. */
export function ownUnits (actor: Actor, units: UnitTree): string[] {
  if (actor.unitId === null) return []
  return holds(actor, 'SUBCENTRE_OPERATOR') ? below(units, actor.unitId) : [actor.unitId]
}

/** Conditions on `work_order o` for each task of these units; every order they have or had a part in is under at least one. */
export function taskOf (own: string): Record<Task, string> {
  const part = (is: string): string =>
    `exists (select 1 from assignment a where a.order_id = o.id and a.unit_id = any(${own}::text[]) and ${is})`
  const asksReturn = 'a.role = \'lead\' and o.state = \'RETURN_REQUESTED\''
  const open = 'a.ended_at is null and a.state <> \'waiting\''
  const sign = part(`${open} and a.state = 'dispatched' and not (${asksReturn})`)
  const work = part(`${open} and a.state <> 'reported' and (a.state <> 'dispatched' or (${asksReturn}))`)
  const reported = `o.state <> 'VERIFYING' and ${part(`${open} and a.state = 'reported'`)}`
  return { sign, work, reported, done: `${part('a.state <> \'waiting\'')} and not ((${sign}) or (${work}) or (${reported}))` }
}

/** Only what this person may see: the rows of the visibility policy, as SQL on `work_order o`. */
export function onlyVisible (where: Pick<Where, 'add'>, actor: Actor, units: UnitTree): void {
  const own = actor.unitId
  const { path, line } = readerUnit(units, own)
  // A desk's lists hide other people's drafts.
  where.add(
    v => holds(actor, 'SHIFT_LEADER', 'SUPERVISOR', 'ADMINISTRATOR') ? 'true' : `o.state <> 'DRAFT' or o.created_by = ${v(actor.id)}`
  )
  if (line.length > 0) where.add(v => `o.about_unit_id is null or not (o.about_unit_id = any(${v(line)}::text[]))`)
  where.add(v => {
    const ways = rowsOf(actor).flatMap(({ role, tie, kinds }) => {
      const tied = tieSql(tie, role, { actor, path, units, v })
      return tied === null || kinds.length === 0 ? [] : [`(${tied}) and (${ofKinds(kinds)})`]
    })
    return ways.length === 0 ? 'false' : ways.map(w => `(${w})`).join(' or ')
  })
}

/** The same as one condition among others' values. */
export function visibleSql (actor: Actor, units: UnitTree, v: (value: unknown) => string): string {
  const parts: string[] = []
  onlyVisible({ add: sql => { parts.push(sql(v)) } }, actor, units)
  return parts.map(p => `(${p})`).join(' and ')
}

interface TieFacts { actor: Actor, path: readonly string[], units: UnitTree, v: (value: unknown) => string }

/** A tie as a condition; null: this person cannot have it. */
function tieSql (tie: Tie, role: Role, { actor, path, units, v }: TieFacts): string | null {
  const own = actor.unitId
  switch (tie) {
    case 'any': return 'true'
    case 'own': return `o.created_by = ${v(actor.id)}`
    case 'with-unit': return own === null
      ? null
      : `exists (select 1 from assignment a where a.order_id = o.id and a.state <> 'waiting'
          and a.unit_id = any(${v(role === 'SUBCENTRE_OPERATOR' ? below(units, own) : [own])}::text[]))`
    case 'in-town': return own === null ? null : `o.town_id = ${v(own)} and o.state <> 'DRAFT'`
    case 'to-verify': {
      const line = own === null ? [] : [...below(units, own), ...path]
      return `o.state = 'VERIFYING' and not exists (select 1 from assignment a
        where a.order_id = o.id and a.unit_id = any(${v(line)}::text[]))`
    }
    default: return tie satisfies never
  }
}

/** Orders of one caller: those a request of theirs began, and those it belongs to now. An anonymous one is found where it began alone. */
export const ofCaller = (hashes: string): string => `o.id in (
  select q.filed_with from request q where q.number_hash = any(${hashes}::bytea[]) and q.joined_at is null
  union all select q.order_id from request q where q.number_hash = any(${hashes}::bytea[]) and not q.anonymous)`

/** Orders whose number, or the receipt number of a request, is like this. */
const numbered = (like: string): string =>
  `o.number like ${like} or o.id = any(array(select q.order_id from request q where q.receipt_number like ${like}))`

/** Orders that began with a request of this kind. */
const typed = (type: string): string =>
  `o.id in (select q.filed_with from request q where q.joined_at is null and q.request_type = ${type})`

/** What was asked for, as conditions on `work_order o`. */
export function filtered (where: Where, filter: OrderFilter, actor: Actor, units: UnitTree): void {
  const {
    states, unitId, townId, category, channel, requestType, urgency, problem, overtime, extension, urged, verification, from, to, number,
    createdBy
  } = filter
  if (filter.ids !== undefined) where.add(v => `o.id = any(${v(filter.ids)}::uuid[])`)
  if (states && states.length > 0) where.add(v => `o.state = any(${v(states)}::text[])`)
  if (unitId !== undefined) {
    where.add(v => `exists (select 1 from assignment a
      where a.order_id = o.id and a.ended_at is null and a.state <> 'waiting' and a.unit_id = any(${v(below(units, unitId))}::text[]))`)
  }
  if (townId !== undefined) where.add(v => `o.town_id = ${v(townId)}`)
  if (category !== undefined) {
    where.add(v => category.length === 2 ? `o.category_code like ${v(category)} || '__'` : `o.category_code = ${v(category)}`)
  }
  if (channel !== undefined) where.add(v => `o.channel = ${v(channel)}`)
  if (requestType !== undefined) where.add(v => typed(v(requestType)))
  if (urgency !== undefined) where.add(v => `o.urgency = ${v(urgency)}`)
  if (problem !== undefined) where.add(v => `o.problem = ${v(problem)}`)
  if (overtime !== undefined) where.add(() => `${overdue} = ${overtime}`)
  if (filter.filed !== undefined) where.add(() => `(o.filed_at is not null and o.state <> 'MERGED') = ${filter.filed}`)
  if (filter.task !== undefined) where.add(v => taskOf(v(ownUnits(actor, units)))[filter.task ?? 'done'])
  if (extension !== undefined) where.add(() => `(o.extension_asked_at is not null) = ${extension}`)
  if (filter.answerWaits !== undefined) where.add(() => `(${answerWaitsSql}) = ${filter.answerWaits}`)
  if (urged !== undefined) where.add(() => `(o.urge_count > 0) = ${urged}`)
  if (verification !== undefined) where.add(v => `o.verification_status = ${v(verification)}`)
  if (from !== undefined) where.add(v => `o.received_at >= ${v(from)}`)
  if (to !== undefined) where.add(v => `o.received_at < ${v(to)}`)
  if (number !== undefined) where.add(v => numbered(v(`${number}%`)))
  if (createdBy !== undefined) where.add(v => `o.created_by = ${v(createdBy)}`)
}
