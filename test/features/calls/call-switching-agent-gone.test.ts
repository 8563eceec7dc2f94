import t from 'tap'
import type { CallDetail } from '../../../src/features/calls/call-queries.ts'
import { agentAt, switchedCalls } from '../../harness/telephones/switched-calls.ts'

const talkingTo = (extension: string) => (call: CallDetail): boolean =>
  call.state === 'talking' && call.channels.some(c => c.extension === extension && c.answeredAt !== null && c.endedAt === null)
const times = (call: CallDetail, kind: string): number => call.timeline.filter(e => e.kind === kind).length

t.setTimeout(280_000)

t.test('an agent\'s telephone is gone in mid-call: the citizen waits with music and gets it back, as one call', async t => {
  const { network, switching, agents, command, moved, call, db } = await switchedCalls(t, { settings: { AGENT_BACK_SECONDS: '4' } })
  const me = agentAt('8001')
  const phone = () => network.ringsOf('desk8001').at(-1)
  /** what a page says as it is closed or loaded anew */
  const gone = 'hangup 41'
  await network.number('desk8001', 'answer|stay')
  await command(async tx => await agents.signIn(tx, me, {}))

  async function connected () {
    await network.number('desk8001', 'answer|stay')
    await command(async tx => await agents.ready(tx, me, {}))
    const citizen = await network.dial({ from: '13900001001', to: '962000' })
    return { citizen, live: await call(c => talkingTo('8001')(c) && c.endedAt === null) }
  }
  const back = async (again: number): Promise<CallDetail> =>
    await call(c => talkingTo('8001')(c) && times(c, 'agent-gone') === again && times(c, 'retrieved') >= again)

  await t.test('back in the call, twice; then the agent hangs up and it is over', async t => {
    const { citizen, live } = await connected()
    await phone()?.does(gone)
    t.match(await call(c => c.state === 'held'), { id: live.id })
    await back(1)
    await phone()?.does(gone)
    const talking = await back(2)
    t.match(talking, { id: live.id, answeredBy: '8001' })
    t.match(talking.timeline.find(e => e.kind === 'agent-gone'), { actor: '8001' })
    t.equal(citizen.endedAt, null)
    await phone()?.hangsUp()
    await citizen.isOver()
    t.match(await call(c => c.state === 'ended'), { id: live.id, endedBy: '8001', recorded: true })
    t.equal((await db.query('select 1 from call where merged_into is null')).length, 1, 'one call in the records')
  })

  await t.test('gone while the citizen is on hold, and again after the retrieve', async () => {
    const { live, citizen } = await connected()
    await moved(async tx => await switching.hold(tx, me, { callId: live.id }))
    await call(c => c.state === 'held')
    await phone()?.does(gone)
    await back(1)
    await moved(async tx => await switching.hold(tx, me, { callId: live.id }))
    await call(c => c.state === 'held')
    await moved(async tx => await switching.retrieve(tx, me, { callId: live.id }))
    await call(talkingTo('8001'))
    await phone()?.does(gone)
    await back(2)
    await citizen.hangsUp()
    await call(c => c.state === 'ended')
  })

  await t.test('a hang-up after the retrieve ends the call', async t => {
    const { live, citizen } = await connected()
    await moved(async tx => await switching.hold(tx, me, { callId: live.id }))
    await call(c => c.state === 'held')
    await moved(async tx => await switching.retrieve(tx, me, { callId: live.id }))
    await call(talkingTo('8001'))
    await phone()?.hangsUp()
    await citizen.isOver()
    t.equal(times(await call(c => c.state === 'ended'), 'queued'), 1, 'the citizen does not queue again')
  })

  await t.test('after a transfer the colleague\'s telephone is waited for, and the colleague\'s hang-up ends the call', async t => {
    const { live, citizen } = await connected()
    await network.number('desk8002', 'answer|stay')
    await moved(async tx => await switching.consult(tx, me, { callId: live.id, to: { extension: '8002' } }))
    await call(c => c.channels.some(x => x.extension === '8002' && x.answeredAt))
    await moved(async tx => await switching.complete(tx, me, { callId: live.id }))
    await call(talkingTo('8002'))
    await network.ringsOf('desk8002').at(-1)?.does(gone)
    t.match(await call(c => talkingTo('8002')(c) && times(c, 'agent-gone') === 1), { id: live.id })
    await network.ringsOf('desk8002').at(-1)?.hangsUp()
    await citizen.isOver()
    t.equal(times(await call(c => c.state === 'ended'), 'queued'), 1)
  })

  await t.test('not back in time: first in the queue, and a colleague answers', async t => {
    const { live, citizen } = await connected()
    await network.number('desk8001', 'busy')
    await network.number('desk8002', 'answer|stay')
    await command(async tx => await agents.signIn(tx, agentAt('8002'), {}))
    await command(async tx => await agents.ready(tx, agentAt('8002'), {}))
    await phone()?.does(gone)
    const taken = await call(talkingTo('8002'), 20)
    t.match(taken, { id: live.id })
    t.equal(times(taken, 'queued'), 2)
    await citizen.hangsUp()
    await call(c => c.state === 'ended')
    await command(async tx => await agents.signOut(tx, agentAt('8002'), {}))
  })
})
