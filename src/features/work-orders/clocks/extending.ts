import { newId } from '../../../domain/ids.ts'
import type { Tx } from '../../../db/database.ts'
import { bind } from '../../../domain/bind.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import { ruleAt } from '../../../policy/rules/rule-policy.ts'
import type { VersionedRef, OrderRef } from '../order-types.ts'
import { decideExtension, insertExtension, pendingExtension } from './extension-store.ts'
import { runningHandling } from './order-clocks.ts'
import { loadOrder, type LoadedOrder, type OrderContext } from '../life-cycle/order-context.ts'
import { allow, carryOut, leadRow } from '../life-cycle/order-steps.ts'
import { extended, latestExtension } from './rules/extension.ts'
import { text } from '../intake/rules/order-fields.ts'
import { extensionMessage } from '../rules/order-messages.ts'
import type { ExtensionClock } from '../rules/order-facts.ts'

/** The clock an extension of this order would move. */
export function extensionClock (loaded: Pick<LoadedOrder, 'row' | 'deadlines' | 'calendar' | 'policies'>): ExtensionClock {
  const running = runningHandling(loaded)
  const latest = running && latestExtension(running.explanation, loaded)
  return { due: running?.dueAt ?? null, latest, granted: loaded.row.extensionCount }
}

/** When the running clock ends; without one the rules have refused the step. */
function endOf ({ due }: ExtensionClock): Date {
  if (due === null) throw new Error('no clock runs that could be extended')
  return due
}

/** When the clock would really end: a day off is no day to end on. */
function ending (loaded: LoadedOrder, until: Date): Date {
  const running = runningHandling(loaded)
  return running ? extended(running.explanation, until, loaded.calendar).dueAt : until
}

/** 延期. @throws `extension-too-late`, `extension-too-long`, `extension-used-up` */
async function requestExtension (
  context: OrderContext, tx: Tx, actor: Actor, { reason, until, ...seen }: VersionedRef & { reason: string, until: Date }
): Promise<OrderRef> {
  const now = context.clock.now()
  text('reason', reason)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'extension.request' })
  const facts = extensionClock(loaded)
  const wanted = ending(loaded, until)
  const step = allow(loaded, { type: 'extension.request', reason, wanted, clock: facts }, actor, now)
  const lead = leadRow(loaded)
  const due = endOf(facts)
  insertExtension(tx, {
    id: newId(),
    orderId: loaded.row.id,
    assignmentId: lead.id,
    cycle: loaded.row.cycle,
    reason,
    dueBefore: due,
    wantedAt: wanted,
    requestedBy: actor.id,
    requestedAt: now
  })
  return await carryOut(context, tx, {
    loaded,
    step,
    actor,
    now,
    changes: { extensionAskedAt: now },
    detail: {
      unit: lead.unitId, reason, due: due.toISOString(), wanted: wanted.toISOString(), rule: ruleAt(loaded.rules, 'EXTENSIONS_A_ROUND', now)
    }
  })
}

/** `until`: default: as asked for */
async function grantExtension (
  context: OrderContext, tx: Tx, actor: Actor, { until, decision = '', ...seen }: VersionedRef & { until?: Date, decision?: string }
): Promise<OrderRef> {
  const now = context.clock.now()
  text('decision', decision)
  const [loaded, asked] = [
    await loadOrder(context, tx, seen, { actor, type: 'extension.grant' }),
    await pendingExtension(tx, seen.orderId)
  ]
  const facts = extensionClock(loaded)
  const to = ending(loaded, until ?? asked?.wantedAt ?? now)
  const step = allow(loaded, { type: 'extension.grant', until: to, clock: facts }, actor, now)
  const from = endOf(facts)
  decideExtension(tx, loaded.row.id, { by: actor.id, at: now, granted: true, decision, dueAfter: to })
  const { row } = loaded
  // A person who asked the city for help is told that it takes longer: the number alone, no matter.
  if (row.numberSealed !== null && !row.anonymous) {
    await context.sms.send(tx, {
      key: `extension-${row.id}-${row.cycle}-${row.extensionCount + 1}`,
      to: context.sealing.openNumber(row.numberSealed),
      body: extensionMessage(row.number, to, loaded.calendar.timeZone),
      subject: `order:${row.id}`
    })
  }
  return await carryOut(context, tx, {
    loaded,
    step,
    actor,
    now,
    changes: {
      extensionAskedAt: null,
      extensionCount: row.extensionCount + 1
    },
    detail: { unit: leadRow(loaded).unitId, decision, due: from.toISOString(), until: to.toISOString() }
  })
}

async function refuseExtension (
  context: OrderContext, tx: Tx, actor: Actor, { decision, ...seen }: VersionedRef & { decision: string }
): Promise<OrderRef> {
  const now = context.clock.now()
  text('decision', decision)
  const loaded = await loadOrder(context, tx, seen, { actor, type: 'extension.refuse' })
  const step = allow(loaded, { type: 'extension.refuse', decision }, actor, now)
  decideExtension(tx, loaded.row.id, { by: actor.id, at: now, granted: false, decision, dueAfter: null })
  return await carryOut(
    context,
    tx,
    { loaded, step, actor, now, changes: { extensionAskedAt: null }, detail: { unit: leadRow(loaded).unitId, decision } }
  )
}

/** 延期: the unit asks before its time is up, the Centre decides; the citizen's own clock is never moved. */
export const createExtending = (context: OrderContext) => bind(context, { requestExtension, grantExtension, refuseExtension })
