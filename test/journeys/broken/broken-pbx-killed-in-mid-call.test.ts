import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { acceptedOrder, answers, callbackBecomes, storyClock } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

interface Call { id: string, state: string, result: string, endedBy: string | null, answeredBy: string | null }
/** Bytes of the longest recording of a call to 962000 that are on the disk: the PBX puts them there two seconds at a time. */
const recorded = (folder: string): number =>
  Math.max(
    0,
    ...readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(name => /^\d{4}\/.*\.wav$/.test(name))
      .map(name => statSync(join(folder, name)).size)
  )

interface AgentSeen { extension: string, state: string, callId: string | null }

await t.test('the PBX is killed in mid-call: the calls end as lost, the agent is free again, and the callback is tried again', async t => {
  const stack = await startStack(t, { desks: ['8003'] })
  const { network, pbx, as, db } = stack
  const clock = storyClock(stack)
  const zhang = agent(network, '8003')
  const [caller, complainant, next] = [
    await citizen(network, '13900001201'),
    await citizen(network, '13900001202'),
    await citizen(network, '13900001203')
  ]
  const { id: orderId } = await acceptedOrder(stack, complainant.number)
  await clock.comes('10:00', 1)
  const asked = await complainant.answers()
  await answers(stack, asked, '1')
  await zhang.signsIn()
  await caller.dials('962000')
  await zhang.answers()
  const leader = await as('8031')
  await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound', list => list.items[0]?.state === 'talking')

  await caller.talks(440)
  await until(() => zhang.call().heard(440) > 0.3 && recorded(pbx.recordingsDir) > 44, { what: 'they talk, and the beginning is recorded' })

  await pbx.kill()
  await Promise.all([caller.hangsUp(), zhang.hangsUp(), complainant.hangsUp()])
  await pbx.start()

  // The dialler asks again as soon as the exchange is back; nothing is held against the complainant.
  const again = await complainant.answers(2)
  await answers(stack, again, '1', '1', '1')
  const callback = await callbackBecomes(stack, orderId, c => c.status === 'CONFIRMED')
  t.match(callback, { unanswered: 0, incomplete: 0, byPerson: false, solved: 'yes', grade: 5 })
  t.equal(complainant.timesRung(), 2)
  const [first] = await db.query<{ outcome: string }>('select outcome from leg where purpose = \'callback\' order by placing_at')
  t.equal(first?.outcome, 'pbx-lost')

  const { items } = await leader.sees<{ items: Call[] }>('/api/calls',
    list => list.items.some(c => c.endedBy === 'pbx-lost' && c.answeredBy === '8003'))
  t.match(items.filter(c => c.answeredBy === '8003'), [{ state: 'ended', result: 'lost', endedBy: 'pbx-lost' }],
    'the citizen\'s call is not taken for one that ended well')
  const lost = items.find(c => c.answeredBy === '8003')
  const answer = await fetch(`${stack.service.address()}/api/calls/${lost?.id}/recording?reason=${encodeURIComponent('核对')}`,
    { headers: { cookie: leader.cookie() } })
  const wav = Buffer.from(await answer.arrayBuffer())
  t.match({ status: answer.status, riff: wav.readUInt32LE(4), data: wav.readUInt32LE(40) },
    { status: 200, riff: wav.length - 8, data: wav.length - 44 }, 'the recording until then can be played')
  t.ok(wav.length > 16_000)
  t.equal(wav.length, recorded(pbx.recordingsDir))
  await leader.sees<{ items: AgentSeen[] }>('/api/agents',
    list => list.items.some(a => a.extension === '8003' && a.state === 'ready' && a.callId === null))
  await until(async () => /PJSIP\/8003(?![^\n]*paused)[^\n]*Not in use/.test(await pbx.console('queue show hotline')),
    { what: '8003 stands in the queue', seconds: 30, everyMs: 300 })

  await next.dials('962000')
  await zhang.answers(2)
  await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound',
    list => list.items[0]?.state === 'talking' && list.items[0].answeredBy === '8003')
})
