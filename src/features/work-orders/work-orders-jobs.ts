import type { Database, Tx } from '../../db/database.ts'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import { systemActor } from '../../domain/people/roles.ts'
import type { AlarmHandler, Sweep } from '../../queue/alarms.ts'
import { untoldAssignments, updateAssignment } from './assignment/assignment-store.ts'
import { ordersAwaitingYears, ordersWithDeadlinesDue } from './clocks/deadline-store.ts'
import { passDeadlines, reckonAgain, type DueStep } from './clocks/order-clocks.ts'
import { draftEnd } from './intake/drafts.ts'
import { factsOf, loadOrder, type LoadedOrder, type OrderContext } from './life-cycle/order-context.ts'
import { addOrderEvent, dueDrafts, isLiving, noteOnOrder } from './work-orders-store.ts'
import { allow, announce, carryOut } from './life-cycle/order-steps.ts'
import { clockMessage, dispatchMessage } from './rules/order-messages.ts'
import { answerable, openLead } from './rules/order-facts.ts'
import { messageFacts } from './clocks/message-facts.ts'

/** How many orders one run of a sweep takes; the next run takes the rest. */
const batch = 200

/** The order reaches the unit: a text to the person responsible, once an assignment. */
async function notify (context: OrderContext, tx: Tx, orderId: string, assignmentId: string): Promise<void> {
  const now = context.clock.now()
  const loaded = await loadOrder(context, tx, { orderId }, 'service')
  const hop = loaded.assignments.find(a => a.id === assignmentId)
  if (!hop || hop.notifiedAt !== null || hop.endedAt !== null || hop.state === 'waiting') return
  const person = hop.personId === null
    ? await context.directory.responsibleOf(hop.unitId)
    : await context.directory.person(hop.personId).catch(() => null)
  updateAssignment(tx, hop, { notifiedAt: now, personId: hop.personId ?? person?.id ?? null })
  const due = (kind: 'on-site' | 'handling'): Date | null =>
    loaded.deadlines.find(d => d.kind === kind && d.stoppedAt === null)?.dueAt ?? null
  const kind = person?.mobile ? 'dispatch.notified' : 'dispatch.nobody-to-notify'
  if (person?.mobile) {
    await context.sms.send(tx, {
      key: `assignment-${hop.id}`,
      to: person.mobile,
      body: dispatchMessage(await messageFacts(context, loaded, hop.unitId), due('on-site'), due('handling')),
      subject: `order:${orderId}`
    })
  }
  noteOnOrder(tx, loaded.row, { updatedAt: now })
  addOrderEvent(tx, {
    orderId,
    at: now,
    kind,
    actor: systemActor.id,
    actorUnit: null,
    from: loaded.row.state,
    to: loaded.row.state,
    detail: { unit: hop.unitId, assignment: hop.id, person: person?.id ?? null }
  })
  await announce(context, tx, loaded, kind, now, { assignment: hop.id })
}

/** Recipients of a message about a clock: the person responsible; late, also the unit above; the last time, everybody above. */
async function recipients (
  { directory }: OrderContext, loaded: LoadedOrder, { deadline, step }: DueStep
): Promise<Array<{ id: string, mobile: PhoneNumber }>> {
  if (deadline.kind !== 'on-site' && deadline.kind !== 'handling' && deadline.kind !== 'sign') return []
  const facts = factsOf(loaded)
  // A unit that has not signed yet is reminded to sign; for the time itself 首接负责 names the unit that answers.
  const to = deadline.kind === 'sign' ? openLead(facts) : answerable(facts)
  if (!to) return []
  const row = loaded.assignments.find(a => a.id === to.id)
  const levels = step === 'half' ? 1 : step === 'late' ? 2 : to.unit.path.length
  const people = [
    row?.personId ? await directory.person(row.personId).catch(() => null) : null,
    ...await Promise.all(to.unit.path.slice(0, levels).map(async id => await directory.responsibleOf(id)))
  ]
  const found = new Map<string, { id: string, mobile: PhoneNumber }>()
  for (const p of people) if (p?.mobile) found.set(p.id, { id: p.id, mobile: p.mobile })
  return [...found.values()]
}

/** Warnings at half and at four fifths of the time, overtime at its end. */
async function passTime (context: OrderContext, tx: Tx, orderId: string): Promise<void> {
  const now = context.clock.now()
  const loaded = await loadOrder(context, tx, { orderId }, 'service')
  const { due, changes } = await passDeadlines(context, tx, loaded, now)
  if (due.length === 0) return
  const facts = await messageFacts(context, loaded, null)
  for (const one of due) {
    const { deadline, step } = one
    const people = await recipients(context, loaded, one)
    for (const person of people) {
      await context.sms.send(tx, {
        key: `deadline-${deadline.id}-${step}-${person.id}`,
        to: person.mobile,
        body: clockMessage(facts, deadline.kind as 'on-site' | 'handling' | 'sign', step, now, deadline.dueAt),
        subject: `order:${orderId}`
      })
    }
    addOrderEvent(tx, {
      orderId,
      at: now,
      kind: `${deadline.kind}.${step}`,
      actor: systemActor.id,
      actorUnit: null,
      from: loaded.row.state,
      to: loaded.row.state,
      detail: { deadline: deadline.id, due: deadline.dueAt.toISOString(), people: people.map(p => p.id) }
    })
  }
  // On-site overtime calls the sub-centre, handling overtime the district.
  const overtime = due.filter(d => d.step === 'expire').map(d => d.deadline.kind)
  const level = overtime.includes('handling') ? 2 : overtime.includes('on-site') ? 1 : 0
  noteOnOrder(tx, loaded.row, { ...changes, updatedAt: now, ...(level > loaded.row.level ? { level } : {}) })
  for (const { deadline, step } of due) {
    await announce(context, tx, loaded, step === 'expire' ? 'overtime' : 'warning', now,
      { kind: deadline.kind, step, due: deadline.dueAt.toISOString() })
  }
}

/** A year that clocks of this order waited for has been entered. */
async function passYear (context: OrderContext, tx: Tx, orderId: string): Promise<void> {
  const now = context.clock.now()
  const loaded = await loadOrder(context, tx, { orderId }, 'service')
  const { moved, changes } = await reckonAgain(context, tx, loaded, now)
  if (moved.length === 0) return
  const { state } = loaded.row
  const clocks = moved.map(({ kind, dueAt }) => ({ kind, due: dueAt.toISOString() }))
  noteOnOrder(tx, loaded.row, { ...changes, updatedAt: now })
  addOrderEvent(tx, {
    orderId,
    at: now,
    kind: 'clocks.reckoned-again',
    actor: systemActor.id,
    actorUnit: null,
    from: state,
    to: state,
    detail: { clocks }
  })
  await announce(context, tx, loaded, 'clocks.reckoned-again', now)
}

/** A draft without further work is kept and marked abandoned; while its call lives it waits. */
async function passDraft (context: OrderContext, tx: Tx, orderId: string): Promise<void> {
  const now = context.clock.now()
  const loaded = await loadOrder(context, tx, { orderId }, 'service')
  const { row } = loaded
  if (row.state !== 'DRAFT' || row.draftUntil === null || row.draftUntil > now) return
  if (row.originCallId !== null && await isLiving(tx, row.originCallId)) {
    noteOnOrder(tx, row, { draftUntil: draftEnd(now) })
    return
  }
  await carryOut(context, tx, {
    loaded,
    step: allow(loaded, { type: 'draft.abandon' }, systemActor, now),
    actor: systemActor,
    now,
    changes: { draftUntil: null, abandonedAt: now }
  })
}

/** What orders do when an alarm rings, and how they find due work when none did. */
export function createOrderJobs (context: OrderContext, db: Database): { alarmHandlers: AlarmHandler[], sweeps: Sweep[] } {
  const alarm = (family: AlarmHandler['family'], act: (tx: Tx, payload: Record<string, string | number>) => Promise<void>): AlarmHandler =>
    ({ family, ring: async payload => { await db.tx(async tx => { await act(tx, payload) }) } })

  /** One order a transaction: a broken one delays no other, and is reported after the rest was done. */
  async function each<T> (rows: readonly T[], act: (tx: Tx, row: T) => Promise<void>): Promise<void> {
    const failures: unknown[] = []
    for (const row of rows) await db.tx(async tx => { await act(tx, row) }).catch((error: unknown) => { failures.push(error) })
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${rows.length} orders could not be handled`)
  }

  return {
    alarmHandlers: [
      alarm('dispatch', async (tx, p) => { await notify(context, tx, String(p.orderId), String(p.assignmentId)) }),
      alarm('sla', async (tx, p) => { await passTime(context, tx, String(p.orderId)) }),
      alarm('draft', async (tx, p) => { await passDraft(context, tx, String(p.orderId)) })
    ],
    sweeps: [
      {
        name: 'order-hand-overs',
        pace: 'ordinary',
        async run (now) {
          // The alarm is the ordinary way; what it missed two seconds ago is done here.
          const untold = await untoldAssignments(db, new Date(now.getTime() - 2000), batch)
          await each(untold, async (tx, { id, orderId }) => { await notify(context, tx, orderId, id) })
        }
      },
      {
        name: 'order-deadlines',
        pace: 'ordinary',
        async run (now) {
          await each(await ordersWithDeadlinesDue(db, now, batch), async (tx, id) => { await passTime(context, tx, id) })
        }
      },
      {
        name: 'order-clocks-of-a-new-year',
        pace: 'ordinary',
        async run () {
          const years = [...(await context.calendar()).editions.keys()]
          await each(await ordersAwaitingYears(db, years, batch), async (tx, id) => { await passYear(context, tx, id) })
        }
      },
      {
        name: 'order-drafts',
        pace: 'ordinary',
        async run (now) {
          await each(await dueDrafts(db, now, batch), async (tx, id) => { await passDraft(context, tx, id) })
        }
      }
    ]
  }
}
