// A unit does not end with orders in its hands; those it has when its announced last day is over are moved by the unit above it.
import t, { type Test } from 'tap'
import { createDirectoryCommands } from '../../../src/features/directory/directory-commands.ts'
import { directoryRoutes } from '../../../src/features/directory/directory-routes.ts'
import { dispatchRoutes } from '../../../src/features/work-orders/assignment/dispatch-routes.ts'
import { openPartsOf } from '../../../src/features/work-orders/assignment/assignment-reads.ts'
import { workOrderRoutes } from '../../../src/features/work-orders/work-orders-routes.ts'
import { testApp } from '../../http/app-of-test.ts'
import { illegalClinic, orderWorld } from './order-world.ts'

const station = 'T01-CGZD'
const matter = { ...illegalClinic, requestType: 'COMPLAINT', categoryCode: '0701', townId: 'T01' }
const statutory = { basis: 'statutory' } as const

interface Page { state: string, version: number, steps: string[] }

async function district (t: Test) {
  const w = await orderWorld(t)
  const { directory, orders: { commands, queries } } = w
  const { send, hire, sessions } = await testApp(t, {
    on: w,
    routes: [
      directoryRoutes({ directory, commands: createDirectoryCommands({ directory, openParts: openPartsOf }) }),
      workOrderRoutes({ commands, queries }), dispatchRoutes({ commands })
    ]
  })
  await hire('admin', ['ADMINISTRATOR'])
  await hire('8001', ['AGENT'], { extension: '8001' })
  await hire('disp', ['DISPATCHER'])
  await hire('t01', ['SUBCENTRE_OPERATOR'], { unitId: 'T01' })
  await hire('t01-cgzd', ['HANDLER'], { unitId: station })
  const ask = async (login: string, method: string, path: string, body?: object) => (await send(method, `/api/${path}`,
    { cookie: `liandong_session=${(await sessions.begin(w.db, login)).secret}`, ...(body === undefined ? {} : { body }) }))
  const page = async (login: string, id: string): Promise<Page> => (await ask(login, 'GET', `work-orders/${id}`)).json()
  return {
    ...w,
    ask,
    page,
    moves: async (login: string, id: string) => (await page(login, id)).steps.filter(step => step.startsWith('assignment.')),
    async filed (): Promise<string> { return (await ask('8001', 'POST', 'work-orders', matter)).json().id },
    async step (login: string, id: string, verb: string, body: object = {}): Promise<number> {
      return (await ask(login, 'POST', `work-orders/${id}/${verb}`, { version: (await page('disp', id)).version, ...body })).statusCode
    },
    end: async (unit: string, lastDay: string) => await ask('admin', 'POST', `directory/units/${unit}/end`, { lastDay }),
    change: async (unit: string, body: object) => await ask('admin', 'PATCH', `directory/units/${unit}`, body)
  }
}

t.test('a unit that has orders does not end today, nor begins later than it did', async t => {
  const w = await district(t)
  const ids = [await w.filed(), await w.filed(), await w.filed()] as const
  const dispatched = { mode: 'single', unitIds: [station], ...statutory }
  for (const id of ids.slice(0, 2)) t.equal(await w.step('disp', id, 'dispatch', dispatched), 200)
  const helped = { mode: 'comprehensive', unitIds: ['T01-PCS'], coUnitIds: [station], ...statutory }
  t.equal(await w.step('disp', ids[2], 'dispatch', helped), 200)
  t.equal(await w.step('t01-cgzd', ids[0], 'sign'), 200)

  const unit = async () => (await w.ask('admin', 'GET', `directory/units/${station}`)).json()
  const before = await unit()
  const refused = { status: 409, code: 'has-orders', details: { unit: station, parts: 3 } }
  for (const day of ['2026-11-22', '2026-11-23']) {
    t.match((await w.end(station, day)).json(), refused, day)
    t.match((await w.change(station, { validTo: day })).json(), refused, day)
  }
  t.match((await w.change(station, { validFrom: '2030-01-01' })).json(),
    { status: 400, code: 'invalid-input', details: { field: 'validFrom', guard: 'stands-already' } })
  t.same(await unit(), before)

  t.equal((await w.change(station, { validFrom: '2015-01-01', nameEn: 'Station' })).statusCode, 200, 'a correction is no end')
  for (const id of ids.slice(0, 2)) t.equal(await w.step('t01', id, 'forward', { unitId: 'T01-PCS' }), 200)
  t.match((await w.end(station, '2026-11-22')).json(), { ...refused, details: { parts: 1 } }, 'as co-handler')
  const steps = { sign: {}, start: { noVisitReason: '不必到场' }, report: { text: '已处理' }, 'accept-report': {} }
  for (const [verb, body] of Object.entries(steps)) t.equal(await w.step('t01', ids[2], verb, body), 200, verb)
  t.equal((await w.end(station, '2026-11-22')).statusCode, 200)
  const later = { validFrom: '2026-12-01', validTo: null }
  t.match((await w.change(station, later)).json(), later, 'one that has ended may begin again')
})

t.test('what a unit still has when its last day is over is moved by the unit above it', async t => {
  const w = await district(t)
  const [first, second, third] = [await w.filed(), await w.filed(), await w.filed()] as const
  for (const id of [first, second, third]) await w.step('disp', id, 'dispatch', { mode: 'single', unitIds: [station], ...statutory })
  for (const id of [second, third]) await w.step('t01-cgzd', id, 'sign')
  await w.step('t01-cgzd', third, 'start', { noVisitReason: '不必到场' })
  t.equal((await w.end(station, '2026-11-24')).statusCode, 200, 'announced')
  w.at('2026-11-25 08:00')

  const taken = { mode: 'single', unitIds: [station], ...statutory }
  t.equal(await w.step('disp', await w.filed(), 'dispatch', taken), 422, 'nothing more is given to it')
  t.same(await w.moves('t01', first), ['assignment.forward', 'assignment.sign', 'assignment.return'])
  const tasks = (await w.ask('t01', 'GET', 'work-orders/counts')).json().byTask
  t.match(tasks, { sign: 1, work: 2 }, 'they stay among the tasks of the sub-centre')
  t.equal((await w.ask('t01', 'GET', `work-orders?unitId=${station}`)).json().items.length, 3)

  t.equal(await w.step('t01', first, 'forward', { unitId: 'T01-PCS' }), 200)
  t.equal(await w.step('t01', second, 'return', { reason: '中队已撤并' }), 200)
  t.equal(await w.step('disp', second, 'approve-return', { unitId: 'T01', ...statutory }), 200)
  t.equal(await w.step('t01', third, 'report', { text: '已处理' }), 200)
  t.match(await w.page('disp', first), { state: 'DISPATCHED' })
  t.match(await w.page('disp', third), { state: 'REPORTED' })
})

t.test('a sub-centre that has ended keeps the orders of its units, and a rework waits for the dispatcher', async t => {
  const w = await district(t)
  const [order, done] = [await w.filed(), await w.filed()] as const
  for (const id of [order, done]) await w.step('disp', id, 'dispatch', { mode: 'single', unitIds: [station], ...statutory })
  await w.step('t01-cgzd', done, 'sign')
  await w.step('t01-cgzd', done, 'start', { noVisitReason: '不必到场' })
  await w.step('t01-cgzd', done, 'report', { text: '已处理' })
  await w.step('t01', done, 'accept-report')
  t.equal((await w.page('disp', done)).state, 'VERIFYING')
  t.equal((await w.end('T01', '2026-11-22')).statusCode, 200, 'it has no part of its own')
  t.same(await w.moves('t01', order), ['assignment.forward', 'assignment.sign', 'assignment.return'])

  t.match((await w.end(station, '2026-11-22')).json(), { details: { parts: 1 } }, 'what only waits for the citizen is not counted')
  t.equal(await w.step('t01', order, 'forward', { unitId: 'T01-PCS' }), 200)
  t.equal((await w.end(station, '2026-11-22')).statusCode, 200)
  t.equal(await w.step('disp', done, 'rework', { reason: '现场仍在' }), 200)
  t.match(await w.page('disp', done), { state: 'REWORK' })
})
