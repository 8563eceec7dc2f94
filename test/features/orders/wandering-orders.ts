// Orders wander through the real commands while time moves.
import type { Clock } from '../../../src/domain/time/clock.ts'
import type { Test } from 'tap'
import { DomainError } from '../../../src/domain/errors.ts'
import { systemActor, type Actor } from '../../../src/domain/people/roles.ts'
import { createBoards, type Boards } from '../../../src/features/boards/boards.ts'
import { departmentsOf } from '../../../src/features/boards/rules/counts.ts'
import type { OrderDetail } from '../../../src/features/work-orders/reading/order-views.ts'
import type { OrderRef } from '../../../src/features/work-orders/order-types.ts'
import { agent, officer, person, zone, type CallbackWorld } from '../callbacks/callback-world.ts'

export const leader: Actor = { ...systemActor, id: '8031', roles: ['AGENT', 'SHIFT_LEADER', 'DISPATCHER'], extension: '8031' }
const verifier = person('verifier', 'VERIFIER')
export const ofUnit = (id: string): Actor => ({ ...systemActor, id: id.toLowerCase(), roles: ['HANDLER'], unitId: id })
export const ofTown = (id: string): Actor => ({ ...systemActor, id: id.toLowerCase(), roles: ['SUBCENTRE_OPERATOR'], unitId: id })
export const units = ['T01', 'T01-CGZD', 'T01-SQFW', 'T02', 'T02-JSB', 'D02', 'D05', 'D11']
export const minute = 60_000
/** Steps that end an order early or move nothing: taken now and then, so that most orders go all the way. */
const aside: ReadonlySet<string> = new Set([
  'case.merge', 'case.unmerge',
  'intake.answer', 'intake.reject', 'praise.forward', 'case.amend', 'complainant.add', 'case.note', 'call.link', 'case.urge',
  'assignment.return', 'assignment.forward', 'help.request', 'extension.request', 'photo.add', 'photo.verify', 'checks.decide',
  'case.rework', 'report.send-back', 'callback.result', 'answer.draft', 'park.ask', 'park.refuse', 'park.object', 'park.end'
])

/** Numbers from 0 to 1 that are the same in every run. */
function chance (seed: number): () => number {
  let at = seed
  return () => {
    at = (at + 0x6D2B79F5) | 0
    let x = Math.imul(at ^ (at >>> 15), 1 | at)
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296
  }
}

export async function boardsOf (w: Pick<CallbackWorld, 'db' | 'orders' | 'policies'> & { clock: Clock }): Promise<Boards> {
  const names = async (sql: string): Promise<Map<string, string>> => new Map(
    (await w.db.query<{ k: string, v: string }>(sql)).map(r => [r.k, r.v])
  )
  const known = {
    units: await names('select id k, name v from unit'),
    towns: await names('select id k, name v from unit where kind = \'town\''),
    departments: departmentsOf(await w.db.query('select id, kind, parent_id "parentId" from unit')),
    categories: await names('select code k, name v from category'),
    channels: await names('select code k, name v from channel_policy'),
    classes: await names('select class_code k, class_name v from category')
  }
  const rate = { numerator: 0, denominator: 0, value: null, leftOut: 0 }
  const callFigures = async () => ({ offered: 0, answeredIn15s: rate, connection: rate, abandoned: rate, shortAbandonSeconds: 5, lost: 0 })
  const { db, clock, orders: { visible }, policies: { rules } } = w
  return createBoards({ db, clock, timeZone: zone, visible, rules, callFigures, names: async () => known })
}

/** So many steps, each by a person who may take it; answers the ids of all orders. */
export async function wander (t: Test, w: CallbackWorld, steps: number, seed: number): Promise<string[]> {
  const random = chance(seed)
  const one = <T>(...of: readonly T[]): T => of[Math.floor(random() * of.length)] as T
  const { commands: c, queries } = w.orders
  const ids: string[] = []

  async function taken (run: (tx: Parameters<Parameters<CallbackWorld['tx']>[0]>[0]) => Promise<OrderRef>): Promise<void> {
    const ref = await w.tx(run).catch((error: unknown) => { if (error instanceof DomainError) return null; throw error })
    if (ref === null) return
    const [row] = await w.db.query<OrderRef>('select id, number, version, state from work_order where id = $1', [ref.id])
    if (JSON.stringify(row) !== JSON.stringify({ id: ref.id, number: ref.number, version: ref.version, state: ref.state })) {
      t.same(ref, row, 'an answer is the row as committed')
    }
  }

  async function file (): Promise<void> {
    const input = {
      channel: one('HOTLINE_962000', 'HOTLINE_962000', 'CITY_12345', 'GRID_PATROL'),
      requestType: one('COMPLAINT', 'HELP', 'REPORT_OF_WRONG', 'PRAISE', 'CONSULTATION'),
      categoryCode: one('0701', '1504', '1106', '0502'),
      title: '诉求',
      townId: one('T01', 'T02', null),
      complainantNumber: one('13900001001', '13900001002', '13900001003', null),
      wantsCallback: random() < 0.9
    } as const
    await taken(async tx => {
      const ref = random() < 0.8 ? await c.file(tx, agent, input) : await c.receive(tx, agent, input)
      ids.push(ref.id)
      return ref
    })
  }

  const words = '理由'
  async function act (order: OrderDetail, actor: Actor, step: string): Promise<void> {
    const seen = { orderId: order.id, version: order.version }
    const unitId = one(...units)
    const basis = { basis: one('statutory', 'designated'), evidence: '指定令' } as const
    await taken(async tx => {
      switch (step) {
        case 'intake.answer': return await c.answer(tx, actor, { ...seen, reply: words })
        case 'intake.reject': return await c.reject(tx, actor, { ...seen, reason: 'litigation', reply: words })
        case 'case.file': return await c.file(tx, actor, seen)
        case 'case.merge': return await c.merge(tx, actor, { ...seen, targetId: one(...ids) })
        // Most merges stand.
        case 'case.unmerge':
          if (random() < 0.9) throw new DomainError('transition-not-allowed', 'not walked')
          return await c.unmerge(tx, actor, { ...seen, reason: words })
        case 'praise.forward': return await c.forwardPraise(tx, actor, { ...seen, unitId })
        case 'case.amend':
          return await c.amend(tx, actor, { ...seen, urgency: one('normal', 'urgent', 'critical'), categoryCode: one('0701', '1504') })
        case 'complainant.add': return await c.addComplainant(tx, actor, { ...seen, number: `1390000${1100 + Math.floor(random() * 800)}` })
        case 'case.dispatch': return random() < 0.2
          ? await c.dispatch(tx, actor, { ...seen, mode: 'sequence', unitIds: [unitId, one(...units)], ...basis })
          : await c.dispatch(tx, actor, { ...seen, mode: 'comprehensive', unitIds: [unitId], coUnitIds: [one(...units)], ...basis })
        case 'assignment.forward': return await c.forward(tx, actor, { ...seen, unitId })
        case 'assignment.sign': return await c.sign(tx, actor, seen)
        case 'assignment.return': return await c.requestReturn(tx, actor, { ...seen, reason: words })
        case 'return.approve': return await c.approveReturn(tx, actor, { ...seen, unitId, ...basis })
        case 'return.refuse': return await c.refuseReturn(tx, actor, { ...seen, decision: words })
        case 'handling.arrive': return await c.arrive(tx, actor, seen)
        case 'handling.start': return await c.start(tx, actor, { ...seen, noVisitReason: words })
        case 'handling.report': case 'assignment.hand-over':
          return await c.report(tx, actor, { ...seen, text: words, ...(random() < 0.5 ? { reply: words } : {}) })
        case 'park.ask': {
          const until = new Date(w.clock.now().getTime() + 1440 * minute)
          return await c.park(tx, actor, { ...seen, reason: 'policy', plan: words, leaderId: `R-${order.lead?.id ?? ''}`, until })
        }
        case 'park.approve': return await c.approveParking(tx, actor, seen)
        case 'park.refuse': return await c.refuseParking(tx, actor, { ...seen, decision: words })
        case 'park.object': return await c.objectToParking(tx, actor, { ...seen, reason: words })
        case 'park.end': return await c.endParking(tx, actor, { ...seen, reason: words })
        case 'report.accept': return await c.acceptReport(tx, actor, seen)
        case 'answer.draft': return await c.draftAnswer(tx, actor, { ...seen, reply: words })
        case 'answer.review': return await c.reviewAnswer(tx, actor, seen)
        case 'report.send-back': return await c.sendBack(tx, actor, { ...seen, reason: words })
        case 'verification.pass': return await c.verify(tx, actor, { ...seen, passed: true })
        case 'verification.fail': return await c.verify(tx, actor, { ...seen, passed: false, remarks: words })
        case 'case.close': return await c.close(tx, actor, seen)
        case 'case.reopen': return await c.reopen(tx, actor, { ...seen, reason: words })
        case 'co.sign': return await c.coSign(tx, actor, seen)
        case 'co.report': return await c.coReport(tx, actor, { ...seen, text: words })
        default: throw new DomainError('transition-not-allowed', 'not walked')
      }
    })
  }

  async function answer (): Promise<void> {
    const open = await w.db.query<{ id: string }>('select id from callback where finished_at is null order by created_at, id')
    if (open.length === 0) return
    const said = {
      callbackId: one(...open).id,
      contacted: true,
      solved: one('yes', 'yes', 'no' as const),
      grade: one(5, 4, 3, 2, 1)
    } as const
    await w.tx(async tx => await w.callbacks.desk.recordAnswers(tx, officer, { ...said, freeWords: '当面答复' }))
  }

  for (let i = 0; i < steps; i++) {
    const dice = random()
    if (ids.length < 8 || dice < 0.08) await file()
    else if (dice < 0.2) {
      w.clock.advance(one(5, 40, 300, 1500, 4000) * minute)
      for (const sweep of w.orders.sweeps) await sweep.run(w.clock.now())
    } else if (dice < 0.3) await answer()
    else {
      const order = await queries.one(leader, one(...ids))
      const lead = order.assignments.find(a => a.endedAt === null && a.state !== 'waiting')
      const actors = [
        leader, leader, agent, verifier, ...lead ? [ofUnit(lead.unit.id), ofUnit(lead.unit.id), ofTown(lead.unit.id.slice(0, 3))] : []
      ]
      const actor = one(...actors)
      const seen = await queries.one(actor, order.id).catch(() => null)
      const further = seen?.steps.filter(step => !aside.has(step)) ?? []
      const steps = further.length > 0 && random() < 0.9 ? further : seen?.steps ?? []
      if (seen && steps.length > 0) await act(seen, actor, one(...steps))
    }
  }
  // The end of the day: half of what waits is seen and asked, and somebody is answered at once.
  for (let i = 0; i < 12; i++) await answer()
  const waiting = await w.db.query<{ id: string }>('select id from work_order where state = \'VERIFYING\' order by number')
  for (const { id } of waiting.filter((_, i) => i % 2 === 0)) {
    await taken(async tx => await c.verify(tx, verifier, { orderId: id, passed: true }))
    const open = await w.db.query<{ id: string }>('select id from callback where finished_at is null and order_id = $1', [id])
    const good = { contacted: true, solved: 'yes', grade: 5, freeWords: '当面答复' } as const
    for (const {
      id: callbackId
    } of open) await w.tx(async tx => await w.callbacks.desk.recordAnswers(tx, officer, { callbackId, ...good }))
  }
  const asked = await w.tx(async tx => await c.receive(tx, agent, { channel: 'HOTLINE_962000', requestType: 'CONSULTATION' }))
  ids.push(asked.id)
  await taken(async tx => await c.answer(tx, agent, { orderId: asked.id, reply: '已答复' }))
  return ids
}
