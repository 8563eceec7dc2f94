// Orders wander through the real commands while time moves. Every figure of every board then counts as many rows as the list it opens, and
// as a
// second way of counting finds; every answer of a command is the row as committed; every list says what its own orders are.
import t, { type Test } from 'tap'
import { DomainError } from '../../src/domain/errors.ts'
import { systemActor, type Actor } from '../../src/domain/roles.ts'
import { createBoards, type Boards } from '../../src/features/boards/boards.ts'
import type { BoardFilter } from '../../src/features/boards/board-store.ts'
import { figureNames, isSpanFigure, type FigureName } from '../../src/features/boards/figure-sql.ts'
import { departmentsOf } from '../../src/features/boards/rules/counts.ts'
import { tallyFields } from '../../src/features/boards/rules/rates.ts'
import type { OrderDetail } from '../../src/features/work-orders/reading/order-views.ts'
import type { OrderRef } from '../../src/features/work-orders/order-types.ts'
import { agent, callbackWorld, officer, person, zone, type CallbackWorld } from './callback-world.ts'

const leader: Actor = { ...systemActor, id: '8031', roles: ['AGENT', 'SHIFT_LEADER', 'DISPATCHER'], extension: '8031' }
const verifier = person('verifier', 'VERIFIER')
const ofUnit = (id: string): Actor => ({ ...systemActor, id: id.toLowerCase(), roles: ['HANDLER'], unitId: id })
const ofTown = (id: string): Actor => ({ ...systemActor, id: id.toLowerCase(), roles: ['SUBCENTRE_OPERATOR'], unitId: id })
const units = ['T01', 'T01-CGZD', 'T01-SQFW', 'T02', 'T02-JSB', 'D02', 'D05', 'D11']
const minute = 60_000
/** Steps that end an order early or move nothing: taken now and then, so that most orders go all the way. */
const aside: ReadonlySet<string> = new Set([
  'case.merge', 'intake.answer', 'intake.reject', 'praise.forward', 'case.amend', 'complainant.add', 'case.note', 'call.link', 'case.urge',
  'assignment.return', 'assignment.forward', 'help.request', 'extension.request', 'photo.add', 'photo.verify', 'checks.decide',
  'case.rework', 'report.send-back', 'callback.result'
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

async function boardsOf (w: CallbackWorld): Promise<Boards> {
  const names = async (sql: string): Promise<Map<string, string>> => new Map(
    (await w.db.query<{ k: string, v: string }>(sql)).map(r => [r.k, r.v])
  )
  const known = {
    units: await names('select id k, name v from unit'),
    towns: await names('select id k, name v from unit where kind = \'town\''),
    departments: departmentsOf(await w.db.query('select id, kind, parent_id "parentId" from unit')),
    categories: await names('select code k, name v from category'),
    classes: await names('select class_code k, class_name v from category')
  }
  const rate = { numerator: 0, denominator: 0, value: null, leftOut: 0 }
  const callFigures = async () => ({ offered: 0, answeredIn15s: rate, connection: rate, abandoned: rate, shortAbandonSeconds: 5, lost: 0 })
  return createBoards({ db: w.db, clock: w.clock, timeZone: zone, visible: w.orders.visible, callFigures, names: async () => known })
}

/** So many steps by whoever may take them; answers the ids of all orders. */
async function wander (t: Test, w: CallbackWorld, steps: number, seed: number): Promise<string[]> {
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
        case 'handling.report': case 'assignment.hand-over': return await c.report(tx, actor, { ...seen, text: words })
        case 'report.accept': return await c.acceptReport(tx, actor, seen)
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

const countOf = async (boards: Boards, filter: BoardFilter & { department?: string }, name: FigureName): Promise<string[]> => {
  const keys: string[] = []
  for (let after: [Date, string] | null = null; ;) {
    const { rows, notShown } = await boards.figure(leader, filter, name, { after, limit: 7 })
    if (notShown > 0) throw new Error('a shift leader sees every order')
    keys.push(...rows.slice(0, 7).map(r => r.key))
    const last = rows[6]
    if (rows.length <= 7 || last === undefined) return keys
    after = [last.receivedAt, last.key]
  }
}

/** The same figures from the orders' own pages, one by one. */
function again (orders: readonly OrderDetail[]): Record<string, number> {
  const happened = (o: OrderDetail, ...kinds: string[]): boolean => o.timeline.some(e => kinds.includes(e.kind))
  const filed = orders.filter(o => o.state !== 'MERGED' && (happened(o, 'case.file') || happened(o, 'praise.forward')))
  const late = (o: OrderDetail): boolean => [o.overtime.onSite, o.overtime.handling, o.overtime.citizen].some(x => x !== null)
  const graded = filed.flatMap(o => o.callbacks).filter(c => c.grade !== null)
  return {
    received: orders.length,
    filed: filed.length,
    dispatched: filed.filter(o => happened(o, 'case.dispatch')).length,
    closed: filed.filter(o => o.timeline.findLast(e => e.to !== e.from)?.to === 'CLOSED').length,
    open: orders.filter(o => !['CLOSED', 'ANSWERED', 'REJECTED', 'MERGED'].includes(o.timeline.at(-1)?.to ?? '')).length,
    overtime: orders.filter(o => late(o) || o.overtime.dispatch !== null).length,
    closedOnTime: filed.filter(o => o.state === 'CLOSED' && !late(o)).length,
    returned: filed.filter(o => happened(o, 'return.approve')).length,
    reworked: filed.filter(o => happened(o, 'case.dispatch') && happened(o, 'case.rework', 'case.reopen')).length,
    satisfied: graded.filter(c => !graded.some(n => n.cycle > c.cycle) && (c.grade ?? 0) >= 3).length
  }
}

for (const seed of [11, 42]) {
  t.test(`figures and their lists, seed ${seed}`, async t => {
    const w = await callbackWorld(t)
    w.at('2026-11-02 08:00')
    const boards = await boardsOf(w)
    const begins = w.clock.now()
    const ids = await wander(t, w, 400, seed)
    const span = { from: begins, to: new Date(w.clock.now().getTime() + minute) }
    const states = new Set((await w.db.query<{ state: string }>('select distinct state from work_order')).map(r => r.state))
    for (const state of ['MERGED', 'CLOSED', 'ANSWERED']) t.ok(states.has(state), `there is one ${state}`)

    const board = await boards.board(span)
    for (const field of tallyFields) t.equal((await countOf(boards, span, field)).length, board.total[field], `${field} opens its list`)
    for (const { key, numerator, denominator, over, under } of board.rates) {
      t.equal((await countOf(boards, span, over)).length, numerator, `${key}: above the line`)
      t.equal((await countOf(boards, span, under)).length, denominator, `${key}: below the line`)
      t.ok(numerator <= denominator, `${key} is no more than one`)
    }
    const columns = ['received', 'filed', 'closed', 'open', 'overtime'] as const
    for (const column of columns) {
      for (const line of board.byTown) {
        t.equal((await countOf(boards, { ...span, townId: line.key ?? 'unknown' }, column)).length, line[column], `${line.name} ${column}`)
      }
      for (const line of board.byDepartment) {
        t.equal((await countOf(boards, { ...span, department: line.key ?? '' }, column)).length, line[column], `${line.name} ${column}`)
      }
      for (const line of board.byClass) {
        t.equal((await countOf(boards, { ...span, categoryCode: line.key ?? 'unknown' }, column)).length, line[column],
          `${line.name} ${column}`)
      }
    }
    for (const { state, count } of board.byState) {
      t.equal((await countOf(boards, { ...span, state: state as 'CLOSED' }, 'received')).length, count, state)
    }

    const orders = await Promise.all(ids.map(async id => await w.orders.queries.one(leader, id)))
    for (const [name, count] of Object.entries(again(orders))) {
      if (name !== 'satisfied') t.equal(board.total[name as 'received'], count, `${name}, counted from the orders' own pages`)
    }
    const filters: Array<Omit<BoardFilter, 'from' | 'to'>> = [
      { overtime: true }, { overtime: false }, { channel: 'CITY_12345' }, { urgency: 'critical' }, { requestType: 'COMPLAINT' },
      { unitId: 'D05' }
    ]
    for (const filter of filters) {
      const { total } = await boards.board({ ...span, ...filter })
      for (const name of columns) {
        t.equal((await countOf(boards, { ...span, ...filter }, name)).length, total[name], `${JSON.stringify(filter)} ${name}`)
      }
    }

    // The lists of the desks say the same.
    const counts = await w.orders.queries.counts(leader, {})
    t.equal((await w.orders.queries.list(leader, { overtime: true }, { after: null, limit: 1000 })).length, counts.overtime,
      'overdue: the figure and the filter')
    t.equal(counts.overtime, board.total.overtime)
    t.equal((await w.orders.queries.counts(leader, { filed: true })).total, board.total.filed)

    const wall = await boards.wall()
    const today = boards.spanOf('today')
    t.equal(wall.day.closed, wall.days.at(-1)?.closed, 'the wall says one thing about today')
    t.equal(wall.day.received, wall.days.at(-1)?.received)
    const ofDay = { closed: 'closedInSpan', open: 'openNow', overtime: 'overdueNow' } as const
    for (const [tile, name] of Object.entries(ofDay)) {
      t.equal((await countOf(boards, today, name)).length, wall.day[tile as 'closed'], `the wall's ${tile}`)
    }
    t.ok(figureNames.filter(isSpanFigure).length > 0)

    for (const id of units) {
      const actor = ofUnit(id)
      const { byTask, total } = await w.orders.queries.counts(actor, {})
      const found = new Set<string>()
      for (const [task, count] of Object.entries(byTask)) {
        const list = await w.orders.queries.list(actor, { task: task as 'sign' }, { after: null, limit: 1000 })
        t.equal(list.length, count, `${id}: ${task}`)
        for (const { id } of list) found.add(id)
      }
      t.equal(found.size, total, `${id}: every order is under one of its tasks`)
      const sorted = await w.orders.queries.urgentFirst(actor, {}, { after: null, limit: 1000 })
      const inOrder = sorted.map(o => `${o.urgency === 'critical' ? 0 : 1} ${o.nextDueAt.toISOString()}`)
      t.same(inOrder, inOrder.toSorted(), `${id}: 特急 first, then by the clock that ends next`)
      t.equal(sorted.length, total)
    }
  })
}

t.test('asked again after a rework, his second rating replaces the first; the first has a rate of its own', async t => {
  const w = await callbackWorld(t)
  w.at('2026-11-20 10:00')
  const boards = await boardsOf(w)
  const from = w.clock.now()
  const orderId = await w.acceptedOrder()
  const { commands: c } = w.orders
  const answers = async (solved: 'yes' | 'no', grade: number): Promise<string> => {
    const { id } = await w.callbackOf(orderId)
    await w.tx(
      async tx => await w.callbacks.desk.recordAnswers(tx, officer, { callbackId: id, contacted: true, solved, grade, freeWords: '当面答复' })
    )
    return id
  }
  const first = await answers('no', 1)
  await w.tx(async tx => await w.callbacks.desk.rework(tx, officer, { callbackId: first, reason: 'result', explanation: '没有劝离' }))
  const [team, town] = [ofUnit('T01-CGZD'), ofTown('T01')]
  await w.tx(async tx => await c.sign(tx, team, { orderId }))
  await w.tx(async tx => await c.start(tx, team, { orderId, noVisitReason: '就在门口' }))
  await w.tx(async tx => await c.report(tx, team, { orderId, text: '已劝离' }))
  await w.tx(async tx => await c.acceptReport(tx, town, { orderId }))
  const second = await answers('yes', 5)
  t.not(second, first)

  const span = { from, to: new Date(w.clock.now().getTime() + minute) }
  const { rates } = await boards.board(span)
  const rate = (key: string): number[] => rates.filter(r => r.key === key).flatMap(r => [r.numerator, r.denominator])
  t.same([rate('satisfaction'), rate('first-satisfaction'), rate('solution')], [[1, 1], [0, 1], [1, 1]])
  t.same(await countOf(boards, span, 'satisfied'), [second], 'and the list behind it is of the second')
  t.same(await countOf(boards, span, 'firstGraded'), [first])
})
