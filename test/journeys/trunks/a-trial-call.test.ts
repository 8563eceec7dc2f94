import t from 'tap'
import { startStack } from '../../harness/servers/stack.ts'
import { changeTrunk, trialOf, trunksOf } from '../../harness/stories/trunks.ts'
import { until } from '../../../src/servers/until.ts'

await t.test('a trial call says in a word how the carrier sends keys and sound', async t => {
  const stack = await startStack(t, { desks: [], settings: { QUEUE_SECONDS: '120' }, wholePrompts: true })
  const { network, pbx } = stack
  await network.number('13900001071', 'answer|wait 1|press 1|wait 7|press 5|stay')
  await network.number('13900001072', 'busy')
  await network.number('13900001073', 'congestion')
  await network.number('13900001074', 'answer|stay')
  await network.number('13900001075', 'answer|wait 1|hangup')
  await network.number('13900001076', 'answer|vanish')
  const admin = await stack.as('admin')
  for (const [number, what] of [
    ['13900001071', 'clean'], ['13900001072', 'not-answered'], ['13900001073', 'carrier-refuses'], ['13900001074', 'no-keys'],
    ['13900001075', 'hung-up'], ['13900001076', 'no-sound']
  ] as const) {
    t.equal(await trialOf(admin, 'trunk', number), what, `${number}: ${what}`)
  }
  t.equal(network.ringsOf('13900001073').length, 1, 'no other trunk, and not again')
  t.match(await admin.request('POST', '/api/trunks/trunk/trial', { number: '110' }), { status: 422 })

  await t.test('one at a time; without a free channel it is given up after a minute', async t => {
    await changeTrunk(admin, 'trunk', { channels: 1, reservedInbound: 0 })
    const caller = await network.dial({ from: '13900001079', to: '962000', script: 'stay 60' })
    await until(async () => (await trunksOf(admin))[0]?.calls === 1, { what: 'the one channel is used' })
    const given = trialOf(admin, 'trunk', '13900001071')
    await until(async () => (await trunksOf(admin))[0]?.trial?.result === null, { what: 'the trial call waits' })
    const again = await admin.request('POST', '/api/trunks/trunk/trial', { number: '13900001071' })
    t.match(again, { status: 409, body: { code: 'already-calling' } })
    await stack.advance(61_000)
    t.equal(await given, 'not-placed')
    t.equal(network.ringsOf('13900001071').length, 1, 'and rings nobody later')
    await caller.hangsUp()
    await changeTrunk(admin, 'trunk', { channels: 60, reservedInbound: 10 })
  })

  await t.test('a carrier that sends keys by RFC 4733 and by INFO: doubled, once the PBX reads INFO', async t => {
    await network.number('13900001077', 'answer|wait 1|both 1 60|wait 7|both 5 1500|stay')
    t.equal(await trialOf(admin, 'trunk', '13900001077'), 'clean', 'INFO is not read: no harm done')
    await changeTrunk(admin, 'trunk', { keys: 'info' })
    const restart = async (): Promise<boolean | null | undefined> => (await trunksOf(admin))[0]?.nodes[0]?.restart
    await until(async () => await restart() === true, { what: 'the page says: after a restart' })
    await until(async () => /dtmf_mode +: info/.test(await pbx.console('pjsip show endpoint trunk')), { what: 'the PBX has read the files' })
    await pbx.kill()
    await pbx.start()
    await until(async () => await restart() === false, { what: 'and says so no more', seconds: 30 })
    await changeTrunk(admin, 'trunk', { keys: 'rfc4733' })
    await until(async () => /dtmf_mode +: rfc4733/.test(await pbx.console('pjsip show endpoint trunk')), { what: 'read by both ways now' })
    t.equal(await trialOf(admin, 'trunk', '13900001077'), 'keys-doubled')
  })
})
