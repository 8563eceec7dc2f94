import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { hears } from '../../harness/telephones/listening.ts'
import {
  answers, callbackBecomes, orderBecomes, step, storyClock, textsAbout, theOrder, type OrderSeen
} from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

interface Call {
  id: string
  state: string
  number: string
  answeredBy: string | null
  recorded: boolean
  orders: Array<{ orderId: string, role: string }>
}

await t.test('a citizen\'s call becomes a case, and is closed only after the citizen has pressed 1 (非法鉴定胎儿性别)', async t => {
  const stack = await startStack(t, { desks: ['8003'] })
  const { network, pbx, as } = stack
  const clock = storyClock(stack)
  const zhang = agent(network, '8003')
  const complainant = await citizen(network, '13900001001')

  await clock.comes('09:00')

  // The call: answered, and a draft is open before the agent has typed a word.
  await zhang.signsIn()
  await complainant.dials('962000')
  await zhang.answers()
  const desk = await as('agent 8003')
  const { items: [call] } = await desk.sees<{ items: Call[] }>('/api/calls?direction=inbound', list => list.items[0]?.state === 'talking')
  const { items: [draft] } = await desk.sees<{ items: OrderSeen[] }>('/api/work-orders?state=DRAFT', list => list.items.length === 1)
  t.equal(call?.number, '+8613900001001', 'the agent on the line sees the whole number')
  const orderId = draft?.id ?? ''
  t.equal((await theOrder(stack, orderId)).originCallId, call?.id, 'the draft belongs to the call')
  await complainant.talks(440)
  await zhang.talks(880)
  t.ok(await hears(zhang.call(), 440) && await hears(complainant.call(), 880), 'they hear each other')
  await complainant.hangsUp()
  await zhang.call().isOver()

  // Filed after the hang-up, dispatched level by level.
  const matter = {
    requestType: 'COMPLAINT',
    confidential: true,
    categoryCode: '1106',
    title: '非法鉴定胎儿性别',
    description: '居民楼底商有人用B超替人看胎儿性别，每次收费八百元。',
    place: '七宝镇 沪星路某居民楼底商',
    complainantName: '张先生'
  }
  t.equal((await step(stack, 'agent 8003', orderId, 'file', matter)).state, 'FILED')
  await desk.post(`/api/calls/${call?.id ?? ''}/disposition`, { disposition: 'order' })
  const levels: Array<[string, string, object]> = [
    ['dispatcher', 'dispatch', { mode: 'single', unitIds: ['D11'], basis: 'statutory' }],
    ['d11', 'forward', { unitId: 'T02' }],
    ['t02', 'forward', { unitId: 'T02-JSB' }]
  ]
  for (const [who, verb, body] of levels) {
    await step(stack, who, orderId, verb, body)
    await orderBecomes(stack, orderId, order => typeof order.assignments.at(-1)?.notifiedAt === 'string')
  }
  const texts = await textsAbout(stack, orderId)
  t.equal(texts.length, 3, 'at each level the person responsible gets a text message')
  t.match(texts.at(-1)?.body, /^【闵行962000】工单\d{8}-\d{6}：.*七宝镇 沪星路.*前到场.*前办结/)
  t.notMatch(texts.map(m => m.body).join(), /1001|B超/, 'neither the number nor the complainant\'s words leave the Centre')

  // Handled.
  await step(stack, 't02-jsb', orderId, 'sign')
  const there = await step(stack, 't02-jsb', orderId, 'arrive', { longitude: 121.37, latitude: 31.15 })
  const onSite = there.deadlines.find(d => d.kind === 'on-site')
  t.equal(Date.parse(onSite?.dueAt ?? '') - Date.parse(onSite?.startedAt ?? ''), 3 * 3_600_000, 'three hours to be there')
  t.ok(onSite?.stoppedAt, 'an arrival stops the three hours')
  await step(stack, 't02-jsb', orderId, 'start', { stage: 'enforcement' })
  await step(stack, 't02-jsb', orderId, 'report', { text: '已查封，移送卫生监督所。', result: 'SOLVED' })
  const handler = await as('t02-jsb')
  t.match((await handler.get<OrderSeen>(`/api/work-orders/${orderId}`)).complainant, { name: null, number: null },
    'the handler sees neither name nor number')
  t.notMatch(JSON.stringify(await handler.get(`/api/work-orders/${orderId}`)), /1390000|张先生/, 'anywhere')
  t.equal((await handler.request('GET', `/api/calls/${call?.id ?? ''}/recording?reason=look`)).status, 403, 'nor hears the recording')
  await step(stack, 't02', orderId, 'accept-report')
  await step(stack, 'verifier', orderId, 'verify', { passed: true, photo: 'photo-1.jpg', remarks: '已关门' })
  t.match(await theOrder(stack, orderId), { state: 'VERIFYING', callbackStatus: 'PENDING', verificationStatus: 'PASSED' },
    'seen on the spot, and still not closed')
  const tooEarly = await (await as('dispatcher')).request('POST', `/api/work-orders/${orderId}/close`,
    { version: (await theOrder(stack, orderId)).version })
  t.match(tooEarly, { status: 409, body: { code: 'guard-not-met' } })
  t.equal(complainant.timesRung(), 0, 'nobody is rung on the day of the report')

  // The day after: the service asks, the citizen presses 1 1 1.
  await clock.comes('23:59')
  t.equal(complainant.timesRung(), 0)
  await clock.comes('10:00')
  const callback = await complainant.answers()
  t.equal(callback.from, '962000', 'a number of the Centre is shown')
  await answers(stack, callback, '1', '1')
  t.equal((await theOrder(stack, orderId)).state, 'VERIFYING', 'not closed while the citizen is still being asked')
  await answers(stack, callback, '1')
  await callback.isOver()
  const closed = await orderBecomes(stack, orderId, order => order.state === 'CLOSED')
  t.match(closed, { result: 'SOLVED', callbackStatus: 'CONFIRMED' })
  t.match(await callbackBecomes(stack, orderId, c => c.status === 'CONFIRMED'), { contacted: true, solved: 'yes', grade: 5, attempts: 1 })
  t.equal(complainant.timesRung(), 1, 'rung once')

  // Everything is on the timeline; warnings of clocks beside.
  t.same(closed.timeline.map(e => e.kind).filter(kind => !/\.(half|late|expire)$/.test(kind)), [
    'draft.open', 'case.file', 'case.dispatch', 'dispatch.notified', 'assignment.forward', 'dispatch.notified', 'assignment.forward',
    'dispatch.notified', 'assignment.sign', 'handling.arrive', 'handling.start', 'handling.report', 'report.accept', 'verification.pass',
    'callback.result', 'case.close'
  ])
  t.ok(closed.timeline.every(e => e.actor && e.at), 'each with who and when')
  t.ok(closed.deadlines.every(d => d.stoppedAt), 'no clock runs on')
  t.match(closed.calls.map(c => c.role), ['origin'])
  const [row] = await stack.db.query<{ recording: string }>('select recording from call where id = $1', [call?.id])
  t.ok(existsSync(join(pbx.recordingsDir, row?.recording ?? '-')), 'the call is recorded')
})
