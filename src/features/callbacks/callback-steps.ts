import type { WorkingCalendar } from '../../calendar/rules/working-time.ts'
import type { Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { AskedOrder } from '../../domain/asked-order.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { isMobile } from '../../domain/telephone/phone-number.ts'
import { rolesSeeing } from '../../access/rules/visibility.ts'
import type { Actor, Role } from '../../domain/people/roles.ts'
import type { Feed, FeedAudience } from '../../feed/feed.ts'
import type { Alarms } from '../../queue/alarms.ts'
import type { Sms } from '../../sms/sms-types.ts'
import { bind } from '../../domain/bind.ts'
import { attemptPolicyAt, type AttemptPolicies } from '../../policy/rules/attempt-policy.ts'
import type { DeadlinePolicies } from '../../policy/rules/deadline-policy.ts'
import { ruleAt, type RulePolicies } from '../../policy/rules/rule-policy.ts'
import { lastTryText, spokenTo } from './dialling/callback-script.ts'
import { orderForFeed, saveCallback, statusesOf, type CallbackChange } from './callbacks-store.ts'
import type { Callback } from './callback-columns.ts'
import type { CallbackOrders } from './callback-types.ts'
import type { CallbackPolicy, Followup } from './rules/after-attempt.ts'
import { mergeAnswers, type Answers } from './rules/callback-answers.ts'
import { orderCallbackStatus } from './rules/order-status.ts'

/** Roles that watch callbacks on a screen. */
const watchers: readonly Role[] = ['CALLBACK_OFFICER', 'SHIFT_LEADER', 'DISPATCHER', 'AGENT']

/** Audience of an order's callbacks: watchers who see the order; never the people of the unit complained about. */
export async function callbackAudience (tx: Tx, orderId: string): Promise<FeedAudience> {
  const { never, kind } = await orderForFeed(tx, orderId)
  const seeing = rolesSeeing(kind)
  return { roles: watchers.filter(role => seeing.includes(role)), ...(never.length > 0 ? { never } : {}) }
}

export interface StepsOptions {
  clock: Clock
  feed: Feed
  alarms: Alarms
  sms: Sms
  sealing: Sealing
  orders: CallbackOrders
  calendar: () => Promise<WorkingCalendar>
  attempts: () => Promise<AttemptPolicies>
  deadlines: () => Promise<DeadlinePolicies>
  rules: () => Promise<RulePolicies>
}

/** Where it came from, for the order's timeline. */
export interface Evidence { legId?: string | null, callId?: string | null }

interface FollowInput extends Evidence {
  callback: Callback
  order: AskedOrder
  answers: Answers
  followup: Followup
  at: Date
  change?: CallbackChange
}

const topics = {
  CONFIRMED: 'callback.confirmed',
  OFFICER: 'callback.officer',
  SCHEDULED: 'callback.retry',
  UNREACHABLE: 'callback.unreachable'
} as const

/** Whether the order still waits for this callback's answer. */
const awaited = (order: AskedOrder, callback: Callback): boolean => order.state === 'VERIFYING' && order.cycle === callback.cycle

/** Saves a change, sets the alarm that belongs to it and shows it. */
async function save (
  context: StepsOptions, tx: Tx, callback: Callback, change: CallbackChange, topic: string, at: Date, data: Record<string, unknown> = {}
): Promise<Callback> {
  const saved = saveCallback(tx, callback, change)
  if (saved.nextAt !== null && saved.nextAt.getTime() !== callback.nextAt?.getTime()) {
    await context.alarms.set(tx, {
      family: 'callback',
      id: `callback-${saved.id}-${saved.revision}`,
      at: saved.nextAt,
      payload: { callbackId: saved.id }
    })
  }
  await context.feed.publish(tx, {
    topic,
    subject: saved.id,
    at,
    data: {
      orderId: saved.orderId,
      cycle: saved.cycle,
      status: saved.status,
      byPerson: saved.byPerson,
      attempts: saved.attempts,
      dueAt: saved.dueAt,
      officer: saved.officer,
      ...data
    },
    audience: await callbackAudience(tx, saved.orderId)
  })
  return saved
}

/** Tells the order how far the asking of its complainants is. */
async function tellOrder (
  context: StepsOptions, tx: Tx, actor: Actor, callback: Callback, order: AskedOrder, evidence: Evidence = {}
): Promise<void> {
  // A reply to the text after the order was closed changes what we know, not how it was closed.
  if (!awaited(order, callback)) return
  const status = orderCallbackStatus(await statusesOf(tx, callback.orderId, callback.cycle))
  await context.orders.recordCallbackResult(tx, actor, {
    orderId: callback.orderId,
    cycle: callback.cycle,
    status,
    requestId: callback.requestId,
    contacted: callback.contacted,
    solved: callback.solved,
    grade: callback.grade,
    reason: callback.reason ?? (status === 'NOT_REQUIRED' ? callback.cancelReason : null),
    callId: evidence.callId ?? null,
    legId: evidence.legId ?? null,
    ...(callback.grade === null ? {} : { rule: ruleAt(await context.rules(), 'SATISFIED_FROM', context.clock.now()) })
  })
}

/** The row's columns for each thing that may follow. */
function changeFor (followup: Followup, at: Date): CallbackChange {
  switch (followup.status) {
    case 'CONFIRMED': return { nextAt: null, finishedAt: at }
    case 'OFFICER': return {
      nextAt: followup.officerDueAt,
      officerDueAt: followup.officerDueAt,
      officerReckoning: followup.officerReckoning,
      dueAt: at,
      finishedAt: null
    }
    case 'SCHEDULED': return {
      dueAt: followup.nextAt,
      nextAt: followup.nextAt,
      ...(followup.byPerson !== null ? { byPerson: true, byPersonReason: followup.byPerson } : {})
    }
    case 'UNREACHABLE': return { nextAt: null, finishedAt: at }
  }
}

/** The attempt policy of the day of `at`, with what an officer's time is reckoned by and the grade that satisfies. */
async function policy (
  { attempts, calendar, deadlines, rules }: Pick<StepsOptions, 'attempts' | 'calendar' | 'deadlines' | 'rules'>, at: Date
): Promise<CallbackPolicy> {
  const policies = await attempts()
  return {
    ...attemptPolicyAt(policies, 'callback', at),
    timeZone: policies.timeZone,
    calendar: await calendar(),
    deadlines: await deadlines(),
    satisfiedFrom: ruleAt(await rules(), 'SATISFIED_FROM', at)
  }
}

/** Carries out what a rule decided after an attempt. The callback's row is locked by the caller. */
async function follow (
  context: StepsOptions, tx: Tx, actor: Actor, { callback, order, answers, followup, at, change = {}, ...evidence }: FollowInput
): Promise<Callback> {
  const number = context.sealing.openNumber(callback.numberSealed)
  const text = followup.status === 'UNREACHABLE' && followup.textMessage && isMobile(number)
  const saved = await save(context, tx, callback, {
    status: followup.status,
    ...mergeAnswers(answers, callback),
    ...followup.counts,
    ...(followup.policySince === undefined ? {} : { policySince: followup.policySince }),
    ...changeFor(followup, at),
    dialRequestId: null,
    ...(text ? { smsSentAt: at } : {}),
    ...change
  }, topics[followup.status], at)
  if (text) {
    const body = lastTryText(spokenTo(order, saved.requestId).number)
    await context.sms.send(tx, { key: `callback-${saved.id}-last-try`, to: number, body, subject: `order:${saved.orderId}` })
  }
  if (saved.status !== 'SCHEDULED') await tellOrder(context, tx, actor, saved, order, evidence)
  return saved
}

/** What every way of asking ends in: keep it, tell the order, set the alarm, show it. */
export const createSteps = (context: StepsOptions) => ({ ...bind(context, { policy, save, tellOrder, follow }), awaited })

export type Steps = ReturnType<typeof createSteps>
