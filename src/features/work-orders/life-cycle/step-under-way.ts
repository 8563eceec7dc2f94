import type { Tx } from '../../../db/database.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import { ruleAt, type Rule, type RuleName } from '../../../policy/rules/rule-policy.ts'
import { lapseExtension } from '../clocks/extension-store.ts'
import {
  followUnitClocks, pauseHandling, resumeCitizen, resumeHandling, startTimers, stopTimers, unitPolicy
} from '../clocks/order-clocks.ts'
import { unitTimers } from '../clocks/rules/deadlines.ts'
import { lapseObjection } from '../objections/objection-store.ts'
import { endParking, lapseParking } from '../parking/parking-store.ts'
import { askedInNextCycle, orderForCallback } from '../closing/asked-order.ts'
import type { openLead, OrderEvent } from '../rules/order-facts.ts'
import { readAgain, type OrderChanges, type OrderRow } from '../work-orders-store.ts'
import type { LoadedOrder, OrderContext } from './order-context.ts'
import type { Effect } from './rules/step.ts'

/** A step the rules allow, to be carried out. */
export interface AllowedStep { event: OrderEvent, to: OrderRow['state'], effects: readonly Effect[] }

export interface CarryOut {
  loaded: LoadedOrder
  step: AllowedStep
  actor: Actor
  now: Date
  changes?: OrderChanges
  /** for the timeline; ids and words, never a number */
  detail?: Record<string, unknown>
  /** a rework waits for a dispatcher instead of going straight back */
  hold?: boolean
}

/** A step under way: what becomes of the row, and what follows of itself afterwards. */
export interface UnderWay extends Pick<Required<CarryOut>, 'loaded' | 'step' | 'now' | 'changes' | 'hold'> {
  from: OrderRow['state']
  after: Array<() => Promise<unknown>>
  lead: ReturnType<typeof openLead>
  /** the city's rule that decided a part of it, for the timeline */
  rule: Rule | null
}

/** 问题工单: from the city's figure on. */
export function problemFrom (under: UnderWay, name: RuleName, count: number): void {
  const rule = ruleAt(under.loaded.rules, name, under.now)
  if (count < rule.value) return
  under.changes.problem = true
  under.rule = rule
}

/** Starts the clocks of the unit that leads. */
export async function startClocks (
  context: OrderContext, tx: Tx, { loaded, now, lead }: UnderWay, reason: 'dispatch' | 'return' | 'hand-over' | 'rework'
): Promise<void> {
  await startTimers(context, tx, loaded, unitTimers(await unitPolicy(context, loaded, now), reason, now, loaded), lead?.id ?? null)
}

/** Stops clocks; an extension or objection that was asked for lapses with the clock of handling. */
export function stop (tx: Tx, { loaded, now, changes }: UnderWay, ...kinds: Parameters<typeof stopTimers>[2]): void {
  Object.assign(changes, stopTimers(tx, loaded, kinds, now))
  if (!kinds.includes('handling')) return
  noExtension(tx, { loaded, now, changes })
  lapse(tx, { loaded, now, changes })
}

type Lapsing = Pick<UnderWay, 'loaded' | 'now' | 'changes'>

/** Nothing is left to extend. */
function noExtension (tx: Tx, { loaded: { row }, now, changes }: Lapsing): void {
  if (row.extensionAskedAt === null) return
  lapseExtension(tx, row.id, now)
  changes.extensionAskedAt = null
}

/** 挂账: the clock of handling waits, unless it has run out. */
export function pause (tx: Tx, under: Lapsing): void {
  if (pauseHandling(tx, under.loaded, under.now)) noExtension(tx, under)
}

/**
 * 挂账 is over, and what was asked about it lapses: the clock of handling goes on with what was left, by what urgency and category say
 * now. The step that ends it by name has written down why.
 */
export async function unpark (context: OrderContext, tx: Tx, { loaded, step: { event }, now, changes }: UnderWay): Promise<void> {
  const { row } = loaded
  if (row.parkingAskedAt !== null) {
    lapseParking(tx, row.id, now)
    changes.parkingAskedAt = null
  }
  if (row.parkedUntil === null) return
  if (event.type !== 'park.end') endParking(tx, row.id, now, event.type === 'handling.report' ? 'reported' : 'moved')
  changes.parkedUntil = null
  await resumeHandling(context, tx, loaded, now)
  Object.assign(changes, await followUnitClocks(context, tx, loaded, now))
}

/** Nothing is left to object to: the unit reported, or the order went another way. */
export function lapse (tx: Tx, { loaded: { row }, now, changes }: Lapsing): void {
  if (row.objectionAskedAt === null) return
  lapseObjection(tx, row.id, now)
  changes.objectionAskedAt = null
}

/** An answer that was drafted, and not given yet, is of work that is done again; what was said at once on the line stays. */
export const withoutAnswer = ({ replyDraftedBy }: OrderRow): OrderChanges =>
  replyDraftedBy === null ? {} : { reply: null, replyDraftedBy: null, replyReviewedBy: null, replyReviewedAt: null }

/** Into the next round: asked, verified and reported anew. */
export async function nextCycle (context: OrderContext, tx: Tx, under: UnderWay): Promise<void> {
  const { loaded, from, step, changes } = under
  const { row } = loaded
  await context.announce.askingEnds(tx, row.id, row.cycle, step.event.type)
  Object.assign(changes, {
    cycle: row.cycle + 1,
    reworkCount: row.reworkCount + 1,
    ...await askedInNextCycle(context, tx, loaded),
    verificationStatus: row.verificationRequired ? 'PENDING' : 'NOT_REQUIRED',
    extensionCount: 0,
    result: null,
    reportedAt: null,
    closedAt: null,
    // What the order was closed with was given.
    ...(from === 'CLOSED' ? {} : withoutAnswer(row))
  } satisfies OrderChanges)
  problemFrom(under, 'REWORKS_UNTIL_PROBLEM', row.reworkCount + 1)
  if (from === 'CLOSED') await resumeCitizen(context, tx, loaded)
}

/** With nobody left to be asked too: who asks settles it, so that no order waits for an answer nobody can give. */
export async function askCitizen (context: OrderContext, tx: Tx, loaded: LoadedOrder, now: Date): Promise<void> {
  const { row } = loaded
  if (row.callbackStatus === 'PENDING') await context.announce.askingBegins(tx, await orderForCallback(context, tx, loaded), now)
  await readAgain(tx, row)
}
