import type { Tx } from '../../../db/database.ts'
import { DomainError } from '../../../domain/errors.ts'
import { withExtension } from '../../../domain/phone-number.ts'
import { says } from '../../../domain/words.ts'
import { systemActor, type Actor } from '../../../domain/roles.ts'
import type { Corrections, NewOrder, OrderCommands, OrderFields, OrderRef, Seen } from '../order-types.ts'
import { followUnitClocks, receiptClocks, runReceiptClocks, startTimers } from '../clocks/order-clocks.ts'
import { loadOrder, namedCall, orderAudience, type LoadedOrder, type OrderContext } from '../life-cycle/order-context.ts'
import {
  addOrderEvent, coComplainants, findBySource, findDraft, insertOrder, linkCallRow, nextSerial, spokeWithCitizen,
  type CoComplainantRow, type OrderChanges, type OrderRow
} from '../order-store.ts'
import { emptyRow } from './empty-row.ts'
import { refuseHolder } from './joining.ts'
import { allow, announce, carryOut, refOf } from '../life-cycle/order-steps.ts'
import { dateOf } from '../../../calendar/rules/working-time.ts'
import { amended, checksSettled, liftsProtection, makesPraise } from './rules/amendment.ts'
import type { OrderEvent } from '../rules/order-facts.ts'
import { callbackNeed, checkFields, isChannel, line, plainPlace, text } from './rules/order-fields.ts'

/** A draft outlives its call, or the last word typed, by so many minutes; then it is kept as abandoned. */
const draftMinutes = 30

/** So long ago a source may have received what it passes on, ms: a year. */
const oldestReceipt = 366 * 86_400_000

const isNew = (input: NewOrder | Seen): input is NewOrder => !('orderId' in input)

/** What a correction takes away or makes easy, which is not everybody's. */
const corrected = (row: OrderRow, fields: OrderFields, actor: Actor): { lifts: boolean, praises: boolean } =>
  ({ lifts: liftsProtection(row, fields), praises: makesPraise(row, fields, row.createdBy === actor.id) })

/** `matter`: as it will be once the step is taken. */
const intakeEvent = (
  type: 'intake.receive' | 'case.file',
  { requestType, categoryCode, title }: OrderRow,
  said: { lifts: boolean, praises: boolean, reason: string }
): OrderEvent =>
  type === 'case.file' ? { type, matter: { requestType, categoryCode, title }, ...said } : { type, ...said }

/** 受理 and 立案: everything until an order is a case. */
export function createIntake (context: OrderContext): Pick<OrderCommands,
'draftForCall' | 'draftCallEnded' | 'saveDraft' | 'receive' | 'file' | 'amend' | 'note' | 'answer' | 'reject' | 'forwardPraise'
  | 'linkCall'> {
  const { clock, directory, sealing } = context

  const sealed = (words: string | null | undefined): Buffer | null => words ? sealing.seal(words) : null

  /** Columns from what was typed; checks every word and every name. */
  async function columns (
    fields: OrderFields,
    before: Pick<OrderRow, 'requestType' | 'urgency' | 'confidential'> | null
  ): Promise<OrderChanges> {
    const { number } = checkFields(fields)
    const changes: OrderChanges = {}
    if (fields.requestType !== undefined) {
      changes.requestType = fields.requestType
      // 举报 is confidential by default; unticking it is a person's own act.
      if (fields.requestType === 'REPORT_OF_WRONG' && before?.requestType !== 'REPORT_OF_WRONG') changes.confidential = true
    }
    if (fields.categoryCode !== undefined) {
      changes.categoryCode = fields.categoryCode
      if (fields.categoryCode !== null) {
        const category = await directory.category(fields.categoryCode)
        changes.verificationRequired = category.verification === 'on-site'
        changes.verificationStatus = changes.verificationRequired ? 'PENDING' : 'NOT_REQUIRED'
        if (before === null) changes.urgency = category.urgency
      }
    }
    if (fields.urgency !== undefined) changes.urgency = fields.urgency
    if (fields.title !== undefined) changes.title = fields.title
    if (fields.description !== undefined) changes.description = fields.description
    if (fields.unitText !== undefined) changes.unitText = fields.unitText
    if (fields.place !== undefined) {
      changes.placeSealed = sealed(fields.place)
      changes.placeHash = fields.place ? sealing.fingerprint(plainPlace(fields.place)) : null
      if (fields.place && fields.townId === undefined) {
        const town = await directory.guessTown(fields.place)
        if (town) changes.townId = town.id
      }
    }
    if (fields.townId !== undefined) changes.townId = fields.townId === null ? null : await town(fields.townId)
    if (fields.aboutUnitId !== undefined) {
      changes.aboutUnitId = fields.aboutUnitId === null
        ? null
        : (await directory.unit(fields.aboutUnitId)).id
    }
    if (fields.longitude !== undefined) changes.longitude = fields.longitude
    if (fields.latitude !== undefined) changes.latitude = fields.latitude
    if (fields.occurred !== undefined) changes.occurredText = fields.occurred
    if (fields.complainantName !== undefined) changes.complainantNameSealed = sealed(fields.complainantName)
    if (number !== undefined) {
      changes.numberSealed = sealed(number && withExtension(number.number, number.extension))
      changes.numberHash = number === null ? null : sealing.fingerprint(number.number)
    }
    if (fields.anonymous !== undefined) changes.anonymous = fields.anonymous
    if (fields.confidential !== undefined) changes.confidential = fields.confidential
    if (fields.wantsCallback !== undefined) changes.wantsCallback = fields.wantsCallback
    if (fields.marks !== undefined) changes.marks = fields.marks
    return changes
  }

  async function town (id: string): Promise<string> {
    const unit = await directory.unit(id).catch((error: unknown) => {
      if (error instanceof DomainError && error.code === 'unknown-unit') {
        throw new DomainError('unknown-town', 'there is no such town', { town: id })
      }
      throw error
    })
    if (unit.kind !== 'town') throw new DomainError('unknown-town', 'this unit is not a town', { town: id })
    return id
  }

  /** Whether somebody is to be asked before closing follows from the other columns, and from who joined. */
  function withCallback (row: OrderRow, others: readonly CoComplainantRow[] = []): OrderChanges {
    const need = callbackNeed({ ...row, hasNumber: row.numberHash !== null })
    if (need.status === 'NOT_REQUIRED' && others.some(c => c.wantsCallback && c.numberSealed !== null)) {
      return { callbackStatus: 'PENDING', callbackReason: null }
    }
    return { callbackStatus: need.status, callbackReason: need.reason }
  }

  const orderNumber = (serial: number, at: Date, timeZone: string): string =>
    `${dateOf(at, timeZone).replaceAll('-', '')}-${String(serial).padStart(6, '0')}`

  const draftEnd = (at: Date): Date => new Date(at.getTime() + draftMinutes * 60_000)

  async function watchDraft (tx: Tx, row: OrderRow): Promise<void> {
    if (row.draftUntil) {
      await context.alarms.set(tx, {
        family: 'draft',
        id: `draft-${row.id}-${row.version}`,
        at: row.draftUntil,
        payload: { orderId: row.id }
      })
    }
  }

  /** Whoever has an outside system's order already answers that one: its resend is not a second order. */
  async function known (tx: Tx, input: NewOrder): Promise<LoadedOrder | null> {
    const id = input.sourceNumber ? await findBySource(tx, input.channel, input.sourceNumber) : null
    return id === null ? null : await loadOrder(context, tx, { orderId: id }, 'service')
  }

  /** A new order straight to `RECEIVED` or `FILED`: one statement each for row, timeline, clocks and feed. */
  async function create (tx: Tx, actor: Actor, input: NewOrder, type: 'intake.receive' | 'case.file'): Promise<OrderRef> {
    if (!isChannel(input.channel)) throw new DomainError('invalid-input', 'there is no such channel', { field: 'channel' })
    if (input.sourceNumber) line('sourceNumber', input.sourceNumber, 64)
    const now = clock.now()
    if (input.receivedAt && input.receivedAt.getTime() < now.getTime() - oldestReceipt) {
      throw new DomainError('invalid-input', 'received more than a year ago', { field: 'receivedAt' })
    }
    // Sent twice at once: the second waits, and finds the first.
    if (input.sourceNumber) {
      await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`source:${input.channel}:${input.sourceNumber}`])
    }
    const [serial, fields, calendar, units, there, origin] = await Promise.all([
      nextSerial(tx), columns(input, null), context.calendar(), directory.tree(), known(tx, input),
      input.callId ? namedCall(context, tx, actor, input.callId) : null
    ])
    // Its resend is not a second order; another sender's number of the same name is not his order.
    if (there && there.row.createdBy !== actor.id) {
      throw new DomainError('source-number-taken', 'somebody else has sent an order of this number', { field: 'sourceNumber' })
    }
    if (there) return refOf(there.row)
    if (origin !== null) {
      const draft = await findDraft(tx, origin, actor.id)
      if (draft !== null) {
        const { channel: _channel, sourceNumber: _source, callId: _call, receivedAt: _at, ...rest } = input
        return await advance(tx, actor, { ...rest, orderId: draft }, type)
      }
    }
    const receivedAt = input.receivedAt && input.receivedAt < now ? input.receivedAt : now
    const row = {
      ...emptyRow({ channel: input.channel, createdBy: actor.id, receivedAt, number: orderNumber(serial, now, calendar.timeZone) }, now),
      ...fields,
      sourceNumber: input.sourceNumber ?? null,
      originCallId: origin
    }
    Object.assign(row, withCallback(row))
    const loaded: LoadedOrder = { row, assignments: [], deadlines: [], units, calendar }
    const step = allow(loaded, intakeEvent(type, row, { lifts: false, praises: false, reason: '' }), actor, now)
    // The row is written once, as it is after its first step.
    row.state = step.to
    row.filedAt = type === 'case.file' ? now : null
    const { timers, changes } = await receiptClocks(context, row, calendar)
    Object.assign(row, changes)
    insertOrder(tx, row)
    await startTimers(context, tx, loaded, timers, null)
    if (origin !== null) linkCallRow(tx, { callId: origin, orderId: row.id, role: 'origin', by: actor.id, at: now })
    addOrderEvent(tx, {
      orderId: row.id,
      at: now,
      kind: step.event.type,
      actor: actor.id,
      actorUnit: actor.unitId,
      from: null,
      to: row.state,
      detail: {
        channel: row.channel,
        requestType: row.requestType,
        category: row.categoryCode,
        urgency: row.urgency,
        callback: row.callbackReason ?? row.callbackStatus
      }
    })
    await announce(context, tx, loaded, step.event.type, now)
    return refOf(row)
  }

  /** A draft or a received order goes on to `RECEIVED` or `FILED`. */
  async function advance (
    tx: Tx,
    actor: Actor,
    { reason = '', ...input }: Seen & Corrections,
    type: 'intake.receive' | 'case.file'
  ): Promise<OrderRef> {
    const now = clock.now()
    text('reason', reason)
    const loaded = await loadOrder(context, tx, input, { actor, type })
    const changes = await columns(input, loaded.row.categoryCode === null ? null : loaded.row)
    // Who may is asked of the order as it stands, whether it is complete of what was typed.
    const said = { ...corrected(loaded.row, input, actor), reason }
    const step = allow(loaded, intakeEvent(type, { ...loaded.row, ...changes }, said), actor, now)
    Object.assign(loaded.row, changes)
    Object.assign(changes, withCallback(loaded.row, await coComplainants(tx, loaded.row.id)))
    Object.assign(changes, await runReceiptClocks(context, tx, loaded, now))
    return await carryOut(context, tx, {
      loaded,
      step,
      actor,
      now,
      changes: { ...changes, draftUntil: null, abandonedAt: null, ...(type === 'case.file' ? { filedAt: now } : {}) },
      detail: {
        requestType: loaded.row.requestType,
        category: loaded.row.categoryCode,
        urgency: loaded.row.urgency,
        callback: changes.callbackReason ?? changes.callbackStatus,
        ...(reason === '' ? {} : { reason })
      }
    })
  }

  async function finish (
    tx: Tx, actor: Actor, seen: Seen, event: Parameters<typeof allow>[1], changes: OrderChanges, detail: Record<string, unknown>
  ): Promise<OrderRef> {
    const now = clock.now()
    const loaded = await loadOrder(context, tx, seen, { actor, type: event.type })
    const step = allow(loaded, event, actor, now)
    return await carryOut(context, tx, { loaded, step, actor, now, changes: { draftUntil: null, ...changes }, detail })
  }

  return {
    async draftForCall (tx, actor, { callId: call, number, channel = 'HOTLINE_962000' }) {
      const now = clock.now()
      const existing = await findDraft(tx, call, actor.id)
      if (existing !== null) return refOf((await loadOrder(context, tx, { orderId: existing }, 'service')).row)
      const [serial, calendar, units] = await Promise.all([nextSerial(tx), context.calendar(), directory.tree()])
      const row: OrderRow = {
        ...emptyRow({ channel, createdBy: actor.id, receivedAt: now, number: orderNumber(serial, now, calendar.timeZone) }, now),
        originCallId: call,
        numberSealed: sealed(number),
        numberHash: number === null ? null : sealing.fingerprint(number),
        draftUntil: draftEnd(now)
      }
      insertOrder(tx, row)
      linkCallRow(tx, { callId: call, orderId: row.id, role: 'origin', by: actor.id, at: now })
      addOrderEvent(tx, {
        orderId: row.id,
        at: now,
        kind: 'draft.open',
        actor: actor.id,
        actorUnit: actor.unitId,
        from: null,
        to: 'DRAFT',
        detail: { call }
      })
      await watchDraft(tx, row)
      await announce(context, tx, { row, assignments: [], deadlines: [], units, calendar }, 'draft.open', now, { call })
      return refOf(row)
    },

    async draftCallEnded (tx, call, at) {
      // No new version: nothing the agent typed or sees has changed under his hands.
      const rows = await tx.query<{ id: string }>(`update work_order set draft_until = greatest(draft_until, $2)
        where origin_call_id = $1 and state = 'DRAFT' and abandoned_at is null returning id`, [call, draftEnd(at)])
      for (const { id } of rows) {
        await context.alarms.set(tx, {
          family: 'draft',
          id: `draft-${id}-ended-${at.getTime()}`,
          at: draftEnd(at),
          payload: { orderId: id }
        })
      }
    },

    async saveDraft (tx, actor, input) {
      const now = clock.now()
      const { reason = '', ...fields } = input
      text('reason', reason)
      const loaded = await loadOrder(context, tx, input, { actor, type: 'draft.save' })
      const step = allow(loaded, { type: 'draft.save', ...corrected(loaded.row, fields, actor), reason }, actor, now)
      const changes = await columns(fields, loaded.row.categoryCode === null ? null : loaded.row)
      const ref = await carryOut(context, tx, {
        loaded,
        step,
        actor,
        now,
        changes: { ...changes, draftUntil: draftEnd(now), abandonedAt: null },
        detail: { fields: Object.keys(changes), ...(reason === '' ? {} : { reason }) }
      })
      await watchDraft(tx, loaded.row)
      return ref
    },

    receive: async (tx, actor, input) => isNew(input)
      ? await create(tx, actor, input, 'intake.receive')
      : await advance(tx, actor, input, 'intake.receive'),
    file: async (tx, actor, input) => isNew(input)
      ? await create(tx, actor, input, 'case.file')
      : await advance(tx, actor, input, 'case.file'),

    async amend (tx, actor, input) {
      const now = clock.now()
      const loaded = await loadOrder(context, tx, input, { actor, type: 'case.amend' })
      const { reason = '', ...fields } = input
      text('reason', reason)
      const { state, verificationStatus, callbackStatus } = loaded.row
      const step = allow(loaded, { type: 'case.amend', ...corrected(loaded.row, fields, actor), reason }, actor, now)
      const changes = await columns(fields, loaded.row)
      refuseHolder(loaded, changes.aboutUnitId, 'case.amend')
      const changed = amended(loaded.row, changes, words => sealing.seal(words).toString('base64'), words => sealing.open(words))
      if (checksSettled(state) || verificationStatus === 'PASSED') delete changes.verificationStatus
      Object.assign(loaded.row, changes)
      const undecided = ['RECEIVED', 'FILED', 'DRAFT'].includes(state) || callbackStatus === 'PENDING' || callbackStatus === 'NOT_REQUIRED'
      if (!checksSettled(state) && undecided) Object.assign(changes, withCallback(loaded.row, await coComplainants(tx, loaded.row.id)))
      if (loaded.row.state !== 'DRAFT') {
        Object.assign(changes, await runReceiptClocks(context, tx, loaded, now), await followUnitClocks(context, tx, loaded, now))
      }
      return await carryOut(context, tx, { loaded, step, actor, now, changes, detail: { changed, ...(reason === '' ? {} : { reason }) } })
    },

    async note (tx, actor, { text: words, ...seen }) {
      if (!says(text('text', words))) throw new DomainError('invalid-input', 'an empty note', { field: 'text' })
      return await finish(tx, actor, seen, { type: 'case.note' }, {}, { text: words })
    },

    async answer (tx, actor, { reply, article, ...seen }) {
      text('reply', reply)
      return await finish(tx, actor, seen, { type: 'intake.answer', reply },
        { reply, callbackStatus: 'NOT_REQUIRED', callbackReason: 'answered-at-once', closedAt: clock.now() }, { article: article ?? null })
    },

    async reject (tx, actor, { reason, reply, ...seen }) {
      text('reply', reply)
      return await finish(tx, actor, seen, { type: 'intake.reject', reason, reply },
        { reply, callbackStatus: 'NOT_REQUIRED', callbackReason: 'rejected', closedAt: clock.now() }, { reason })
    },

    async forwardPraise (tx, actor, { unitId, reply = '', ...seen }) {
      text('reply', reply)
      const now = clock.now()
      const loaded = await loadOrder(context, tx, seen, { actor, type: 'praise.forward' })
      const unit = loaded.units.get(unitId)
      if (!unit) throw new DomainError('unknown-unit', 'there is no such unit today', { unit: unitId })
      const step = allow(loaded, { type: 'praise.forward', unit }, actor, now)
      const { never } = orderAudience(loaded)
      const ref = await carryOut(context, tx, {
        loaded,
        step,
        actor,
        now,
        changes: {
          draftUntil: null,
          filedAt: loaded.row.filedAt ?? now,
          closedAt: now,
          result: 'SOLVED',
          reply,
          callbackStatus: 'NOT_REQUIRED',
          callbackReason: 'praise',
          verificationStatus: 'NOT_REQUIRED'
        },
        detail: { unit: unitId }
      })
      await context.feed.publish(tx, {
        topic: 'order.praise',
        subject: ref.id,
        at: now,
        data: { number: ref.number, unitId },
        audience: { ...(never && { never }), operators: unit.path, handlers: [unitId] }
      })
      return ref
    },

    async linkCall (tx, actor, { callId: call, orderId, role }) {
      const now = clock.now()
      const loaded = await loadOrder(context, tx, { orderId }, { actor, type: 'call.link' })
      const id = await namedCall(context, tx, actor, call)
      const step = allow(loaded, { type: 'call.link' }, actor, now)
      if (role === 'first_contact' && actor.id !== systemActor.id && !await spokeWithCitizen(tx, id, loaded.row)) {
        throw new DomainError('guard-not-met', 'first contact is an answered call with the order\'s own number',
          { guard: 'their-own-call', state: loaded.row.state, event: step.event.type })
      }
      linkCallRow(tx, { callId: id, orderId, role, by: actor.id, at: now })
      const first = role === 'first_contact' && loaded.row.firstContactAt === null
      return await carryOut(context, tx, {
        loaded,
        step: first ? { ...step, effects: ['stop-first-contact-clock'] } : step,
        actor,
        now,
        changes: first ? { firstContactAt: now } : {},
        detail: { call: id, role }
      })
    }
  }
}
