import { DateTime } from 'luxon'
import type { Database, Tx } from '../db/database.ts'
import type { Sealing } from '../db/sealing.ts'
import { callerNumber } from '../domain/telephone/phone-number.ts'
import { systemActor, type Actor } from '../domain/people/roles.ts'
import { addPastCall, type PastCall } from '../features/calls/calls-load.ts'
import { hasOrders } from '../features/work-orders/work-orders-load.ts'
import type { OrderCommands } from '../features/work-orders/work-orders.ts'
import { readDistrict, type SampleCall, type SampleOrder } from './read-district.ts'

export interface SampleOrdersOptions {
  db: Database
  sealing: Sealing
  timeZone: string
  /** the orders' commands, with this moment as now */
  commandsAt: (moment: () => Date) => OrderCommands
  /** the sample week's second day is the day before this moment */
  now: Date
}

const dispatcher: Actor = { ...systemActor, id: 'dispatcher', roles: ['DISPATCHER', 'AGENT', 'SHIFT_LEADER'] }
const handlerOf = (unitId: string): Actor => ({ ...systemActor, id: unitId.toLowerCase(), roles: ['HANDLER'], unitId })

/** Why a unit is responsible when the law alone does not say so. */
const evidence: Record<string, string> = { agreed: '联席会议商定（样例）', designated: '区中心指定（样例）' }

/** Minutes from receipt to each step of a sample order. */
const minutesTo = { dispatch: 6, sign: 20, arrive: 75, start: 80, report: 300 } as const

/**
 * Files the sample orders and calls through the usual commands, with past moments as now: their timelines, clocks and
 * overtime are real. Does nothing where there are orders already. Returns how many were filed.
 */
export async function loadSampleOrders ({ db, sealing, timeZone, commandsAt, now }: SampleOrdersOptions): Promise<number> {
  if (await hasOrders(db)) return 0
  const { orders, calls } = readDistrict()
  let moment = now
  const commands = commandsAt(() => moment)
  const firstDay = DateTime.fromJSDate(now, { zone: timeZone }).startOf('day').minus({ days: 2 })
  const momentOf = (day: number, time: string): Date => {
    const [hour, minute, second = 0] = time.split(':').map(Number)
    return firstDay.plus({ days: day - 1 }).set({ hour: hour ?? 0, minute: minute ?? 0, second }).toJSDate()
  }
  await db.tx(async tx => { for (const call of calls) addPastCall(tx, pastCall(sealing, call, momentOf(call.day, call.time))) })

  for (const sample of orders) {
    const received = momentOf(sample.day, sample.time)
    const at = async <T>(minutes: number, work: (tx: Tx) => Promise<T>): Promise<T> => {
      moment = new Date(Math.min(received.getTime() + minutes * 60_000, now.getTime()))
      return await db.tx(work)
    }
    const [first, ...others] = calls.filter(c => c.order === sample.id)
    const orderId = await file(sample, first ? callId(first) : null, commands, received, at)
    for (const call of others) {
      await at(minutesTo.report, async tx => await commands.linkCall(tx, dispatcher, { orderId, callId: callId(call), role: 'origin' }))
    }
  }
  return orders.length
}

/** Takes one order to its `reach`, the state to stop in. */
async function file (
  sample: SampleOrder, call: string | null, commands: OrderCommands, receivedAt: Date,
  at: <T>(minutes: number, work: (tx: Tx) => Promise<T>) => Promise<T>
): Promise<string> {
  const { reach, units: [lead, ...others] } = sample
  const fields = {
    channel: sample.channel,
    requestType: sample.requestType,
    categoryCode: sample.category,
    urgency: sample.urgency,
    title: sample.title,
    description: sample.description,
    ...(sample.unitText === undefined ? {} : { unitText: sample.unitText }),
    place: sample.place,
    townId: sample.town,
    complainantName: sample.complainant,
    complainantNumber: sample.number,
    anonymous: sample.anonymous,
    // 举报 is confidential by itself
    ...(sample.confidential ? { confidential: true } : {}),
    sourceNumber: sample.sourceNumber,
    callId: call,
    receivedAt
  }
  if (reach === 'ANSWERED' || sample.requestType === 'PRAISE') {
    const { id } = await at(3, async tx => await commands.receive(tx, dispatcher, fields))
    await at(4, async tx => lead === undefined
      ? await commands.answer(tx, dispatcher, { orderId: id, reply: '已按知识库答复来电人。' })
      : await commands.forwardPraise(tx, dispatcher, { orderId: id, unitId: lead, reply: '感谢您的表扬，已转达。' }))
    return id
  }
  const { id: orderId } = await at(3, async tx => await commands.file(tx, dispatcher, fields))
  if (lead === undefined || reach === 'FILED') return orderId
  await at(minutesTo.dispatch, async tx => await commands.dispatch(tx, dispatcher, {
    orderId,
    mode: sample.sequence ? 'sequence' : others.length > 0 ? 'comprehensive' : 'single',
    unitIds: sample.sequence ? [lead, ...others] : [lead],
    ...(sample.sequence ? {} : { coUnitIds: others }),
    basis: sample.basis,
    evidence: evidence[sample.basis] ?? ''
  }))
  const handler = handlerOf(lead)
  if (reach === 'RETURN_REQUESTED') {
    await at(minutesTo.sign, async tx => await commands.requestReturn(tx, handler, { orderId, reason: '该路段由其他单位养护', evidence: '现场照片' }))
    return orderId
  }
  const steps = [
    ['SIGNED', minutesTo.sign, async (tx: Tx) => await commands.sign(tx, handler, { orderId })],
    ['ON_SITE', minutesTo.arrive, async (tx: Tx) => await commands.arrive(tx, handler, { orderId })],
    ['HANDLING', minutesTo.start, async (tx: Tx) => await commands.start(tx, handler, { orderId })],
    ['REPORTED', minutesTo.report, async (tx: Tx) => await commands.report(tx, handler, { orderId, text: '已到场处置完毕，请核查。' })]
  ] as const
  const last = steps.findIndex(([state]) => state === reach)
  for (const [, minutes, step] of steps.slice(0, last + 1)) await at(minutes, step)
  return orderId
}

const callId = (call: SampleCall): string => `sample-${call.id}`

/** The citizen waited, talked if an agent answered, and hung up. */
function pastCall (sealing: Sealing, call: SampleCall, offeredAt: Date): PastCall {
  const number = call.number === null ? null : callerNumber(call.number)
  const leftQueueAt = new Date(offeredAt.getTime() + call.waitedSeconds * 1000)
  return {
    id: callId(call),
    number: number === null ? null : { sealed: sealing.seal(number), hash: sealing.fingerprint(number) },
    offeredAt,
    leftQueueAt,
    endedAt: new Date(leftQueueAt.getTime() + call.talkedSeconds * 1000),
    answeredBy: call.agent,
    disposition: call.disposition
  }
}
