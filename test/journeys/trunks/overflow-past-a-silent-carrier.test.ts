import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { sipPeer } from '../../harness/edge/sip-peer.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { citizen } from '../../harness/stories/story.ts'
import { addTrunk, changeTrunk } from '../../harness/stories/trunks.ts'

const officer = '13900007002'

await t.test('nobody is signed in, and the first carrier answers OPTIONS and no call: the next one rings the duty officer', async t => {
  const stack = await startStack(t, { desks: [], settings: { OVERFLOW_DUTY: officer, QUEUE_SECONDS: '15' } })
  const { network, pbx } = stack
  const carrier = await sipPeer(t, '127.0.0.4')
  const answering = setInterval(() => {
    for (const asked of carrier.requests.splice(0)) {
      if (asked.parsed.method === 'OPTIONS') carrier.answer(asked, 200)
      else if (asked.parsed.method === 'INVITE') unheard.add(asked.parsed.headers['call-id'])
    }
  }, 20)
  const unheard = new Set<string>()
  t.teardown(() => { clearInterval(answering) })
  const admin = await stack.as('admin')
  await addTrunk(admin, { address: `127.0.0.4:${carrier.address.port}`, priority: 1 })
  await changeTrunk(admin, 'trunk', { priority: 2 })
  await until(async () => /trunk2-watch\/\S+ +\w+ +Avail/.test(await pbx.console('pjsip show contacts')),
    { what: 'the PBX asks the silent carrier, which answers', seconds: 20 })
  await until(async () => /trunk2&trunk/.test(await pbx.console('database show trunk')), { what: 'the PBX has the order', seconds: 20 })
  await network.number(officer, 'answer|wait 0.5|press 1|talk 880')

  const caller = await citizen(network, '13900001007')
  await caller.dials('962000')
  const duty = await network.rung(officer, 1, 60)
  await duty.isAnswered()
  t.equal(unheard.size, 1, 'the first carrier was asked, once')
  await caller.hangsUp()
  await duty.isOver()
})
