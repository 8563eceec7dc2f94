import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { storyClock } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

interface Block {
  id: string
  number: string
  state: string
  holdsUntil: string
  endsAt: string
  refusedCalls: number
  objection: string | null
  freedBy: string | null
  confirmedBy: string | null
}
interface Call {
  id: string
  result: string
  state: string
  purpose: string | null
  timeline: Array<{ kind: string, detail: Record<string, unknown> }>
}

const hours = (n: number): string => new Date(Date.now() + n * 3_600_000).toISOString()
const why = { reason: '反复辱骂话务员', evidence: '三次提醒无效，录音见通话。' }

await t.test('a blocked number is turned away in every spelling, but not on the duty line; it is freed on the desk', async t => {
  const stack = await startStack(t, { desks: ['8003'] })
  const { network, as, db } = stack
  const zhang = agent(network, '8003')
  await zhang.signsIn()
  const abuser = await citizen(network, '13900001061')
  const [leader, other] = [await as('8031'), await as('8032')]
  const abandoned = async (): Promise<number> => (await db.query('select 1 from call where abandoned_at is not null')).length

  await abuser.dials('962000')
  await network.rung('desk8003')
  await abuser.hangsUp()
  const { items: [call] } = await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound', l => l.items[0]?.result === 'abandoned')

  // Who may, and what never is blocked.
  t.equal((await (await as('8003')).request('POST', '/api/number-blocks', { callId: call?.id, ...why, until: hours(2) })).status, 403,
    'an agent does not')
  for (const number of ['110', '50009110', '962000', '021-50002100', '不知道']) {
    t.equal((await leader.request('POST', '/api/number-blocks', { number, ...why, until: hours(2) })).status, 422, number)
  }
  t.equal((await leader.request('POST', '/api/number-blocks', { callId: call?.id, ...why, until: hours(-1) })).status, 400)
  t.equal((await leader.request('POST', '/api/number-blocks', { callId: call?.id, reason: why.reason, until: hours(2) })).status, 400,
    'evidence is asked for')
  const { id } = await leader.post<{ id: string }>('/api/number-blocks', { callId: call?.id, ...why, until: hours(2) })
  t.equal((await leader.request('POST', '/api/number-blocks', { number: '139 0000 1061', ...why, until: hours(2) })).status, 409, 'once')
  const told = async (key: string): Promise<string> => await stack.pbx.console(`database get blocked ${key}`)
  await until(async () => (await told('13900001061')).includes('Value'), { what: 'the PBX has the end' })

  const before = await abandoned()
  const spelt = [
    '13900001061', '+8613900001061', '008613900001061', '8613900001061', '013900001061', '+86013900001061', '08613900001061',
    '1795113900001061', '02113900001061'
  ]
  for (const from of spelt) {
    const tried = await network.dial({ from, to: '962000' })
    await tried.isOver()
    t.equal(network.ringsOf('desk8003').length, 1, `${from} reaches nobody`)
  }
  const free = await network.dial({ from: '13900001062', to: '962000' })
  await network.rung('desk8003', 2)
  await free.hangsUp()
  const { items } = await leader.sees<{ items: Block[] }>('/api/number-blocks', l => l.items[0]?.refusedCalls === spelt.length)
  t.match(items, [{ id, number: '139****1061', state: 'standing' }])
  await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound&limit=50', l => l.items.every(c => c.state === 'ended'))
  t.equal(await abandoned(), before + 1, 'a blocked caller has not given up: nobody rings back, and no figure counts the call')
  const inbound = (await leader.get<{ items: Call[] }>('/api/calls?direction=inbound&limit=50')).items
  t.same(inbound.filter(c => c.purpose === 'blocked').map(c => c.result), spelt.map(() => 'other'))

  // The emergency duty line is for everybody.
  const urgent = await network.dial({ from: '13900001061', to: '50002100' })
  await network.rung('desk8003', 3)
  await urgent.hangsUp()

  // More than a day needs a second person; the citizen may object, and another one decides.
  await leader.post(`/api/number-blocks/${id}/free`, { reason: '误操作' })
  await until(async () => !(await told('13900001061')).includes('Value'), { what: 'the PBX lets the number through' })
  const back = await network.dial({ from: '013900001061', to: '962000' })
  await network.rung('desk8003', 4)
  await back.hangsUp()
  const week = await leader.post<{ id: string }>('/api/number-blocks', { number: '+86 139 0000 1061', ...why, until: hours(7 * 24) })
  const one = async (): Promise<Block | undefined> =>
    (await leader.get<{ items: Block[] }>('/api/number-blocks')).items.find(b => b.id === week.id)
  const half = await one()
  t.equal(half?.state, 'half-standing')
  t.ok(Math.abs(new Date(half?.holdsUntil ?? 0).getTime() - Date.now() - 24 * 3_600_000) < 60_000, 'a day for the time being')
  t.equal((await leader.request('POST', `/api/number-blocks/${week.id}/confirm`, {})).status, 403, 'not by the same person')
  await other.post(`/api/number-blocks/${week.id}/confirm`)
  t.match(await one(), { state: 'standing', holdsUntil: half?.endsAt, confirmedBy: '8032' })
  await (await as('8003')).post(`/api/number-blocks/${week.id}/objection`, { words: '来信称号码是他母亲的。' })
  t.equal((await leader.request('POST', `/api/number-blocks/${week.id}/objection/decision`, { keep: false, answer: '核实属实' })).status, 403)
  await other.post(`/api/number-blocks/${week.id}/objection/decision`, { keep: false, answer: '核实属实，解除' })
  const month = new Intl.DateTimeFormat('en-CA',
    { timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit' }).format(new Date()).slice(0, 7)
  const list = await leader.get<{ items: Block[] }>(`/api/number-blocks?month=${month}`)
  t.match(list.items.map(b => [b.id, b.state, b.freedBy]), [[week.id, 'freed', '8032'], [id, 'freed', '8031']],
    'the list of the month has both')
  t.same((await leader.get<{ items: Block[] }>('/api/number-blocks?month=2020-01')).items, [])
  const audit = await db.query<{ action: string }>('select action from audit_entry where action like \'number.%\' order by at')
  t.same(audit.map(a => a.action),
    ['number.block', 'number.free', 'number.block', 'number.confirm-block', 'number.objection', 'number.decide-objection'])
})

await t.test('the PBX frees a number at its hour by its own clock, with the service away; a number we rang may ring back', async t => {
  const stack = await startStack(t, { desks: ['8003'] })
  const { network, as, service } = stack
  const clock = storyClock(stack)
  await clock.comes('10:00')
  const zhang = agent(network, '8003')
  await zhang.signsIn()
  const abuser = await citizen(network, '50008061')
  const leader = await as('8031')
  // The citizen gave up before the block.
  await abuser.dials('962000')
  await network.rung('desk8003')
  await abuser.hangsUp()
  const seen = await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound', l => l.items[0]?.result === 'abandoned')
  const missed = seen.items[0]?.id
  await leader.post('/api/number-blocks',
    { number: '021-5000 8061', ...why, until: new Date(clock.now().getTime() + 3_600_000).toISOString() })
  await until(async () => (await stack.pbx.console('database get blocked 50008061')).includes('Value'), { what: 'the PBX has the end' })
  const turned = await network.dial({ from: '02150008061', to: '962000' })
  await turned.isOver()
  t.equal(network.ringsOf('desk8003').length, 1, 'turned away')
  await clock.passes(6 * 60_000)
  t.equal(network.ringsOf(abuser.number).length, 0, 'the machine does not ring back')
  // A person does, in vain: the citizen may answer that later.
  await (await as('8003')).post('/api/calls', { callId: missed })
  const own = await zhang.answers(2)
  await network.rung(abuser.number)
  await own.hangsUp()
  await until(async () => (await stack.pbx.console('database get ring-back 50008061')).includes('Value'),
    { what: 'the PBX knows that we rang the citizen' })
  const back = await network.dial({ from: '50008061', to: '962000' })
  await network.rung('desk8003', 3)
  await back.hangsUp()

  // A short one, and nobody of ours is there any more.
  const brief = await citizen(network, '13900001063')
  await leader.post('/api/number-blocks', { number: brief.number, ...why, until: new Date(clock.now().getTime() + 15_000).toISOString() })
  const end = Date.now() + 15_000
  await until(async () => (await stack.pbx.console('database get blocked 13900001063')).includes('Value'), { what: 'the PBX has the end' })
  await service.stop()
  const tried = await network.dial({ from: brief.number, to: '962000' })
  await tried.isOver()
  t.ok(Date.now() < end, 'the call was made before the hour')
  t.equal(network.ringsOf('desk8003').length, 3, 'refused with the service away')
  await until(() => Date.now() > end + 1000, { what: 'its hour has come', seconds: 30 })
  await network.dial({ from: brief.number, to: '962000' })
  await network.rung('desk8003', 4)
  t.pass('and let through at its hour')
})
