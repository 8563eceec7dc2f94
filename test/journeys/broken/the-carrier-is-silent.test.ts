import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startNetwork } from '../../harness/telephones/network.ts'
import { acceptedOrder, callbackBecomes, storyClock, theOrder } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { citizen } from '../../harness/stories/story.ts'

/** Legs of one attempt while the carrier is silent: the number is dialled again after 1, 5 and 20 s. */
const legsOfOne = 4

interface Trunks { silent: Array<{ id: string, silentSince: string }> }
interface Ready { status: string, parts: Array<{ name: string, state: string }>, degraded: string[] }

await t.test('nothing answers at the trunk\'s address for several half-days: no attempt is used, the order waits, ' +
  'and the citizen is called when it is back, although nobody was there to hear of it', async t => {
  const stack = await startStack(t, { desks: [], settings: { CALLBACK_WINDOWS: '09:00-12:00,13:30-20:00', CALLBACK_RING_SECONDS: '2' } })
  const clock = storyClock(stack)
  const leader = await stack.as('leader')
  const trunk = async (): Promise<string> => {
    const ready = await (await fetch(`${stack.service.address()}/health/ready`)).json() as Ready
    return ready.parts.find(part => part.name === 'trunk')?.state ?? 'missing'
  }
  await clock.comes('16:00')
  const complainant = await citizen(stack.network, '13900001031')
  const { id } = await acceptedOrder(stack, complainant.number)
  await until(async () => await trunk() === 'ok', { what: 'the carrier answers', seconds: 30 })
  await stack.network.stop()
  await until(async () => await trunk() === 'failing', { what: 'readiness says that the carrier is silent', seconds: 30 })
  const told = await stack.db.query<{ topic: string }>('select topic from feed_event where topic like \'trunk.%\' order by id')
  t.same(told.map(e => e.topic), ['trunk.silent'], 'and so the shift leader is told, once')

  for (const hour of ['09:01', '13:31', '09:01', '13:31', '09:01']) await clock.comes(hour)
  const waits = await callbackBecomes(stack, id, c => c.attempts === 1)
  t.match(waits, { status: 'DIALLING', unanswered: 0, incomplete: 0, byPerson: false })
  t.match(await theOrder(stack, id), { state: 'VERIFYING', callbackStatus: 'PENDING' })
  t.same(await stack.db.query('select 1 from leg'), [], 'a machine does not even try')
  t.match((await leader.get<Trunks>('/api/trunks/silent')).silent, [{ id: 'trunk' }], 'the wall and the shift leader\'s floor say so')

  // What the PBX tells of it while the service is away is not told again.
  await stack.service.kill()
  const back = await startNetwork(t, { pbx: stack.pbx.config.sip, trunk: stack.pbx.config.trunk })
  await back.number(complainant.number, 'answer|wait 0.5|press 1|wait 1|press 1|wait 1|press 1|stay')
  await until(async () => /trunk-watch\/\S+ +\w+ +Avail/.test(await stack.pbx.console('pjsip show contacts')),
    { what: 'the PBX knows that the carrier answers', seconds: 30 })
  await stack.service.start()
  await until(async () => await trunk() === 'ok', { what: 'the carrier is back', seconds: 30 })
  await callbackBecomes(stack, id, c => c.status === 'CONFIRMED')
  t.equal(back.ringsOf(complainant.number).length, 1)
  t.same((await leader.get<Trunks>('/api/trunks/silent')).silent, [])
})

await t.test('silence without a warning: the legs are our fault, and a person takes over at last', async t => {
  const stack = await startStack(t, {
    desks: [],
    settings: { CALLBACK_WINDOWS: '09:00-12:00,13:30-20:00', CALLBACK_RING_SECONDS: '2', TRUNK_QUALIFY_SECONDS: '0' }
  })
  const clock = storyClock(stack)
  await clock.comes('16:00')
  const { id } = await acceptedOrder(stack, '13900001032')
  await stack.network.stop()
  await clock.comes('09:01')
  const ended = async (): Promise<number> => (await stack.db.query('select 1 from leg where state = \'ended\'')).length
  for (let i = 0; i < 3; i++) {
    for (let leg = 1; leg <= legsOfOne; leg++) {
      await until(async () => await ended() === i * legsOfOne + leg, { what: `leg ${leg} of attempt ${i + 1} has ended`, seconds: 20 })
      if (leg < legsOfOne) await clock.passes(20_000)
    }
    await callbackBecomes(stack, id, c => c.status === 'SCHEDULED' && c.attempts === i + 1)
    await clock.passes(5 * 60_000 + 1000)
  }
  t.match(await callbackBecomes(stack, id, c => c.byPerson),
    { status: 'SCHEDULED', byPersonReason: 'machine-failed', unanswered: 0, incomplete: 0 })
  const legs = await stack.db.query<{ outcome: string, sip: number, state: string, theirs: boolean }>(`select distinct outcome, sip,
    channel_state as state, theirs from leg`)
  t.same(legs, [{ outcome: 'no-response', sip: 0, state: 'down', theirs: false }])
  t.match(await theOrder(stack, id), { state: 'VERIFYING', callbackStatus: 'PENDING' })
})

await t.test('the carrier falls silent while the database is away: the silence is kept afterwards', async t => {
  const stack = await startStack(t, { desks: [], ownDatabase: true })
  const leader = await stack.as('leader')
  const silent = async (): Promise<unknown[]> => (await leader.get<Trunks>('/api/trunks/silent')).silent
  const knows = async (what: string): Promise<void> => {
    await until(async () => new RegExp(`trunk-watch/\\S+ +\\w+ +${what}`).test(await stack.pbx.console('pjsip show contacts')),
      { what: `the PBX finds it ${what}`, seconds: 30 })
  }
  await knows('Avail')
  t.same(await silent(), [])
  await stack.postgres?.kill()
  await stack.network.stop()
  await knows('Unavail')
  await stack.postgres?.start()
  await leader.sees<Trunks>('/api/trunks/silent', trunks => trunks.silent.length === 1, 60)
})
