// A person rings a caller (漏接回拨) whom the machine was to ring: what becomes of the machine's return.
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { testApp } from '../../http/app-of-test.ts'
import { callbackWorld } from '../callbacks/callback-world.ts'

interface Row { id: string, lastTry: { by: string, at: string, outcome: string, seconds: number | null } | null }
interface Entry { kind: string, actor: string, detail: Record<string, unknown> }

async function missed (t: Parameters<typeof callbackWorld>[0]) {
  const world = await callbackWorld(t)
  const { db, clock } = world
  world.at('2026-11-30 10:00')
  await world.missedCall('13900001771', 'c-missed')
  const { send, cookieOf } = await testApp(t, { on: { db, url: '', clock }, routes: world.routes })
  const cookie = await cookieOf('8101', ['SHIFT_LEADER'], { extension: '8101' })
  const legs = async (): Promise<number> => (await db.query('select 1 from leg')).length
  return {
    world,
    legs,
    press: async () => await send('POST', '/api/calls', { cookie, body: { callId: 'c-missed' } }),
    /** the leader's own telephone is up, and the citizen's is rung */
    rings: async (body: { callId: string } | { orderId: string }): Promise<string> => {
      const before = await legs()
      const answer = await send('POST', '/api/calls', { cookie, body })
      if (answer.statusCode !== 202) throw new Error(answer.body)
      await world.ownTelephone('rings', 'answers')
      await world.sweep()
      await until(async () => await legs() === before + 1, { what: 'the citizen is rung' })
      return await world.leg()
    },
    state: async () => (await db.query<{ state: string }>('select state from missed_call_return'))[0]?.state,
    toRing: async (): Promise<Row[]> => (await send('GET', '/api/calls/to-ring-back', { cookie })).json().items,
    tries: async (): Promise<Entry[]> => {
      const { timeline } = (await send('GET', '/api/calls/c-missed', { cookie })).json<{ timeline: Entry[] }>()
      return timeline.filter(e => e.kind === 'missed-call-return' && e.actor !== 'system')
    }
  }
}

t.test('the citizen answers: the machine does not ring into the talk, and without one a person is to ring', async t => {
  const { world, legs, rings, state, toRing, tries } = await missed(t)
  const leg = await rings({ callId: 'c-missed' })
  await world.reports(leg, 'rings', 'answers')
  world.at('2026-11-30 10:20')
  await world.sweep()
  t.equal(await legs(), 1, 'the machine\'s return was due at 10:05')
  t.same([await state(), await toRing()], ['open', []], 'they are on the line')
  await world.reports(leg, { hangup: 16 }, 'ends')
  t.equal(await state(), 'open')
  const [row] = await toRing()
  t.match(row, { id: 'c-missed', lastTry: { by: '8101', outcome: 'answered', seconds: 0 } })
  t.match(row?.lastTry?.at, /^2026-11-30T02:20:/)
  t.match(await tries(), [{ actor: '8101', detail: { byPerson: true, outcome: 'answered', seconds: 0 } }])
  world.at('2026-11-30 18:00')
  await world.sweep()
  t.equal(await legs(), 1, 'the machine rings no more')
})

t.test('busy: the machine rings as before, and the call says who tried', async t => {
  const { world, legs, rings, state, toRing, tries } = await missed(t)
  await world.reports(await rings({ callId: 'c-missed' }), 'rings', { hangup: 17 }, 'ends')
  t.same([await state(), await toRing()], ['open', []])
  t.match(await tries(), [{ actor: '8101', detail: { byPerson: true, outcome: 'busy' } }])
  world.at('2026-11-30 10:06')
  await world.sweep()
  t.equal(await legs(), 2)
})

t.test('no such number: neither a person nor the machine rings it again', async t => {
  const { world, legs, rings, state, tries } = await missed(t)
  await world.reports(await rings({ callId: 'c-missed' }), 'rings', { hangup: 1 }, 'ends')
  t.equal(await state(), 'not-reached')
  t.match(await tries(), [{ detail: { outcome: 'unallocated' } }])
  world.at('2026-11-30 10:06')
  await world.sweep()
  t.equal(await legs(), 1)
})

t.test('rung for an order: the same, and the call does not name who rang for it', async t => {
  const { world, legs, rings, state, toRing, tries } = await missed(t)
  const orderId = await world.acceptedOrder({ complainantNumber: '13900001771' })
  const leg = await rings({ orderId })
  await world.reports(leg, 'rings', 'answers')
  await world.reports(leg, { hangup: 16 }, 'ends')
  t.same([await state(), await tries()], ['open', []])
  t.match(await toRing(), [{ id: 'c-missed', lastTry: null }])
  world.at('2026-11-30 10:20')
  await world.sweep()
  t.equal(await legs(), 1)
})

t.test('a telephone that is not registered: the person is told, and nothing is begun', async t => {
  const { world, press, tries, legs } = await missed(t)
  world.switchboard.unregistered.add('8101')
  const refused = await press()
  t.equal(refused.statusCode, 409)
  t.match(refused.json(), { code: 'telephone-not-registered' })
  t.same([await world.db.query('select 1 from manual_call'), await tries(), await legs()], [[], [], 0])
  world.switchboard.unregistered.clear()
  t.equal((await press()).statusCode, 202, 'registered again')
})
