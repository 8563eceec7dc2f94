// 举报 merged with an ordinary order, taken back, handled and closed: whatever is read below the Centre, nothing of it names who reported.
import t from 'tap'
import { everything, readsOf, type Routes } from './who-sees-what-walk.ts'
import { masked } from './who-sees-what-table.ts'
import { whoSeesWhatStage } from './who-sees-what-stage.ts'

const said = {
  channel: 'HOTLINE_962000',
  requestType: 'REPORT_OF_WRONG',
  categoryCode: '0701',
  place: '七宝镇 沪星路口',
  townId: 'T02',
  title: '庚厂偷排',
  description: '庚厂夜里往窨井倒油，我住它隔壁。',
  complainantName: '吴举报人',
  complainantNumber: '13900001066',
  complainantKind: 'ENTERPRISE',
  creditCode: '91350100M000100Y43',
  unitText: '派单内容 辛'
}
const secrets = [
  said.title, said.description, said.complainantName, said.complainantNumber, masked(said.complainantNumber), said.creditCode
]
const below = ['its-handler', 'its-town', 'other-town', 'verifier', 'property-manager', 'desk-of-contractor']

t.test('a report of a wrong, from merging to closing', async t => {
  const stage = await whoSeesWhatStage(t)
  const { db, people: { desk, unit }, cookies, ask, told } = stage
  const step = async (cookie: string, id: string, verb: string, body: object = {}): Promise<void> => {
    const [{ version } = { version: 0 }] = await db.query<{ version: number }>('select version from work_order where id = $1', [id])
    await told(cookie, 'POST', `/api/work-orders/${id}/${verb}`, { version, ...body })
  }
  const stateOf = async (id: string): Promise<string | undefined> =>
    (await db.query<{ state: string }>('select state from work_order where id = $1', [id]))[0]?.state
  const handled = async (id: string): Promise<void> => {
    await step(desk, id, 'dispatch',
      { mode: 'comprehensive', unitIds: ['D11'], coUnitIds: ['U08'], basis: 'designated', evidence: '区长指定' })
    await step(unit, id, 'sign')
    await step(unit, id, 'start', { noVisitReason: '电话可办' })
    await step(unit, id, 'report', { text: '已到现场处理。', reply: '您反映的问题已处理。' })
  }
  const report = await told(desk, 'POST', '/api/work-orders', said)
  const other = await told(desk, 'POST', '/api/work-orders', {
    ...said,
    requestType: 'COMPLAINT',
    title: '壬摊占道',
    description: '壬摊每天都在。',
    complainantName: '郑先生',
    complainantNumber: '13900001055',
    complainantKind: 'PERSON',
    creditCode: null
  })
  const { ordinary, confidential } = stage.orders
  const scanned = {
    ...stage, orders: { ...stage.orders, ordinary: { ...ordinary, id: other.id }, confidential: { ...confidential, id: report.id } }
  }
  const reads = readsOf(await (await ask(desk, '/openapi.json')).json() as Routes)
  const heldBack = async (when: string): Promise<void> => {
    for (const who of below) {
      const text = await everything(scanned, reads, cookies.get(who) ?? '')
      t.same(secrets.filter(secret => text.includes(secret)), [], `${when}: ${who}`)
    }
  }

  await step(desk, report.id, 'merge', { targetId: other.id })
  await handled(other.id)
  const officer = await everything(scanned, reads, cookies.get('officer') ?? '')
  t.same(secrets.filter(secret => !officer.includes(secret)), [], 'who may read it finds all of it')
  await heldBack('merged')

  await step(desk, report.id, 'unmerge', { reason: '不是同一件事' })
  t.equal(await stateOf(report.id), 'FILED')
  await handled(report.id)
  await heldBack('un-merged')

  for (const id of [report.id, other.id]) {
    await step(desk, id, 'accept-report')
    await step(desk, id, 'checks', { verification: 'waived', callback: 'waived', reason: '已当面核实' })
    t.equal(await stateOf(id), 'CLOSED')
  }
  const [answer] = await db.query('select reply, reply_reviewed_by as by from request where order_id = $1', [report.id])
  t.match(answer, { reply: '您反映的问题已处理。', by: 'takes-calls' })
  await heldBack('closed')
})
