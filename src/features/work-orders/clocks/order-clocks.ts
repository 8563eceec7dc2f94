import type { Tx } from '../../../db/database.ts'
import type { DeadlineKind, DeadlineStep, Explanation, Timer } from './rules/deadlines.ts'
import { newId } from '../../../domain/ids.ts'
import { channelNamed } from '../../../policy/rules/channel-policy.ts'
import { insertDeadlines, updateDeadline, type DeadlineRow } from './deadline-store.ts'
import type { LoadedOrder, OrderContext } from '../life-cycle/order-context.ts'
import type { OrderChanges } from '../work-orders-store.ts'
import {
  changed, firstContactTimer, moments, nextMoment, ordinaryTimes, policyFor, receiptTimers, reckoned, resumed, sameLimits, signTimer,
  stepsDue, unitTimers,
  type Policy, type Progress
} from './rules/deadlines.ts'
import { extended } from './rules/extension.ts'

const progress = (row: DeadlineRow): Progress => ({ half: row.warnedHalfAt, late: row.warnedLateAt, expired: row.expiredAt })

/** Which column of the order holds the overtime flag; signing late is a reminder, not an overtime. */
const flags: Record<DeadlineKind, 'citizenOvertimeAt' | 'dispatchOvertimeAt' | 'onSiteOvertimeAt' | 'handlingOvertimeAt'
  | 'firstContactOvertimeAt' | null> = {
    citizen: 'citizenOvertimeAt',
    dispatch: 'dispatchOvertimeAt',
    'on-site': 'onSiteOvertimeAt',
    handling: 'handlingOvertimeAt',
    'first-contact': 'firstContactOvertimeAt',
    sign: null
  }

/** The times of an order's clock that begins `at`. */
export async function unitPolicy (
  context: OrderContext, { row, policies }: Pick<LoadedOrder, 'row' | 'policies'>, at: Date
): Promise<Policy> {
  // The category is not known yet: the ordinary times hold until then.
  const category = row.categoryCode === null ? ordinaryTimes(policies, at) : await context.directory.category(row.categoryCode)
  const channel = channelNamed(await context.channels(), row.channel, row.channelSince)
  return policyFor({ channel, requestType: row.requestType, urgency: row.urgency, category }, policies, at)
}

async function wake (context: OrderContext, tx: Tx, rows: readonly DeadlineRow[]): Promise<void> {
  const alarms = rows.flatMap(({ id, orderId, revision, stoppedAt, nextAt }) => stoppedAt !== null || nextAt === null
    ? []
    : [{ family: 'sla' as const, id: `deadline-${id}-${revision}`, at: nextAt, payload: { orderId, deadlineId: id, revision } }])
  if (alarms.length > 0) await context.alarms.set(tx, ...alarms)
}

const rowOf = (timer: Timer, orderId: string, assignmentId: string | null, cycle: number): DeadlineRow => ({
  id: newId(),
  orderId,
  assignmentId,
  kind: timer.kind,
  cycle,
  startedAt: timer.startedAt,
  dueAt: timer.dueAt,
  stoppedAt: null,
  warnedHalfAt: null,
  warnedLateAt: null,
  expiredAt: null,
  nextAt: nextMoment(timer.explanation, { half: null, late: null, expired: null })?.at ?? null,
  revision: 1,
  explanation: timer.explanation
})

/** Starts clocks. */
export async function startTimers (
  context: OrderContext, tx: Tx, loaded: LoadedOrder, timers: readonly Timer[], assignmentId: string | null
): Promise<void> {
  const rows = timers.map(t => rowOf(t, loaded.row.id, assignmentId, loaded.row.cycle))
  insertDeadlines(tx, rows)
  loaded.deadlines.push(...rows)
  await wake(context, tx, rows)
}

/** The clocks an order has from receipt, and the columns that repeat when they are due. */
export async function receiptClocks (
  context: OrderContext,
  loaded: Pick<LoadedOrder, 'row' | 'calendar' | 'policies'>
): Promise<{ timers: Timer[], changes: Pick<LoadedOrder['row'], 'citizenDueAt' | 'dispatchDueAt'> }> {
  const { row } = loaded
  const timers = receiptTimers(await unitPolicy(context, loaded, row.receivedAt), row.urgency, row.receivedAt, loaded)
  const due = (kind: DeadlineKind): Date | null => timers.find(t => t.kind === kind)?.dueAt ?? null
  const changes = { citizenDueAt: due('citizen'), dispatchDueAt: due('dispatch') }
  if (row.numberHash !== null && !row.anonymous && row.firstContactAt === null) timers.push(firstContactTimer(row.receivedAt, loaded))
  return { timers, changes }
}

/**
 * Starts the clocks that run from receipt. Where they run already and the category or urgency became known since, they
 * are computed again, still from receipt: never restarted.
 */
export async function runReceiptClocks (context: OrderContext, tx: Tx, loaded: LoadedOrder, now: Date): Promise<OrderChanges> {
  const { timers: wanted, changes } = await receiptClocks(context, loaded)
  const fresh: Timer[] = []
  for (const timer of wanted) {
    const running = loaded.deadlines.find(d => d.kind === timer.kind)
    if (!running) fresh.push(timer)
    else if (running.stoppedAt === null && !sameLimits(running.explanation, timer.explanation)) {
      Object.assign(changes, await move(context, tx, loaded, running, timer, now))
    }
  }
  await startTimers(context, tx, loaded, fresh, null)
  return changes
}

const notThereYet: ReadonlySet<LoadedOrder['row']['state']> = new Set(['DISPATCHED', 'SIGNED', 'RETURN_REQUESTED'])

/**
 * The unit's clocks follow urgency and category, from when they began: nobody is told 24 hours while the unit has seven days.
 * A matter that needs nobody on the spot any more has no clock for it.
 */
export async function followUnitClocks (context: OrderContext, tx: Tx, loaded: LoadedOrder, now: Date): Promise<OrderChanges> {
  const { row, calendar, deadlines } = loaded
  const handling = runningHandling(loaded)
  if (!handling) return {}
  const { assignmentId, cycle, startedAt, explanation: { from } } = handling
  const policy = await unitPolicy(context, loaded, startedAt)
  const changes: OrderChanges = {}
  const follow = async (running: DeadlineRow, { explanation }: Timer): Promise<void> => {
    if (sameLimits(running.explanation, explanation)) return
    Object.assign(changes, await move(context, tx, loaded, running, changed(running.explanation, explanation, calendar), now))
  }
  const sign = deadlines.find(d => d.kind === 'sign' && d.stoppedAt === null)
  if (sign) await follow(sign, signTimer(row.urgency, sign.startedAt, loaded))
  const there = loaded.assignments.some(a => a.role === 'lead' && a.state === 'on-site')
  for (const timer of unitTimers(policy, from, startedAt, loaded)) {
    const its = deadlines.filter(d => d.kind === timer.kind && d.cycle === cycle && d.assignmentId === assignmentId)
    const running = its.find(d => d.stoppedAt === null)
    if (running) await follow(running, timer)
    // No visit was due before; the unit at work has been there already, or need not.
    else if (its.length === 0 && notThereYet.has(row.state) && !there) await startTimers(context, tx, loaded, [timer], assignmentId)
  }
  if (policy.onSiteMinutes === null) Object.assign(changes, stopTimers(tx, loaded, ['on-site'], now))
  return changes
}

/**
 * A running clock gets another end: a clock run out by the old one stays overtime for good; warnings about the time
 * left are given again when they come.
 */
async function move (
  context: OrderContext, tx: Tx, loaded: LoadedOrder, row: DeadlineRow, to: { dueAt: Date, explanation: Explanation }, now: Date
): Promise<OrderChanges> {
  const changes = row.dueAt < now ? mark(loaded, row, now).changes : {}
  row.dueAt = to.dueAt
  row.explanation = to.explanation
  const at = moments(row.explanation)
  if (at.half > now) row.warnedHalfAt = null
  if (at.late > now) row.warnedLateAt = null
  if (at.expire > now) row.expiredAt = null
  row.nextAt = nextMoment(row.explanation, progress(row))?.at ?? null
  updateDeadline(tx, row)
  await wake(context, tx, [row])
  return changes
}

/** Clocks that passed a year without an entered calendar: moved by its days, now that it is entered. Returns what was moved. */
export async function reckonAgain (
  context: OrderContext, tx: Tx, loaded: LoadedOrder, now: Date
): Promise<{ moved: DeadlineRow[], changes: OrderChanges }> {
  const { editions } = loaded.calendar
  const moved = loaded.deadlines.filter(
    ({ stoppedAt, explanation: { days } }) => stoppedAt === null && days?.awaitsYear != null && editions.has(days.awaitsYear)
  )
  const changes: OrderChanges = {}
  for (const row of moved) {
    Object.assign(changes, await move(context, tx, loaded, row, reckoned(row.explanation, loaded.calendar), now))
    if (row.kind === 'citizen') changes.citizenDueAt = row.dueAt
  }
  return { moved, changes }
}

/** Marks what has come due on the row; overtime is marked on the order, once and for good. */
function mark (loaded: LoadedOrder, row: DeadlineRow, at: Date): { announce: DeadlineStep | null, changes: OrderChanges } {
  const { mark: steps, announce } = stepsDue(row.explanation, progress(row), at)
  const changes: OrderChanges = {}
  for (const step of steps) {
    if (step === 'half') row.warnedHalfAt = at
    if (step === 'late') row.warnedLateAt = at
    if (step === 'expire') {
      row.expiredAt = at
      const flag = flags[row.kind]
      if (flag !== null && loaded.row[flag] === null) changes[flag] = row.dueAt
    }
  }
  return { announce, changes }
}

/** Stops these clocks; one that ran out unnoticed still counts as overtime. */
export function stopTimers (tx: Tx, loaded: LoadedOrder, kinds: readonly DeadlineKind[], at: Date): OrderChanges {
  const changes: OrderChanges = {}
  for (const row of loaded.deadlines) {
    if (row.stoppedAt !== null || !kinds.includes(row.kind)) continue
    if (row.dueAt < at) Object.assign(changes, mark(loaded, row, at).changes)
    row.stoppedAt = at
    row.nextAt = null
    updateDeadline(tx, row)
  }
  return changes
}

/**
 * The clock of signing. A unit that had the order before in this round goes on with what was left: passing it round internally is no
 * fresh time. The clocks before are stopped.
 */
export function signingClock (loaded: LoadedOrder, unitId: string | null, now: Date): Timer {
  const { row, assignments, deadlines, calendar } = loaded
  const own = new Set(assignments.filter(a => a.unitId === unitId && a.cycle === row.cycle).map(a => a.id))
  const before = deadlines.filter(d => d.kind === 'sign' && d.assignmentId !== null && own.has(d.assignmentId))
    .sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime()).at(-1)
  if (!before?.stoppedAt) return signTimer(row.urgency, now, loaded)
  return { kind: 'sign', startedAt: before.startedAt, ...resumed(before.explanation, before.stoppedAt, now, calendar) }
}

/** 挂账: the clock of handling waits; one that has run out stays run out. False: none was stopped. */
export function pauseHandling (tx: Tx, loaded: LoadedOrder, now: Date): boolean {
  const row = runningHandling(loaded)
  if (row === null || row.dueAt <= now) return false
  Object.assign(row, { stoppedAt: now, nextAt: null })
  updateDeadline(tx, row)
  return true
}

/** The clock of handling goes on with what was left when a report or a parking stopped it. */
export async function resumeHandling (context: OrderContext, tx: Tx, loaded: LoadedOrder, now: Date): Promise<void> {
  const row = loaded.deadlines.filter(d => d.kind === 'handling').sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime()).at(-1)
  if (!row?.stoppedAt) return
  const { dueAt, explanation } = resumed(row.explanation, row.stoppedAt, now, loaded.calendar)
  Object.assign(row, { dueAt, explanation, stoppedAt: null })
  row.nextAt = nextMoment(explanation, progress(row))?.at ?? null
  updateDeadline(tx, row)
  await wake(context, tx, [row])
}

/** 延期: the clock of handling runs until then. */
export async function extendHandling (context: OrderContext, tx: Tx, loaded: LoadedOrder, until: Date, now: Date): Promise<OrderChanges> {
  const row = runningHandling(loaded)
  return row ? await move(context, tx, loaded, row, extended(row.explanation, until, loaded.calendar), now) : {}
}

/** The unit's clock of handling, while it runs. */
export const runningHandling = ({ deadlines }: Pick<LoadedOrder, 'deadlines'>): DeadlineRow | null =>
  deadlines.find(d => d.kind === 'handling' && d.stoppedAt === null) ?? null

/** A reopened order: the citizen's clock was stopped at closing, but counts from receipt all the same. */
export async function resumeCitizen (context: OrderContext, tx: Tx, loaded: LoadedOrder): Promise<void> {
  for (const row of loaded.deadlines) {
    if (row.kind === 'citizen' && row.stoppedAt !== null) await runOn(context, tx, row)
  }
}

/** Clocks that were stopped in this moment run on, as if they had never stopped: they count from when they began. */
export async function resumeStopped (context: OrderContext, tx: Tx, loaded: LoadedOrder, at: Date): Promise<void> {
  const stopped = loaded.deadlines.filter(row => row.stoppedAt?.getTime() === at.getTime())
  for (const row of stopped) await runOn(context, tx, row)
}

async function runOn (context: OrderContext, tx: Tx, row: DeadlineRow): Promise<void> {
  row.stoppedAt = null
  row.nextAt = nextMoment(row.explanation, progress(row))?.at ?? null
  updateDeadline(tx, row)
  await wake(context, tx, [row])
}

export interface DueStep { deadline: DeadlineRow, step: DeadlineStep }

/** Everything of this order that has come due by now, marked and with its next moment set. */
export async function passDeadlines (
  context: OrderContext, tx: Tx, loaded: LoadedOrder, now: Date
): Promise<{ due: DueStep[], changes: OrderChanges }> {
  const due: DueStep[] = []
  const changes: OrderChanges = {}
  for (const row of loaded.deadlines) {
    if (row.stoppedAt !== null || row.nextAt === null || row.nextAt > now) continue
    const { announce, changes: flagged } = mark(loaded, row, now)
    Object.assign(changes, flagged)
    row.nextAt = nextMoment(row.explanation, progress(row))?.at ?? null
    updateDeadline(tx, row)
    await wake(context, tx, [row])
    if (announce) due.push({ deadline: row, step: announce })
  }
  return { due, changes }
}
