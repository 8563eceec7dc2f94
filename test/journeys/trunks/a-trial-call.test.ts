import t from 'tap'
import { startStack, type Stack } from '../../harness/servers/stack.ts'
import { changeTrunk, trunksOf, type TrunkSeen } from '../../harness/stories/trunks.ts'
import { until } from '../../../src/servers/until.ts'

/** What the page says after a trial call to this number. */
async function trialOf (stack: Stack, number: string): Promise<TrunkSeen['trial']> {
  const admin = await stack.as('admin')
  await admin.post('/api/trunks/trunk/trial', { number })
  return await until(async () => {
    const trial = (await trunksOf(admin)).find(one => one.id === 'trunk')?.trial ?? null
    return trial?.result === null ? false : trial
  }, { what: `the trial call to ${number} is over`, seconds: 60 })
}

await t.test('a trial call says in a word how the carrier sends keys and sound', async t => {
  const stack = await startStack(t, { desks: [] })
  const { network, pbx } = stack
  await network.number('13900001071', 'answer|wait 1|press 1|wait 7|press 5|stay')
  await network.number('13900001072', 'busy')
  await network.number('13900001073', 'congestion')
  await network.number('13900001074', 'answer|stay')
  await network.number('13900001075', 'answer|wait 1|hangup')
  await network.number('13900001076', 'answer|vanish')
  const found: Record<string, string | null | undefined> = {}
  for (const [number, what] of [
    ['13900001071', 'clean'], ['13900001072', 'not-answered'], ['13900001073', 'carrier-refuses'], ['13900001074', 'no-keys'],
    ['13900001075', 'hung-up'], ['13900001076', 'no-sound']
  ] as const) {
    found[number] = (await trialOf(stack, number))?.result
    t.equal(found[number], what, `${number}: ${what}`)
  }
  t.equal(network.ringsOf('13900001073').length, 1, 'no other trunk, and not again')
  const admin = await stack.as('admin')
  t.match(await admin.request('POST', '/api/trunks/trunk/trial', { number: '110' }), { status: 422 })

  await t.test('a carrier that sends keys by RFC 4733 and by INFO: doubled, once the PBX reads INFO', async t => {
    await network.number('13900001077', 'answer|wait 1|both 1 60|wait 7|both 5 1500|stay')
    t.equal((await trialOf(stack, '13900001077'))?.result, 'clean', 'INFO is not read: no harm done')
    await changeTrunk(admin, 'trunk', { keys: 'info' })
    const restart = async (): Promise<boolean | null | undefined> => (await trunksOf(admin))[0]?.nodes[0]?.restart
    await until(async () => await restart() === true, { what: 'the page says: after a restart' })
    await until(async () => /dtmf_mode +: info/.test(await pbx.console('pjsip show endpoint trunk')), { what: 'the PBX has read the files' })
    await pbx.kill()
    await pbx.start()
    await until(async () => await restart() === false, { what: 'and says so no more', seconds: 30 })
    await changeTrunk(admin, 'trunk', { keys: 'rfc4733' })
    await until(async () => /dtmf_mode +: rfc4733/.test(await pbx.console('pjsip show endpoint trunk')), { what: 'read by both ways now' })
    t.equal((await trialOf(stack, '13900001077'))?.result, 'keys-doubled')
  })
})
