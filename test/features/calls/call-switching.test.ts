import t from 'tap'
import type { CallDetail } from '../../../src/features/calls/call-queries.ts'
import { until } from '../../../src/servers/until.ts'
import { hears } from '../../harness/telephones/listening.ts'
import { agentAt, officer, switchedCalls } from '../../harness/telephones/switched-calls.ts'

const caller = '13900001001'
const talkingTo = (extension: string) => (call: CallDetail): boolean =>
  call.state === 'talking' && call.channels.some(c => c.extension === extension && c.answeredAt !== null && c.endedAt === null)
const living = (call: CallDetail): string[] => call.channels.filter(c => c.endedAt === null).map(c => c.extension ?? c.kind).sort()
const only = (...who: string[]) => (call: CallDetail): boolean => living(call).join() === [...who].sort().join()
const kinds = (call: CallDetail): string[] => call.timeline.map(e => e.kind)

t.setTimeout(300_000)

t.test('a live call is switched without losing the citizen, and stays one call', async t => {
  const desk = await switchedCalls(t)
  const { network, switching, agents, command, moved, call } = desk
  const me = agentAt('8001')
  await network.number('desk8001', 'answer|stay')
  await command(async tx => await agents.signIn(tx, me, {}))

  async function connected () {
    // Whatever the story before this one came to, the agent is free again.
    await command(async tx => await agents.ready(tx, me, {}))
    const citizen = await network.dial({ from: caller, to: '962000' })
    const live = await call(c => talkingTo('8001')(c) && c.endedAt === null)
    return { citizen, live }
  }
  async function over (citizen: { hangsUp: () => Promise<void> }): Promise<CallDetail> {
    await citizen.hangsUp()
    const ended = await call(c => c.state === 'ended')
    await command(async tx => await agents.ready(tx, agentAt('8001'), {}))
    return ended
  }

  await t.test('blind transfer to a colleague', async t => {
    await network.number('desk8002', 'answer|stay')
    const { citizen, live } = await connected()
    await moved(async tx => await switching.transfer(tx, me, { callId: live.id, to: { extension: '8002' } }))
    await call(talkingTo('8002'))
    t.equal(citizen.endedAt, null)
    const ended = await over(citizen)
    t.match(ended, { id: live.id, answeredBy: '8001', endedBy: 'citizen', recorded: true })
    t.ok((ended.recordingBytes ?? 0) > 0, 'one recording of the whole call')
    t.ok(kinds(ended).includes('switched'))
  })

  await t.test('blind transfer to a busy colleague comes back to the agent', async t => {
    await network.number('desk8002', 'busy')
    const { citizen, live } = await connected()
    await moved(async tx => await switching.transfer(tx, me, { callId: live.id, to: { extension: '8002' } }))
    const back = await call(c => talkingTo('8001')(c) && kinds(c).filter(k => k === 'answered').length === 2)
    t.equal(back.id, live.id)
    t.equal(citizen.endedAt, null)
    await over(citizen)
  })

  await t.test('the colleague is busy and the agent is gone: the head of the queue', async t => {
    await network.number('desk8002', 'busy')
    await network.number('desk8001', 'answer|stay')
    const { citizen, live } = await connected()
    await network.number('desk8001', 'busy', 'answer|stay')
    await moved(async tx => await switching.transfer(tx, me, { callId: live.id, to: { extension: '8002' } }))
    const again = await call(c => kinds(c).filter(k => k === 'queued').length === 2 && talkingTo('8001')(c))
    t.equal(again.id, live.id)
    await over(citizen)
    await network.number('desk8001', 'answer|stay')
  })

  await t.test('a telephone\'s own transfer (REFER) to a busy colleague comes back too', async t => {
    await network.number('desk8002', 'busy')
    const before = network.ringsOf('desk8001').length
    const { citizen, live } = await connected()
    // the journal may know of this call before the telephones' own side has told us
    const phone = await until(() => network.ringsOf('desk8001')[before] ?? null, { what: 'this call rang the agent' })
    await phone.isAnswered()
    await phone.does('transfer 8002')
    const back = await call(c => kinds(c).includes('transfer') && kinds(c).filter(k => k === 'answered').length === 2)
    t.equal(back.id, live.id)
    t.ok(back.timeline.some(e => e.kind === 'transfer' && e.actor === '8001'))
    await over(citizen)
  })

  await t.test('consultation, then the colleague takes the citizen', async t => {
    await network.number('desk8002', 'answer|talk 900')
    const { citizen, live } = await connected()
    await t.rejects(moved(async tx => await switching.complete(tx, me, { callId: live.id })), { code: 'guard-not-met' })
    await moved(async tx => await switching.consult(tx, me, { callId: live.id, to: { extension: '8002' } }))
    await call(c => c.state === 'held' && living(c).includes('8002') && c.channels.some(x => x.extension === '8002' && x.answeredAt))
    t.equal(citizen.endedAt, null)
    await moved(async tx => await switching.complete(tx, me, { callId: live.id }))
    const joined = await call(only('8002', 'citizen'))
    t.equal(joined.id, live.id)
    t.ok(await hears(citizen, 900), 'the citizen hears the colleague')
    const ended = await over(citizen)
    t.match(ended, { id: live.id, endedBy: 'citizen', state: 'ended' })
    t.ok((ended.recordingBytes ?? 0) > 0)
    t.same((await desk.db.query('select 1 from call where direction = $1 and merged_into is null', ['internal'])), [])
  })

  await t.test('a consultation with a busy target returns the agent to the citizen', async t => {
    await network.number('desk8002', 'busy')
    const { citizen, live } = await connected()
    await moved(async tx => await switching.consult(tx, me, { callId: live.id, to: { extension: '8002' } }))
    const back = await call(c => c.state === 'talking' && c.timeline.some(e => e.kind === 'retrieved'))
    t.match(back, { id: live.id, state: 'talking' })
    await over(citizen)
  })

  await t.test('consultation cancelled', async t => {
    await network.number('desk8002', 'ring')
    const { citizen, live } = await connected()
    await moved(async tx => await switching.consult(tx, me, { callId: live.id, to: { extension: '8002' } }))
    await call(c => living(c).includes('8002'))
    await moved(async tx => await switching.retrieve(tx, me, { callId: live.id }))
    const back = await call(c => c.state === 'talking' && only('8001', 'citizen')(c))
    t.equal(back.id, live.id)
    t.equal(citizen.endedAt, null)
    await over(citizen)
  })

  await t.test('the agent\'s telephone dies in a consultation: the citizen is first in the queue', async t => {
    await network.number('desk8002', 'ring')
    const { citizen, live } = await connected()
    await moved(async tx => await switching.consult(tx, me, { callId: live.id, to: { extension: '8002' } }))
    await call(c => living(c).includes('8002'))
    await network.ringsOf('desk8001').at(-1)?.hangsUp()
    const again = await call(c => kinds(c).filter(k => k === 'queued').length === 2)
    t.equal(again.id, live.id)
    t.equal(citizen.endedAt, null)
    await command(async tx => await agents.ready(tx, me, {}))
    await call(c => talkingTo('8001')(c) && c.timeline.at(-1)?.kind !== 'queued')
    await over(citizen)
  })

  await t.test('hold and back', async t => {
    const { citizen, live } = await connected()
    await moved(async tx => await switching.hold(tx, me, { callId: live.id }))
    await call(c => c.state === 'held')
    await t.rejects(moved(async tx => await switching.hold(tx, me, { callId: live.id })), { code: 'guard-not-met' })
    await moved(async tx => await switching.retrieve(tx, me, { callId: live.id }))
    t.match(await call(c => c.state === 'talking'), { id: live.id })
    await over(citizen)
  })

  await t.test('three together with the police; any two go on when the third leaves', async t => {
    await network.number('50009110', 'answer|talk 1300')
    const { citizen, live } = await connected()
    await moved(async tx => await switching.consult(tx, me, { callId: live.id, to: { centre: '110' } }))
    await call(c => c.channels.some(x => x.kind === 'outside' && x.answeredAt))
    await moved(async tx => await switching.threeWay(tx, me, { callId: live.id }))
    t.match(await call(only('8001', 'citizen', 'outside')), { id: live.id })
    t.ok(await hears(citizen, 1300), 'the citizen hears the police')
    await network.ringsOf('desk8001').at(-1)?.hangsUp()
    await call(only('citizen', 'outside'))
    await network.ringsOf('50009110').at(-1)?.hangsUp()
    const ended = await call(c => c.state === 'ended')
    t.ok(ended.timeline.some(e => e.kind === 'emergency-centre' && e.detail.centre === '110' && e.actor === '8001'))
    await citizen.isOver()
    await command(async tx => await agents.ready(tx, me, {}))
  })

  await t.test('the shift leader takes a call over, and listens to another', async t => {
    await network.number('desk8004', 'answer|stay')
    const { citizen, live } = await connected()
    await t.rejects(moved(async tx => await switching.takeOver(tx, me, { callId: live.id })), { code: 'not-allowed' })
    await t.rejects(moved(async tx => await switching.listen(tx, me, { callId: live.id, mode: 'listen' })), { code: 'not-allowed' })
    await moved(async tx => await switching.listen(tx, officer, { callId: live.id, mode: 'listen' }))
    const ear = await network.rung('desk8004')
    await ear.isAnswered()
    await ear.hangsUp()
    await moved(async tx => await switching.takeOver(tx, officer, { callId: live.id }))
    const taken = await call(talkingTo('8004'))
    t.equal(taken.id, live.id)
    t.ok(kinds(taken).includes('listened'))
    await over(citizen)
  })

  await t.test('refused switching commands', async t => {
    const { citizen, live } = await connected()
    await t.rejects(moved(async tx => await switching.transfer(tx, me, { callId: live.id, to: { number: '110' } })),
      { code: 'emergency-number-refused' })
    await t.rejects(moved(async tx => await switching.transfer(tx, me, { callId: live.id, to: { extension: '9' } })),
      { code: 'invalid-input' })
    await t.rejects(moved(async tx => await switching.transfer(tx, agentAt('8003'), { callId: live.id, to: { extension: '8002' } })),
      { code: 'not-allowed' })
    await t.rejects(moved(async tx => await switching.transfer(tx, me, { callId: 'nobody', to: { extension: '8002' } })),
      { code: 'not-found' })
    const ended = await over(citizen)
    await t.rejects(moved(async tx => await switching.hold(tx, me, { callId: ended.id })), { code: 'call-ended' })
  })
})
