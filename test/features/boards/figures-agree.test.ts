// Orders wander through the real commands while time moves. Every figure of every board then counts as many rows as the list it opens, and
// as a second way of counting finds; every answer of a command is the row as committed; every list says what its own orders are.
import t from 'tap'
import type { Boards } from '../../../src/features/boards/boards.ts'
import type { BoardFilter } from '../../../src/features/boards/boards-store.ts'
import { figureNames, isSpanFigure, type FigureName } from '../../../src/features/boards/figure-sql.ts'
import { tallyFields } from '../../../src/features/boards/rules/rates.ts'
import type { OrderDetail } from '../../../src/features/work-orders/reading/order-views.ts'
import { callbackWorld, officer } from '../callbacks/callback-world.ts'
import { boardsOf, leader, minute, ofTown, ofUnit, units, wander } from '../orders/wandering-orders.ts'

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

t.test('after a rework the second rating replaces the first; first ratings have their own rate', async t => {
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
