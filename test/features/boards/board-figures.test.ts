import { randomUUID } from 'node:crypto'
import excel from 'exceljs'
import t, { type Test } from 'tap'
import type { Database } from '../../../src/db/database.ts'
import { createBoards, type Boards } from '../../../src/features/boards/boards.ts'
import { asShipped } from '../../../src/policy/rules/rule-policy.ts'
import { departmentsOf } from '../../../src/features/boards/rules/counts.ts'
import { sumOf } from '../../../src/features/boards/rules/rates.ts'
import { freshDatabase } from '../../harness/servers/database.ts'

const asOf = new Date('2027-03-31T12:00:00+08:00')
const march = { from: new Date('2027-03-01T00:00:00+08:00'), to: new Date('2027-04-01T00:00:00+08:00') }

async function world (t: Test): Promise<{ db: Database, boards: Boards }> {
  const { db } = await freshDatabase(t, { seed: 'sample', size: 4 })
  const names = async (sql: string): Promise<Map<string, string>> => new Map(
    (await db.query<{ k: string, v: string }>(sql)).map(r => [r.k, r.v])
  )
  const rate = { numerator: 9, denominator: 10, value: 0.9, leftOut: 1 }
  const boards = createBoards({
    db,
    clock: { now: () => asOf },
    timeZone: 'Asia/Shanghai',
    visible: async () => () => 'true',
    callFigures: async () => ({ offered: 11, answeredIn15s: rate, connection: rate, abandoned: rate, lost: 0, shortAbandonSeconds: 5 }),
    rules: async () => asShipped,
    names: async () => ({
      units: await names('select id k, name v from unit'),
      towns: await names('select id k, name v from unit where kind = \'town\''),
      departments: departmentsOf(await db.query('select id, kind, parent_id "parentId" from unit')),
      categories: await names('select code k, name v from category'),
      channels: await names('select code k, name v from channel_policy'),
      classes: await names('select class_code k, class_name v from category')
    })
  })
  return { db, boards }
}

interface Given {
  /** whose number it is: of the call it began with, or as `number` says */
  caller?: string
  number?: 'typed' | 'from-12345'
  lead?: string
  reported?: boolean
  town: string | null
  category: string
  state: string
  day: number
  closedDay?: number
  late?: boolean
  dueDay?: number
  filed?: boolean
  returns?: number
  reworks?: number
  protected?: 'confidential' | 'letter' | 'entered' | 'about'
  callback?: { grade: number | null, solved: string | null, contacted: boolean | null, attempts: number }
}

// By SQL: the arithmetic of a board needs months of orders. `figures-agree` counts what the commands wrote.
async function given (db: Database, orders: readonly Given[]): Promise<void> {
  for (const [i, o] of orders.entries()) {
    const id = randomUUID()
    const day = (n: number): Date => new Date(`2027-03-${String(n).padStart(2, '0')}T10:00:00+08:00`)
    const filed = o.filed === false ? null : day(o.day)
    await db.query(`insert into work_order (id, number, state, channel, channel_since, asked_back, restricted, category_code,
      town_id, created_by, received_at, filed_at,
      dispatched_at, closed_at, citizen_due_at, handling_overtime_at, return_count, rework_count, updated_at, reported_at)
      values ($1, $2, $3, 'HOTLINE_962000', '2000-01-01', true, false, $4, $5, 'x', $6, $7, $7, $8, $9, $10, $11, $12, $6, $13)`,
    [
      id, `X${i}-${id}`, o.state, o.category, o.town, day(o.day), filed,
      o.closedDay ? day(o.closedDay) : o.state === 'REJECTED' ? day(o.day) : null, o.dueDay ? day(o.dueDay) : null, o.late ? day(20) : null,
      o.returns ?? 0, o.reworks ?? 0, o.reported ? day(o.day) : null
    ])
    await db.query('insert into request (id, order_id, filed_with, number_hash, confidential) values ($1, $1, $1, $2, $3)',
      [id, o.caller === undefined ? null : Buffer.from(o.caller), o.protected === 'confidential'])
    if (o.number === 'from-12345') await db.query('update work_order set created_by = \'integration:city\' where id = $1', [id])
    if (o.caller !== undefined && o.number === undefined) {
      await db.query(`insert into call (id, node, direction, state, number_hash, withheld, offered_at, lost)
        values ($1, 'pbx1', 'inbound', 'ended', $2, false, $3, false)`, [id, Buffer.from(o.caller), day(o.day)])
      await db.query('update work_order set origin_call_id = id where id = $1', [id])
    }
    if (o.protected === 'letter') await db.query('update work_order set channel = \'PARTY_MAILBOX\', restricted = true where id = $1', [id])
    if (o.protected === 'entered') await db.query('update work_order set channel = \'INSPECTION\', restricted = true where id = $1', [id])
    if (o.protected === 'about') await db.query('update work_order set about_unit_id = \'D02\' where id = $1', [id])
    if (o.lead) {
      await db.query(`insert into assignment (id, order_id, no, role, unit_id, basis, cycle, state, dispatched_at, ended_at)
      values ($1, $2, 1, 'lead', $3, 'statutory', 1, $4, $5, $6)`,
      [randomUUID(), id, o.lead, o.closedDay ? 'ended' : 'handling', day(o.day), o.closedDay ? day(o.closedDay) : null])
    }
    if (o.callback) {
      const { grade, solved, contacted, attempts } = o.callback
      await db.query(`insert into callback (id, order_id, request_id, cycle, status, number_sealed, number_hash, grade, solved, contacted,
        attempts, due_at, created_at)
        values ($1, $2, $2, 1, 'CONFIRMED', '\\x00', '\\x00', $3, $4, $5, $6, $7, $7)`,
      [randomUUID(), id, grade, solved, contacted, attempts, day(o.day)])
    }
  }
}

const orders: readonly Given[] = [
  {
    caller: 'a',
    town: 'T01',
    category: '0101',
    state: 'CLOSED',
    day: 2,
    closedDay: 5,
    dueDay: 9,
    callback: { grade: 5, solved: 'yes', contacted: true, attempts: 1 }
  },
  {
    town: 'T01',
    category: '0102',
    state: 'CLOSED',
    day: 3,
    closedDay: 25,
    dueDay: 10,
    late: true,
    reworks: 1,
    callback: { grade: 2, solved: 'no', contacted: false, attempts: 2 }
  },
  {
    caller: 'a',
    town: 'T01',
    category: '1106',
    state: 'HANDLING',
    day: 4,
    dueDay: 30,
    callback: { grade: null, solved: null, contacted: null, attempts: 3 }
  },
  { town: 'T02', category: '1106', state: 'HANDLING', day: 28, returns: 1 },
  { caller: 'a', town: 'T02', category: '0101', state: 'REJECTED', day: 6, filed: false },
  { town: null, category: '0101', state: 'RECEIVED', day: 30, filed: false },
  { town: 'T02', category: '0101', state: 'DRAFT', day: 30, filed: false }
]

await t.test('a board counts every order once, and every rate says what it counts', async t => {
  const { db, boards } = await world(t)
  await given(db, orders)
  const board = await boards.board(march)

  t.equal(board.total.received, 6, 'drafts are not counted')
  t.same(sumOf(board.byTown), board.total, 'the sum over towns is the total')
  t.same(sumOf(board.byClass), board.total, 'so is the sum over classes')
  t.equal(board.byState.reduce((n, s) => n + s.count, 0), board.total.received, 'and over states')
  t.equal(board.byTown.length, 15, 'fourteen towns, also those without any, and what has no town yet')
  t.match(board.byTown.find(l => l.key === 'T01'),
    { received: 3, filed: 3, closed: 2, open: 1, overtime: 1, due: 3, closedOnTime: 1 })
  t.equal(board.byTown.at(-1)?.name, '未定')

  const rates = Object.fromEntries(board.rates.map(r => [r.key, [r.numerator, r.denominator]]))
  t.same(rates, {
    filing: [4, 6],
    closure: [2, 4],
    'on-time': [1, 3],
    satisfaction: [1, 2],
    'first-satisfaction': [1, 2],
    'dispatch-on-time': [4, 4],
    response: [1, 4],
    solution: [1, 2],
    'first-contact': [0, 4],
    reached: [2, 3],
    return: [1, 4],
    rework: [1, 4],
    // the second complaint of one number about one subclass, and not the one of another subclass
    repeat: [1, 3],
    // two closed of four cases
    handling: [2, 4]
  })
  for (const r of board.rates) t.ok(r.formula.includes('÷'), `${r.name} says how it is computed`)
  t.equal(board.paragraph.startsWith('截至2027年3月31日12:00，2027年3月1日00:00至2027年3月31日12:00共受理诉求6件'), true, board.paragraph)
  t.match(board.paragraph, /办结率50\.0%（2\/4）/)
})

await t.test('no figure tells whose a protected order is: it is never the earlier one of a repeated complaint', async t => {
  const { db, boards } = await world(t)
  const matter = { town: 'T01', category: '0101', state: 'HANDLING' }
  const kinds = ['confidential', 'letter', 'entered', 'about'] as const
  // As an administrator enters it: a channel of its own that is restricted.
  await db.query(`insert into channel_policy (code, valid_from, name, name_en, sent_with, asked_back, restricted, entered_by)
    values ('INSPECTION', '2000-01-01', '巡察来信', 'Inspection letters', 'orders', true, true, 'admin')`)
  await given(db, [
    ...kinds.flatMap(kind => [{ ...matter, caller: kind, day: 2, protected: kind }, { ...matter, caller: kind, day: 3 }]),
    { ...matter, caller: 'a', day: 2 },
    { ...matter, caller: 'a', day: 3, protected: 'confidential' }
  ])
  t.match((await boards.board(march)).rates.find(r => r.key === 'repeat'), { numerator: 1, denominator: 10 })
})

await t.test('a number somebody has typed repeats no complaint, neither as the later order nor as the earlier one', async t => {
  const { db, boards } = await world(t)
  const matter = { town: 'T01', category: '0101', state: 'HANDLING' }
  await given(db, [
    { ...matter, caller: 'a', day: 2 },
    { ...matter, caller: 'a', day: 3, number: 'typed' },
    { ...matter, caller: 'b', day: 2, number: 'typed' },
    { ...matter, caller: 'b', day: 3 }
  ])
  const repeat = async (): Promise<unknown> => (await boards.board(march)).rates.find(r => r.key === 'repeat')
  t.match(await repeat(), { numerator: 0, denominator: 2 })
  await given(db, [{ ...matter, caller: 'a', day: 4 }, { ...matter, caller: 'b', day: 5, number: 'from-12345' }])
  t.match(await repeat(), { numerator: 2, denominator: 4 }, 'callers who call again, and orders another system sends')
})

await t.test('filters narrow all of it, and nothing counted is not the same as none', async t => {
  const { db, boards } = await world(t)
  await given(db, orders)
  t.equal((await boards.board({ ...march, townId: 'T01' })).total.received, 3)
  t.equal((await boards.board({ ...march, categoryCode: '01' })).total.received, 4)
  t.equal((await boards.board({ ...march, categoryCode: '1106' })).total.received, 2)
  t.equal((await boards.board({ ...march, overtime: true })).total.received, 1)
  t.equal((await boards.board({ ...march, state: 'HANDLING' })).total.received, 2)
  const empty = await boards.board({ ...march, townId: 'T13' })
  t.same(empty.rates.map(r => r.value), empty.rates.map(() => null))
  t.match(empty.paragraph, /（莘庄工业区）共受理诉求0件。$/)
})

await t.test('the workbook says the same as the board', async t => {
  const { db, boards } = await world(t)
  await given(db, orders)
  const { file, name } = await boards.sheet(march)
  t.equal(name, 'tongji-20270331-1200.xlsx')
  const book = new excel.Workbook()
  await book.xlsx.load(file as unknown as ArrayBuffer)
  const towns = book.getWorksheet('街镇')
  t.same((towns?.lastRow?.values as unknown[]).slice(1), ['合计', 6, 4, 2, 3, 1])
  t.equal(book.getWorksheet('指标')?.getCell('B2').value, 4)
  t.equal(String(book.getWorksheet('说明')?.getCell('B1').value), '2027年3月31日12:00')
})

await t.test('departments have their own ranking, of what they or what is below them lead', async t => {
  const { db, boards } = await world(t)
  const [office] = await db.query<{ id: string, parent: string }>(`select o.id, o.parent_id parent from unit o
    join unit d on d.id = o.parent_id and d.kind = 'department' where o.kind <> 'department' limit 1`)
  await given(db, [
    { town: 'T01', category: '0101', state: 'CLOSED', day: 2, closedDay: 5, lead: 'D05' },
    { town: 'T02', category: '0101', state: 'HANDLING', day: 3, late: true, lead: 'D05' },
    { town: 'T02', category: '0101', state: 'HANDLING', day: 3, lead: 'T02' },
    { town: 'T02', category: '0101', state: 'HANDLING', day: 3, lead: 'D04' },
    ...office ? [{ town: 'T02', category: '0101', state: 'HANDLING', day: 3, lead: office.id }] : []
  ])
  const { byDepartment } = await boards.board(march)
  t.match(byDepartment[0], { key: 'D05', received: 2, closed: 1, overtime: 1 })
  t.notOk(byDepartment.some(l => l.key === 'T02'), 'a town is not among them')
  if (office) t.ok(byDepartment.some(l => l.key === office.parent), 'an office counts for its department')
})

await t.test('a span is the district\'s days, wherever the asker\'s clock stands; ' +
  'the handling rate counts what was carried over', async t => {
  const { db, boards } = await world(t)
  t.same(boards.spanOf('today'), { from: new Date('2027-03-30T16:00:00Z'), to: new Date('2027-03-31T16:00:00Z') })
  t.same(boards.spanOf('month').from, new Date('2027-02-28T16:00:00Z'))
  await given(db, [
    { town: 'T01', category: '0101', state: 'CLOSED', day: 2, closedDay: 31 },
    { town: 'T01', category: '0101', state: 'REPORTED', day: 5, reported: true },
    { town: 'T01', category: '0101', state: 'HANDLING', day: 6 },
    { town: 'T01', category: '0101', state: 'CLOSED', day: 2, closedDay: 20 }
  ])
  const { total, rates } = await boards.board(boards.spanOf('today'))
  t.equal(total.received, 0)
  t.match(rates.find(r => r.key === 'handling'), { numerator: 2, denominator: 3 })
})

await t.test('the wall shows the local day so far, and fourteen days without a gap', async t => {
  const { db, boards } = await world(t)
  await given(db, [...orders, { town: 'T03', category: '0101', state: 'FILED', day: 31 }])
  const wall = await boards.wall()
  t.equal(wall.today.total.received, 1)
  t.equal(wall.days.length, 14)
  t.same(wall.days.at(-1), { day: '2027-03-31', received: 1, closed: 0 })
  t.same(wall.days.find(d => d.day === '2027-03-25'), { day: '2027-03-25', received: 0, closed: 1 })
})
