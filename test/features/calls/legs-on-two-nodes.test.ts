// Legs on two PBXs: each is told of its own, asked for its own, and hangs up its own.
import { test, type Test } from 'tap'
import { until } from '../../../src/servers/until.ts'
import { createNodes } from '../../../src/pbx/nodes.ts'
import {
  callback, diallerWorld, emergency, nodesWith, pbxEvent, switchRecorder, type DiallerWorld, type SwitchRecorder
} from '../../harness/dialler/dialler-world.ts'

interface Two extends DiallerWorld { first: SwitchRecorder, second: SwitchRecorder }

async function two (t: Test): Promise<Two> {
  const [first, second] = [switchRecorder(), switchRecorder()]
  return { ...await diallerWorld(t, { nodes: nodesWith({ pbx1: first, pbx2: second }) }), first, second }
}

const told = (switchboard: SwitchRecorder): string[] => switchboard.told.map(leg => leg.channelId)
const nodeOf = async ({ db }: DiallerWorld): Promise<Record<string, string>> =>
  Object.fromEntries((await db.query<{ id: string, node: string }>('select id, node from leg')).map(({ id, node }) => [id, node]))

test('a leg to somebody on a PBX is placed there; any other on the first that is up', async t => {
  const world = await two(t)
  await world.ask(emergency({ node: 'pbx2' }), callback())
  await world.place()
  t.equal(world.second.told.length, 1)
  t.equal(world.first.told.length, 1)
  t.strictSame(await nodeOf(world), { [told(world.second)[0] ?? '']: 'pbx2', [told(world.first)[0] ?? '']: 'pbx1' }, 'and says so')

  world.first.up = false
  await world.ask(callback(), emergency({ node: 'pbx1' }))
  await world.place()
  t.equal(world.second.told.length, 2, 'a leg for any PBX does not wait for one that is away')
  t.equal(world.first.told.length, 1, 'a leg for that PBX waits')
  world.first.up = true
  await world.place()
  t.equal(world.first.told.length, 2)
  t.equal(world.second.told.length, 2)
})

test('a leg is hung up on the PBX that has it', async t => {
  const world = await two(t)
  const ids = await world.ask(callback({ node: 'pbx2' }), callback({ node: 'pbx1' }))
  await world.place()
  const [there = ''] = told(world.second)
  await world.reports(there, 'rings')
  await world.cancel(ids.slice(0, 1))
  t.strictSame(world.second.hungUp, [there])
  t.strictSame(world.first.hungUp, [])
})

test('after a login to one PBX its own doubted legs are settled by its own channels, the other\'s are left alone', async t => {
  const world = await two(t)
  await world.ask(callback({ node: 'pbx1' }), callback({ node: 'pbx2' }), callback({ node: 'pbx2' }))
  await world.place()
  const [[onFirst = ''], [lives = '', unheard = '']] = [told(world.first), told(world.second)]
  // The same id at the other PBX says nothing of this one's leg.
  world.second.channels.add(lives)
  world.first.channels.add(unheard)
  await world.dialler.recover('pbx2')
  t.strictSame(told(world.second), [lives, unheard, unheard], 'placed again where it was to be')
  t.strictSame(told(world.first), [onFirst], 'not told of anything')
})

test('a restart of one PBX ends its own legs alone', async t => {
  const world = await two(t)
  await world.ask(callback({ node: 'pbx1' }), callback({ node: 'pbx2' }))
  await world.place()
  const [[onFirst = ''], [onSecond = '']] = [told(world.first), told(world.second)]
  await world.reports(onFirst, 'rings', 'answers')
  await world.reports(onSecond, 'rings', 'answers')
  world.clock.advance(1000)
  await world.journal(pbxEvent('', 'node-restart', world.clock.now()))
  const states = Object.fromEntries((await world.legs()).map(leg => [leg.id, leg.state]))
  t.strictSame(states, { [onFirst]: 'ended', [onSecond]: 'answered' })
})

test('a lost PBX ends its own legs alone; they are placed on the other', async t => {
  const world = await two(t)
  await world.ask(callback({ node: 'pbx2' }), callback())
  await world.place()
  const [[onFirst = ''], [onSecond = '']] = [told(world.first), told(world.second)]
  for (const leg of [onFirst, onSecond]) await world.reports(leg, 'rings')
  world.first.up = false
  world.clock.advance(10_000)
  await world.journal(pbxEvent('', 'node-lost', world.clock.now()))
  t.strictSame(Object.fromEntries((await world.legs()).map(leg => [leg.id, leg.outcome])), { [onFirst]: 'pbx-lost', [onSecond]: null })
  world.clock.advance(2000)
  await world.place()
  t.equal(told(world.second).length, 2, 'rung from there')
  world.first.up = true
  await world.journal(pbxEvent(onFirst, 'channel-back', world.clock.now()))
  await until(() => world.first.hungUp.length > 0, { what: 'the ringing that nobody has answered is ended' })
  t.strictSame(world.first.hungUp, [onFirst], 'the telephone does not ring twice for one call')
})

test('a leg that lives on a PBX taken for lost goes on, where it was not yet placed again', async t => {
  const world = await two(t)
  await world.ask(callback())
  await world.place()
  const [leg = ''] = told(world.first)
  await world.reports(leg, 'rings', 'answers')
  world.first.up = world.second.up = false
  await world.journal(pbxEvent('', 'node-lost', world.clock.now()))
  t.match(await world.requests(), [{ state: 'waiting' }])
  world.clock.advance(20_000)
  world.first.up = true
  await world.journal(pbxEvent(leg, 'channel-back', world.clock.now()))
  await world.place()
  t.match([await world.legs(), await world.requests()], [[{ id: leg, state: 'answered', outcome: null }], [{ state: 'dialling' }]])
  t.strictSame([world.first.told.length, world.second.told.length, world.first.hungUp], [1, 0, []])
  await world.reports(leg, { key: '1' }, { hangup: 16 }, 'ends')
  t.match(await world.requests(), [{ state: 'finished', outcome: 'confirmed' }])
})

test('a carrier that one PBX cannot reach is silent for it alone', async t => {
  const said: boolean[] = []
  const world = await diallerWorld(t, {
    nodes: nodesWith({ pbx1: switchRecorder(), pbx2: switchRecorder() }),
    onTrunk: async (_tx, trunk) => { said.push(trunk.silentSince !== null) }
  })
  const silent = async (): Promise<number> => (await world.dialler.silentTrunks(world.db)).length
  await world.dialler.trunkHeard('pbx1', 'trunk', false)
  t.equal(await silent(), 0)
  t.strictSame(said, [])
  await world.dialler.trunkHeard('pbx2', 'trunk', false)
  t.equal(await silent(), 1)
  t.strictSame(said, [true])
  await world.dialler.trunkHeard('pbx1', 'trunk', true)
  t.equal(await silent(), 0)
  await world.dialler.trunkHeard('pbx2', 'trunk', true)
  t.strictSame(said, [true, false], 'told once each time')
})

test('calls a second and channels of a trunk are one budget for all PBXs', async t => {
  const [first, second] = [switchRecorder(), switchRecorder()]
  const world = await diallerWorld(t, {
    nodes: nodesWith({ pbx1: first, pbx2: second }), trunk: { callsPerSecond: 3, channels: 8, reservedInbound: 3 }
  })
  await world.ask(...Array.from({ length: 8 }, (_, i) => callback({ node: i % 2 === 0 ? 'pbx1' : 'pbx2' })))
  await world.place()
  t.equal(first.told.length + second.told.length, 3, 'in the first second')
  world.clock.advance(1000)
  await world.place()
  t.equal(first.told.length + second.told.length, 5, 'and no more than there are channels')
  t.ok(first.told.length >= 2 && second.told.length >= 2)
})

test('a trunk that is silent at one PBX is used from the other', async t => {
  const [first, second] = [switchRecorder(), switchRecorder()]
  const world = await diallerWorld(t, { nodes: nodesWith({ pbx1: first, pbx2: second }) })
  await world.dialler.trunkHeard('pbx1', 'trunk', false)
  await world.ask(callback())
  await world.place()
  t.same([first.told.length, second.told.length], [0, 1])
})

test('nodes are known by name; two of one name, and none at all, stop the start', async t => {
  const nodes = createNodes([{ name: 'pbx1' }, { name: 'pbx2' }])
  t.equal(nodes.get('pbx2').name, 'pbx2')
  t.throws(() => nodes.get('pbx3'), { code: 'pbx-node-unknown' })
  t.throws(() => nodes.choose('leg', () => false), { code: 'pbx-unavailable' })
  t.equal(nodes.choose('leg', node => node.name !== 'pbx1').name, 'pbx2')
  t.throws(() => createNodes([{ name: 'pbx1' }, { name: 'pbx1' }]), /two PBXs have one name: pbx1/)
  t.throws(() => createNodes([]), /there is no PBX/)
})

test('a node that joins is begun at once, and ended as it leaves', async t => {
  const nodes = createNodes([{ name: 'pbx1' }])
  const steps: string[] = []
  nodes.each(({ name }) => {
    steps.push(`begin ${name}`)
    return () => { steps.push(`end ${name}`) }
  })
  nodes.join({ name: 'pbx2' })
  t.throws(() => { nodes.join({ name: 'pbx2' }) }, /two PBXs have one name: pbx2/)
  nodes.leave('pbx1')
  nodes.leave('pbx1')
  t.strictSame(steps, ['begin pbx1', 'begin pbx2', 'end pbx1'])
  t.strictSame(nodes.all, [{ name: 'pbx2' }])
})
