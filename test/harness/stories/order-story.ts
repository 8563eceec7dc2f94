import { DateTime } from 'luxon'
import { until } from '../../../src/servers/until.ts'
import type { NetworkCall } from '../telephones/network.ts'
import type { Stack } from '../servers/stack.ts'

/** One order as its readers get it; what journeys look at. */
export interface OrderSeen {
  id: string
  number: string
  version: number
  state: string
  cycle: number
  confidential: boolean
  title: string
  result: string | null
  originCallId: string | null
  callbackStatus: string
  verificationStatus: string
  reworkCount: number
  complainant: { name: string | null, number: string | null }
  deadlines: Array<{ kind: string, cycle: number, startedAt: string, dueAt: string, stoppedAt: string | null, expiredAt: string | null }>
  assignments: Array<{ unit: { id: string }, state: string, notifiedAt: string | null }>
  timeline: Array<{ at: string, kind: string, actor: string, to: string | null, detail: Record<string, unknown> }>
  calls: Array<{ callId: string, role: string, recorded: boolean }>
}

/** One callback as its readers get it. */
export interface CallbackSeen {
  id: string
  orderId: string
  cycle: number
  status: string
  byPerson: boolean
  byPersonReason: string | null
  number: string
  contacted: boolean | null
  solved: string | null
  grade: number | null
  attempts: number
  unanswered: number
  incomplete: number
  dueAt: string
  officerDueAt: string | null
  smsSentAt: string | null
  attemptList: Array<{
    attempt: number
    method: string
    answered: boolean
    person: boolean
    outcome: string | null
    callId: string | null
    legId: string | null
    answers: { contacted?: boolean | null, solved?: string | null, grade?: number | null }
  }>
}

const zone = 'Asia/Shanghai'

/** The service's clock, moved to a time of day. */
export interface StoryClock {
  now: () => Date
  /** to the next time it is `09:05` in Shanghai, or so many days later still */
  comes: (time: string, days?: number) => Promise<void>
  passes: (ms: number) => Promise<void>
}

/** Of one stack at most one: it counts what it has moved. */
export function storyClock ({ advance }: Pick<Stack, 'advance'>): StoryClock {
  let moved = 0
  const now = (): Date => new Date(Date.now() + moved)
  const passes = async (ms: number): Promise<void> => {
    moved += ms
    await advance(ms)
  }
  return {
    now,
    passes,
    async comes (time, days = 0) {
      const [hour = 0, minute = 0] = time.split(':').map(Number)
      const today = DateTime.fromJSDate(now(), { zone })
      const then = today.set({ hour, minute, second: 0, millisecond: 0 })
      await passes((then > today ? then : then.plus({ days: 1 })).plus({ days }).toMillis() - now().getTime())
    }
  }
}

/** What an agent files about stalls before a market (早点摊占道) by default. */
export const stalls = {
  channel: 'HOTLINE_962000',
  requestType: 'COMPLAINT',
  categoryCode: '0701',
  title: '早点摊占道',
  description: '菜场门口七八个早点摊占了半条路。',
  place: '莘庄镇 莘建东路 菜场门口',
  complainantName: '李先生'
}

const orderOf = (orderId: string): string => `/api/work-orders/${orderId}`

export const theOrder = async (stack: Stack, orderId: string): Promise<OrderSeen> =>
  await (await stack.as('dispatcher')).get<OrderSeen>(orderOf(orderId))

/** One step on an order as somebody, with its present version; answers how the dispatcher sees it then. */
export async function step (stack: Stack, who: string, orderId: string, verb: string, body: object = {}): Promise<OrderSeen> {
  const person = await stack.as(who)
  const { version } = await theOrder(stack, orderId)
  await person.post(`${orderOf(orderId)}/${verb}`, { version, ...body })
  return await theOrder(stack, orderId)
}

/** The unit signs, arrives, handles and reports; its sub-centre accepts. */
export async function handledBy (stack: Stack, unit: string, subcentre: string, orderId: string): Promise<void> {
  await step(stack, unit, orderId, 'sign')
  await step(stack, unit, orderId, 'arrive')
  await step(stack, unit, orderId, 'start')
  await step(stack, unit, orderId, 'report', { text: '已处置完毕。' })
  await step(stack, subcentre, orderId, 'accept-report')
}

/** An order whose report is accepted: its complainant is to be asked. */
export async function acceptedOrder (stack: Stack, complainantNumber: string, over: object = {}): Promise<OrderSeen> {
  const agent = await stack.as('8003')
  const { id } = await agent.post<{ id: string }>('/api/work-orders', { ...stalls, complainantNumber, ...over })
  await step(stack, 'dispatcher', id, 'dispatch', { mode: 'single', unitIds: ['T01-CGZD'], basis: 'statutory' })
  await handledBy(stack, 't01-cgzd', 't01', id)
  return await agent.get<OrderSeen>(orderOf(id))
}

/** Waits until the order is so. */
export const orderBecomes = async (
  stack: Stack, orderId: string, condition: (order: OrderSeen) => boolean, seconds = 30
): Promise<OrderSeen> =>
  await (await stack.as('dispatcher')).sees<OrderSeen>(orderOf(orderId), condition, seconds)

/** The newest callback of an order, once it is so. */
export async function callbackBecomes (
  stack: Stack, orderId: string, condition: (callback: CallbackSeen) => boolean, seconds = 30
): Promise<CallbackSeen> {
  const officer = await stack.as('8101')
  const { items } = await officer.sees<{ items: CallbackSeen[] }>(`/api/callbacks?list=all&orderId=${orderId}`,
    list => list.items.length > 0)
  const newest = items.sort((a, b) => b.cycle - a.cycle)[0]
  return await officer.sees<CallbackSeen>(`/api/callbacks/${newest?.id ?? ''}`, condition, seconds)
}

/** Every key the exchange took from somebody in a script, `solved 1`; empty keys are questions nobody answered in time. */
export async function keysTaken ({ db }: Pick<Stack, 'db'>, question = ''): Promise<string[]> {
  const rows = await db.query<{ extra: string }>('select extra from pbx_journal where event = \'LD_KEY\' order by line')
  return rows.flatMap(({ extra }) => {
    const data = new URLSearchParams((JSON.parse(extra) as { extra: string }).extra)
    const q = data.get('q') ?? ''
    return question === '' || q === question ? [`${q} ${data.get('key') ?? ''}`.trim()] : []
  })
}

/** In a script of the exchange: presses key after key, each when the one before was taken and the next question is asked. */
export async function answers (stack: Stack, call: NetworkCall, ...keys: string[]): Promise<void> {
  for (const key of keys) {
    const before = (await keysTaken(stack)).length
    // what comes in the first 0.3 s after a key belongs to that key
    await call.does(`wait 0.8|press ${key}|stay`)
    await until(async () => (await keysTaken(stack)).length > before, { what: `key ${key} of ${call.number} is taken`, seconds: 30 })
  }
}

/** Text messages about an order. */
export const textsAbout = async ({ db }: Pick<Stack, 'db'>, orderId: string): Promise<Array<{ key: string, body: string }>> =>
  await db.query('select key, body from sms_message where subject = $1 order by created_at, key', [`order:${orderId}`])
