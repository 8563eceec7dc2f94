// A leg that is to end unanswered is not hung up once somebody is on the line, whatever the rows that were read say.
import { test, type Test } from 'tap'
import { callback, diallerWorld, emergency, pbxEvent, type DiallerWorld, type Report } from '../../harness/dialler/dialler-world.ts'
import type { DialRequest } from '../../../src/dialler/dialler-types.ts'

/** Legs of these requests that ring, each with its channel; by the subject of the request. */
async function ringing (
  t: Test, requests: DialRequest[], channels = 30
): Promise<{ world: DiallerWorld, leg: (subject: string) => string }> {
  const world = await diallerWorld(t, { trunk: { channels, reservedInbound: 0 } })
  await world.ask(...requests)
  await world.place()
  const legs = await world.db.query<{ id: string, subject: string }>('select id, subject from leg')
  for (const { id } of legs) {
    await world.reports(id, 'rings')
    world.switchboard.channels.add(id)
    world.switchboard.ringing.add(id)
  }
  return { world, leg: subject => legs.find(leg => leg.subject === subject)?.id ?? '' }
}

const sweep = async (world: DiallerWorld): Promise<void> => { await world.dialler.sweeps[1]?.run(world.clock.now()) }
const stateOf = async (world: DiallerWorld, legId: string): Promise<unknown> => (await world.db.query(
  'select state, hangup_wanted as wanted, outcome from leg where id = $1', [legId]))[0]
const requestOf = async (world: DiallerWorld, legId: string): Promise<string> =>
  (await world.legs()).find(leg => leg.id === legId)?.request_id ?? ''

test('taken back by the batch that reads the answer: it goes on', async t => {
  const { world, leg } = await ringing(t, [callback({ subject: 'talks' })])
  const id = leg('talks')
  world.switchboard.ringing.delete(id)
  const request = await requestOf(world, id)
  await world.db.tx(async tx => {
    await world.dialler.cancel(tx, [request], 'the caller is with us')
    await world.dialler.journalHandler.handle(tx, [pbxEvent(id, 'answers', world.clock.now())])
  })
  await sweep(world)
  t.same(world.switchboard.hungUp, [])
  t.match(await stateOf(world, id), { state: 'answered', wanted: false })
})

test('taken back, and the row of the answer is lost: it goes on, and its feature hears of the answer', async t => {
  const { world, leg } = await ringing(t, ['talks', 'rings', 'must go'].map(subject => callback({ subject })))
  const [talks, rings, mustGo] = [leg('talks'), leg('rings'), leg('must go')]
  for (const id of [talks, mustGo]) world.switchboard.ringing.delete(id)
  await world.cancel([await requestOf(world, talks), await requestOf(world, rings)])
  await world.cancel([await requestOf(world, mustGo)], true)
  for (let i = 0; i < 3; i++) await sweep(world)
  t.same([...new Set(world.switchboard.hungUp)].sort(), [rings, mustGo].sort(), 'one that was to go even so goes')
  t.match(await stateOf(world, talks), { state: 'answered', wanted: false, outcome: null })
  t.same(world.heard.filter(e => e.kind === 'answered').map(e => e.legId), [talks])
  await world.reports(talks, { key: '1' }, { done: 'complete' }, { hangup: 16 })
  t.match((await world.legs()).find(l => l.id === talks), { outcome: 'confirmed' })
})

test('taken back with every row of it lost: it goes on', async t => {
  const world = await diallerWorld(t)
  const [request = ''] = await world.ask(callback())
  await world.place()
  const [{ id } = { id: '' }] = await world.legs()
  world.switchboard.channels.add(id)
  await world.cancel([request])
  for (const seconds of [1, 20]) {
    world.clock.advance(seconds * 1000)
    await sweep(world)
  }
  t.same(world.switchboard.hungUp, [])
  t.match(await stateOf(world, id), { state: 'answered', wanted: false })
})

test('an emergency takes no channel from a citizen in mid-survey whose rows are lost: another one yields', async t => {
  const { world, leg } = await ringing(t, ['one', 'other'].map(subject => callback({ subject })), 2)
  // The first to yield, as the dialler chooses, is the citizen who speaks.
  world.switchboard.ringing.clear()
  await world.ask(emergency())
  await world.place()
  const [speaks = ''] = (await world.db.query<{ id: string }>('select id from leg where hangup_wanted')).map(l => l.id)
  const rings = speaks === leg('one') ? leg('other') : leg('one')
  world.switchboard.ringing.add(rings)
  t.same(world.switchboard.hungUp, [])
  await sweep(world)
  await world.place()
  t.same(world.switchboard.hungUp, [rings])
  t.match(await stateOf(world, speaks), { state: 'answered', wanted: false })
})

test('the row of the answer is lost: whatever happens to an answered leg alone tells of it, once', async t => {
  const ways: Record<string, Report[]> = {
    'a bridge': ['bridged', 'bridged'],
    'the end of its script': [{ done: 'complete' }],
    'its recording': ['recorded', { done: 'complete' }],
    'a question without an answer': [{ key: '' }],
    'a key': [{ key: '1' }],
    'a seat': [{ room: 'join', key: '2' }],
    'the answer itself': ['answers', 'bridged', 'recorded']
  }
  const { world, leg } = await ringing(t, Object.keys(ways).map(subject => callback({ subject })))
  for (const [subject, rows] of Object.entries(ways)) {
    const id = leg(subject)
    await world.reports(id, ...rows)
    t.same(world.heard.filter(e => e.kind === 'answered' && e.legId === id).length, 1, subject)
    await world.cancel([await requestOf(world, id)])
    t.match(await stateOf(world, id), { wanted: false }, `${subject}: nobody hangs it up any more`)
  }
  t.same(world.switchboard.hungUp, [])
})

test('the row of a seat, or of the end of the script, is lost: nobody is cut off in a conference, a queue or a talk', async t => {
  const places = {
    'in the conference': { context: 'hotline-room', bridgeId: 'b1' },
    'waits for an agent': { context: 'queue' },
    'talks by hand': { context: 'script-manual', bridgeId: 'b2' },
    'is on hold': { context: 'hotline-hold' },
    'is still asked': { context: 'sub-ask' }
  }
  const { world, leg } = await ringing(t, Object.keys(places).map(subject => emergency({ subject, talkSeconds: 3600 })))
  for (const [subject, place] of Object.entries(places)) {
    await world.reports(leg(subject), 'answers')
    world.switchboard.ringing.delete(leg(subject))
    world.switchboard.places.set(leg(subject), place)
  }
  for (const hours of [2, 1, 5, 24]) {
    world.clock.advance(hours * 3_600_000)
    await sweep(world)
  }
  t.same([...new Set(world.switchboard.hungUp)], [leg('is still asked')])
  world.switchboard.channels.clear()
  world.clock.advance(2 * 3_600_000)
  await sweep(world)
  t.match((await world.legs()).map(l => l.state), Object.keys(places).map(() => 'ended'), 'looked for again: without a channel it ends')
})
