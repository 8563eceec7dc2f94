import { maskNumber } from '../../domain/telephone/phone-number.ts'
import type { ReaderUnit } from '../../domain/people/reader-unit.ts'
import { holds, type Actor, type Role } from '../../domain/people/roles.ts'
import type { OrderState } from '../../domain/work-order.ts'

/*
 * Visibility of orders and calls: the one policy behind every query, list, feed row, text message and page.
 * docs/who-sees-what.md is generated from the table below.
 */

/** What an order is for this policy: `confidential` 保密; `restricted`: of a channel with named readers, as the Party mailbox (党务信箱). */
export const orderKinds = ['ordinary', 'confidential', 'restricted'] as const
export type OrderKind = typeof orderKinds[number]

export const orderKind = (order: { restricted: boolean, confidential: boolean }): OrderKind =>
  order.restricted ? 'restricted' : order.confidential ? 'confidential' : 'ordinary'

/**
 * What ties a person to an order. `any`: none is needed; `own`: the person took it in; `with-unit`: it is or was with the own
 * unit, for a sub-centre also with a unit below; `in-town`: its place is in the sub-centre's town; `to-verify`: its spot is to be seen,
 * and the own unit had no part in it.
 */
export const ties = ['any', 'own', 'with-unit', 'in-town', 'to-verify'] as const
export type Tie = typeof ties[number]

/** full: as it is; masked: `139****0123`; hidden: not at all. */
export type NumberSight = 'full' | 'masked' | 'hidden'

/** How much of an order a person sees, once they see that there is one. */
export interface OrderSight {
  /** title, description and notes as they were typed (诉求原文): they may identify the complainant of a confidential order */
  words: boolean
  name: boolean
  number: NumberSight
  /** that a call was recorded, and where to hear it */
  recordings: boolean
}

type Row = { role: Role, tie: Tie } & Record<OrderKind, OrderSight | null>

const knows: OrderSight = { words: true, name: true, number: 'masked', recordings: true }
const rings: OrderSight = { ...knows, number: 'full' }
const deaf: OrderSight = { ...knows, recordings: false }
const spot: OrderSight = { words: true, name: false, number: 'hidden', recordings: false }
/** Class, place and the text written for the unit (派单内容): nothing that identifies the complainant. */
const matter: OrderSight = { words: false, name: false, number: 'hidden', recordings: false }
const row = (role: Role, tie: Tie, ordinary: OrderSight | null, confidential: OrderSight | null, restricted: OrderSight | null): Row =>
  ({ role, tie, ordinary, confidential, restricted })

/** Several rows that fit add up. Source: domain rules on data protection, confidential orders and the Party mailbox's readers. */
export const orderTable: readonly Row[] = [
  row('AGENT', 'any', knows, knows, null),
  row('AGENT', 'own', knows, knows, knows),
  row('SHIFT_LEADER', 'any', knows, knows, knows),
  row('DISPATCHER', 'any', knows, knows, knows),
  row('CALLBACK_OFFICER', 'any', rings, rings, rings),
  row('SUPERVISOR', 'any', knows, knows, knows),
  row('EMERGENCY_COORDINATOR', 'any', deaf, matter, null),
  row('EMERGENCY_COORDINATOR', 'own', deaf, deaf, deaf),
  row('LEADER', 'any', deaf, matter, null),
  row('ADMINISTRATOR', 'any', deaf, matter, null),
  row('SUBCENTRE_OPERATOR', 'own', deaf, deaf, deaf),
  row('SUBCENTRE_OPERATOR', 'with-unit', deaf, matter, matter),
  row('SUBCENTRE_OPERATOR', 'in-town', deaf, matter, null),
  row('HANDLER', 'with-unit', deaf, matter, matter),
  row('VERIFIER', 'to-verify', spot, matter, matter),
  row('INTEGRATION', 'own', spot, spot, spot)
]

/** Roles that read a citizen's number in full while on the line with them. */
const hearNumbers: readonly Role[] = ['AGENT', 'SHIFT_LEADER']

const numberRank: readonly NumberSight[] = ['hidden', 'masked', 'full']
const more = (a: NumberSight, b: NumberSight): NumberSight => numberRank.indexOf(a) > numberRank.indexOf(b) ? a : b
const less = (a: NumberSight, b: NumberSight): NumberSight => more(a, b) === a ? b : a

const mergeSights = (a: OrderSight | null, b: OrderSight | null): OrderSight | null => a === null || b === null
  ? a ?? b
  : { words: a.words || b.words, name: a.name || b.name, number: more(a.number, b.number), recordings: a.recordings || b.recordings }

/** An order as this policy sees it. Paths are a unit and every unit above it, nearest first. */
export interface SeenOrder {
  /** as the row of its channel says that it goes by */
  restricted: boolean
  confidential: boolean
  state: OrderState
  createdBy: string
  townId: string | null
  /** the unit complained about */
  aboutUnit: { id: string } | null
  /** units that have or had it, and those whose turn is still to come (`waiting`) */
  assignments: ReadonlyArray<{ state: string, unit: { id: string, path: readonly string[] } }>
}

/** Whether a unit that had a part in the order is this one, above it or below it. */
export const handledInLine = (order: Pick<SeenOrder, 'assignments'>, { path }: ReaderUnit): boolean =>
  order.assignments.some(a => path.includes(a.unit.id) || (path[0] !== undefined && a.unit.path.includes(path[0])))

/**
 * Whether the order is a complaint about this person's unit, one above it or one below it; the Centre's own desks still work on a complaint
 * about the Centre.
 */
export const isAboutOwn = ({ aboutUnit }: Pick<SeenOrder, 'aboutUnit'>, { line }: ReaderUnit): boolean =>
  aboutUnit !== null && line.includes(aboutUnit.id)

function isTied (tie: Tie, role: Role, order: SeenOrder, actor: Actor, ownUnit: ReaderUnit): boolean {
  switch (tie) {
    case 'any': return true
    case 'own': return order.createdBy === actor.id
    case 'with-unit': return actor.unitId !== null && order.assignments.some(a => a.state !== 'waiting' &&
      (a.unit.path[0] === actor.unitId || (role === 'SUBCENTRE_OPERATOR' && a.unit.path.includes(actor.unitId as string))))
    case 'in-town': return actor.unitId !== null && actor.unitId === order.townId && order.state !== 'DRAFT'
    case 'to-verify': return order.state === 'VERIFYING' && !handledInLine(order, ownUnit)
    default: return tie satisfies never
  }
}

/**
 * What this person sees of an order; null: nothing, not even that there is one. A person of a unit that is not government reads class,
 * place and the text for the unit, whatever their roles.
 * @param inCall the order's complainant is on this person's line right now
 */
export function orderSight (
  order: SeenOrder, actor: Actor, { ownUnit, inCall = false }: { ownUnit: ReaderUnit, inCall?: boolean }
): OrderSight | null {
  if (isAboutOwn(order, ownUnit)) return null
  const kind = orderKind(order)
  const rows = orderTable.filter(r => actor.roles.includes(r.role) && isTied(r.tie, r.role, order, actor, ownUnit))
  const sight = rows.reduce<OrderSight | null>((all, r) => mergeSights(all, r[kind]), null)
  if (sight === null || !ownUnit.government) return sight && matter
  return inCall && holds(actor, ...hearNumbers) ? { ...sight, number: 'full' } : sight
}

/** Rows of the table that a person's roles give, for a list's conditions. */
export const rowsOf = (actor: Actor): Array<{ role: Role, tie: Tie, kinds: readonly OrderKind[] }> =>
  orderTable.filter(r => actor.roles.includes(r.role)).map(
    ({ role, tie, ...sights }) => ({ role, tie, kinds: orderKinds.filter(kind => sights[kind] !== null) })
  )

const merged = (actor: Actor, kind: OrderKind, by: readonly Tie[]): OrderSight | null =>
  orderTable.filter(r => by.includes(r.tie) &&
    actor.roles.includes(r.role)).reduce<OrderSight | null>((all, r) => mergeSights(all, r[kind]), null)

/** What a person's roles alone show of an order of this kind, without any tie. */
export const sightByRole = (actor: Actor, kind: OrderKind): OrderSight | null => merged(actor, kind, ['any'])

/** Kinds of order that a person's roles alone show, without any tie: for the conditions of a list. */
export const kindsByRole = (actor: Actor): readonly OrderKind[] => orderKinds.filter(kind => sightByRole(actor, kind) !== null)

/** Roles that see an order of this kind without any tie: they hear of it on the feed. */
export const rolesSeeing = (kind: OrderKind): readonly Role[] =>
  orderTable.filter(r => r.tie === 'any' && r[kind] !== null).map(r => r.role)

/** Roles that see an order of this kind since they took it in. */
export const rolesOwning = (kind: OrderKind): readonly Role[] =>
  orderTable.filter(r => r.tie === 'own' && r[kind] !== null).map(r => r.role)

/** An order that a call or a callback belongs to. `about`: the unit complained about; `by`: who took it in, where that counts. */
export interface LinkedOrder { kind: OrderKind, about: string | null, by?: string }

/** What a person's roles, and having taken it in, show of an order reached through a call or a callback. */
export function linkedSight (actor: Actor, { kind, about, by }: LinkedOrder, ownUnit: ReaderUnit): OrderSight | null {
  if (about !== null && ownUnit.line.includes(about)) return null
  const sight = merged(actor, kind, by === actor.id ? ['any', 'own'] : ['any'])
  return ownUnit.government ? sight : sight && matter
}

/**
 * The number of a call. Callback officers see it in full, and so does a person who has this citizen on the line and did not choose them.
 * Otherwise the strictest of the call's orders decides.
 */
export function callNumberSight (
  actor: Actor, { onOwnLine, orders, ownUnit }: { onOwnLine: boolean, orders: readonly LinkedOrder[], ownUnit: ReaderUnit }
): NumberSight {
  if (onOwnLine) return 'full'
  const all: readonly LinkedOrder[] = orders.length === 0 ? [{ kind: 'ordinary', about: null }] : orders
  return all.map((order): NumberSight => linkedSight(actor, order, ownUnit)?.number ?? 'hidden').reduce(less)
}

/** A number as this person may see it. */
export const shownNumber = (number: string | null, how: NumberSight): string | null =>
  number === null || how === 'hidden' ? null : how === 'full' ? number : maskNumber(number)

/** What stands for the title where the words are not shown. */
export const titleWithoutWords = (categoryName: string | null): string => categoryName ?? '保密工单'

/** Roles that may ask for everything of one number (查号码): searches are limited and audited. */
export const numberSearchers: readonly Role[] = ['AGENT', 'SHIFT_LEADER', 'DISPATCHER', 'CALLBACK_OFFICER', 'SUPERVISOR']
/** Searches by number one login may make in an hour and in a day. */
export const numberSearchLimit = { hour: 30, day: 120 } as const

/** Roles that see staff numbers in full: they ring staff. */
export const fullPersonNumbers: readonly Role[] = ['EMERGENCY_COORDINATOR', 'SHIFT_LEADER', 'ADMINISTRATOR']
