import t, { type Test } from 'tap'
import { adjustableClock } from '../../../src/domain/time/clock.ts'
import { DomainError } from '../../../src/domain/errors.ts'
import type { Actor } from '../../../src/domain/people/roles.ts'
import { createAgents, type Agents } from '../../../src/features/agents/agents.ts'
import type { NodeQueue } from '../../../src/features/agents/queue/queue-keepers.ts'
import type { Database, Tx } from '../../../src/db/database.ts'
import type { PbxEvent } from '../../../src/pbx/pbx-event.ts'
import { createLostChannels } from '../../../src/pbx/journal/lost-channels.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { journalEvents, journalSample } from '../../harness/stories/journal-sample.ts'
import { journalFile, journalOf, line, quiet, shipperOf } from '../journal/journal-file.ts'

const agent: Actor = { id: 'hw01', roles: ['AGENT'], unitId: null, extension: '8001', personId: null }
const leader: Actor = { id: 'bz01', roles: ['SHIFT_LEADER'], unitId: null, extension: '8030', personId: null }
const administrator: Actor = { id: 'gly', roles: ['ADMINISTRATOR'], unitId: null, extension: null, personId: null }

interface Desk {
  db: Database
  agents: Agents
  queue: Map<string, boolean>
  orders: string[]
  accounts: string[]
  hear: (events: readonly PbxEvent[]) => Promise<void>
  as: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>
  disposition: { set: boolean }
  link: { down: boolean }
  clock: ReturnType<typeof adjustableClock>
}

async function desk (t: Test): Promise<Desk> {
  const { db } = await freshDatabase(t)
  const queue = new Map<string, boolean>()
  const orders: string[] = []
  const accounts: string[] = []
  const disposition = { set: false }
  const link = { down: false }
  const clock = adjustableClock()
  const pbx1: NodeQueue = {
    node: 'pbx1',
    set: async (extension, { member, paused }) => {
      if (link.down) throw new DomainError('pbx-unavailable', 'no answer')
      if (member) queue.set(extension, paused)
      else queue.delete(extension)
      orders.push(extension)
    },
    list: async () => [...queue].map(([extension, paused]) => ({ extension, paused }))
  }
  const agents = createAgents({
    db,
    clock,
    feed: { publish: async () => {}, broadcast: () => {}, subscribe: () => () => {}, since: async () => [] },
    queues: () => [pbx1],
    nodes: { all: [], each: () => {} },
    desired: { change: () => {} },
    running: async () => new Set(),
    log: quiet,
    hasDisposition: async () => disposition.set,
    writeAgents: async (_tx, list) => { accounts.push(...list.map(a => a.extension)) },
    agentsKnown: async () => {},
    wrapUpSeconds: 30
  })
  for (const extension of ['8001', '8002', '8003']) {
    await db.tx(async tx => {
      await agents.saveAccount(tx, administrator, { extension, login: null, displayName: `坐席${extension}`, webrtc: true })
    })
  }
  const hear = async (events: readonly PbxEvent[]): Promise<void> => {
    await db.tx(async tx => { await agents.journalHandler.handle(tx, events) })
  }
  return { db, agents, queue, orders, accounts, hear, as: async work => await db.tx(work), disposition, link, clock }
}

const stateOf = async (
  agents: Agents, extension: string
): Promise<string | undefined> => (await agents.list()).find(a => a.extension === extension)?.state
const settle = async (): Promise<void> => { await new Promise(resolve => setImmediate(resolve)) }

t.test('the journal moves an agent through a call, and the wrap-up runs out', async t => {
  const { db, agents, hear, as, queue } = await desk(t)
  await as(async tx => await agents.signIn(tx, agent, {}))
  const events = journalSample('answered')
  const upTo = async (kind: string, ext = '8001'): Promise<void> => {
    await hear(events.splice(0, events.findIndex(e => e.kind === kind && e.channel.includes(`/${ext}-`)) + 1))
  }
  await upTo('chan-start')
  t.equal(await stateOf(agents, '8001'), 'ringing')
  await upTo('answer')
  t.equal(await stateOf(agents, '8001'), 'talking')
  await upTo('chan-end')
  const [row] = (await agents.list()).filter(a => a.extension === '8001')
  t.match(row, { state: 'wrap-up', callId: 'pbx1-1795358232.0' })
  await settle()
  t.equal(queue.get('8001'), true, 'the queue leaves the agent alone meanwhile')
  const until = row?.wrapUpUntil as Date
  await agents.sweep.run(new Date(until.getTime() - 1))
  t.equal(await stateOf(agents, '8001'), 'wrap-up')
  await agents.sweep.run(until)
  t.equal(await stateOf(agents, '8001'), 'ready')
  await settle()
  t.equal(queue.get('8001'), false)
  const log = await db.query<{ state: string }>('select state from agent_event where extension = $1 order by id', ['8001'])
  t.same(log.map(l => l.state), ['ready', 'ringing', 'talking', 'wrap-up', 'ready'])
})

t.test('a telephone whose first row comes after its last does not ring for ever: the PBX has no such channel', async t => {
  const { db, agents, as } = await desk(t)
  await as(async tx => await agents.signIn(tx, agent, {}))
  const file = await journalFile()
  const shipper = shipperOf(t, db, file)
  const journal = journalOf(t, db, { handlers: [agents.journalHandler] })
  const call = { uniqueId: 'pbx1-1.2', linkedId: 'pbx1-1.1', channel: 'PJSIP/8001-00000002' }
  const writes = async (...events: string[]): Promise<void> => {
    for (const event of events) file.append(line({ event, ...call }))
    await shipper.catchUp()
    await journal.catchUp()
  }
  let now = performance.now()
  t.intercept(performance, 'now', { value: () => now })
  const living = new Set<string>()
  const lost = createLostChannels({
    db,
    node: 'pbx1',
    believed: async () => await agents.livingLines('pbx1'),
    switchboard: { livingChannels: async () => [...living].map(uniqueId => ({ uniqueId })) },
    isUp: () => true,
    catchUpJournal: async () => { await writes() },
    log: quiet
  })
  const looks = async (): Promise<void> => {
    now += 5001
    await lost.run(new Date())
    await journal.catchUp()
  }
  t.same(await agents.livingLines('pbx1'), [])
  await writes('ANSWER', 'CHAN_END', 'CHAN_START')
  t.same(await agents.livingLines('pbx1'), [{ uniqueId: call.uniqueId, linkedId: call.linkedId, name: call.channel }])
  t.same(await agents.livingLines('pbx2'), [], 'another PBX has no such line')
  living.add(call.uniqueId)
  await looks()
  await looks()
  t.equal(await stateOf(agents, '8001'), 'ringing', 'while the PBX has it')
  living.clear()
  await looks()
  await looks()
  t.equal(await stateOf(agents, '8001'), 'ready')
})

t.test('a change the PBX missed is sent again: no agent is ready here and paused in the queue', async t => {
  const { agents, as, queue, link, clock } = await desk(t)
  await as(async tx => await agents.signIn(tx, agent, {}))
  await as(async tx => await agents.pause(tx, agent, { reason: 'meal' }))
  await settle()
  t.equal(queue.get('8001'), true)
  link.down = true
  await as(async tx => await agents.ready(tx, agent, {}))
  await settle()
  await agents.sweep.run(clock.now())
  t.equal(queue.get('8001'), true, 'the exchange has not heard of it')
  link.down = false
  await agents.sweep.run(clock.now())
  await settle()
  t.equal(queue.get('8001'), false, 'it is told by itself')
})

t.test('a telephone that rings without its owner being signed in is out again afterwards', async t => {
  const { agents, hear, queue } = await desk(t)
  await hear(journalSample('abandoned'))
  await settle()
  t.equal(await stateOf(agents, '8001'), 'out')
  t.same([...queue], [])
})

t.test('wrap-up needs a disposition, and the whole call in one batch is the same', async t => {
  const { agents, hear, as, disposition } = await desk(t)
  await as(async tx => await agents.signIn(tx, agent, {}))
  await hear(journalSample('answered'))
  t.equal(await stateOf(agents, '8001'), 'wrap-up')
  await t.rejects(as(async tx => await agents.ready(tx, agent, {})), { code: 'guard-not-met' })
  disposition.set = true
  t.match(await as(async tx => await agents.ready(tx, agent, {})), { state: 'ready', wrapUpUntil: null })
})

t.test('signing in, pausing and leaving by feature code is the same as at the desk', async t => {
  const { agents, hear } = await desk(t)
  const code = (state: string, reason: string): PbxEvent[] => journalEvents('"LD_AGENT","LD_AGENT","2026-11-22T14:37:12.939453+0000",' +
    '"8002","","*81","hotline-agents","PJSIP/8002-00000001","CELGenUserEvent","","pbx1-7.1","pbx1-7.1","","{""extra"":""agent=8002' +
    `&state=${state}&reason=${reason}""}"\n`)
  await hear(code('in', ''))
  t.equal(await stateOf(agents, '8002'), 'ready')
  await hear(code('pause', '2'))
  t.match((await agents.list()).find(a => a.extension === '8002'), { state: 'paused', reason: 'meal' })
  await hear(code('ready', ''))
  t.equal(await stateOf(agents, '8002'), 'ready')
  await hear(code('out', ''))
  t.equal(await stateOf(agents, '8002'), 'out')
})

t.test('nobody changes another agent\'s state but the shift leader', async t => {
  const { agents, as } = await desk(t)
  await t.rejects(as(async tx => await agents.signIn(tx, agent, { extension: '8002' })), { code: 'not-allowed' })
  t.match(await as(async tx => await agents.signIn(tx, leader, { extension: '8002' })), { state: 'ready' })
  await t.rejects(as(async tx => await agents.pause(tx, agent, { reason: 'meal' })), { code: 'agent-not-signed-in' })
  await t.rejects(as(async tx => await agents.signIn(tx, { ...agent, extension: null }, {})), { code: 'not-allowed' })
})

t.test('after a restart of the PBX the queue is restored from the rows', async t => {
  const { agents, as, queue, orders } = await desk(t)
  await as(async tx => await agents.signIn(tx, agent, {}))
  await as(async tx => await agents.signIn(tx, leader, { extension: '8002' }))
  await as(async tx => await agents.pause(tx, leader, { extension: '8002', reason: 'meal' }))
  await settle()
  queue.clear()
  queue.set('8003', false)
  queue.set('8999', false)
  orders.length = 0
  await agents.reconcile('pbx1')
  t.same([...queue].sort(), [['8001', false], ['8002', true]])
  orders.length = 0
  await agents.reconcile('pbx1')
  t.same(orders, [], 'a right state is left alone')
})

t.test('accounts: the password is told once, and the PBX hears of every change', async t => {
  const { agents, as, accounts } = await desk(t)
  await settle()
  accounts.length = 0
  const input = { extension: '8005', login: 'hw05', displayName: '坐席8005', webrtc: true }
  const first = await as(async tx => await agents.saveAccount(tx, administrator, input))
  t.match(first.sipPassword, /^[\w-]{24}$/)
  t.equal((await as(async tx => await agents.saveAccount(tx, administrator, input))).sipPassword, null)
  await t.rejects(as(async tx => await agents.saveAccount(tx, agent, input)), { code: 'not-allowed' })
  await t.rejects(as(async tx => await agents.saveAccount(tx, administrator, { ...input, extension: '9001' })), { code: 'invalid-input' })
})

t.test('time sheets add up', async t => {
  const { agents, as, clock } = await desk(t)
  const from = clock.now()
  await as(async tx => await agents.signIn(tx, agent, {}))
  clock.advance(60_000)
  await as(async tx => await agents.pause(tx, agent, { reason: 'meal' }))
  clock.advance(30_000)
  await as(async tx => await agents.signOut(tx, agent, {}))
  const [sheet] = await agents.times({ from, to: clock.now() })
  t.equal(Math.round(sheet?.seconds.ready ?? 0), 60)
  t.equal(Math.round(sheet?.pauses.meal ?? 0), 30)
})
