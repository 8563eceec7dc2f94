import t, { type Test } from 'tap'
import { createSealing } from '../../../src/db/sealing.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import type { Actor } from '../../../src/domain/people/roles.ts'
import type { FeedEvent } from '../../../src/feed/feed.ts'
import { createCalls, type Calls } from '../../../src/features/calls/calls.ts'
import type { AnsweredCall } from '../../../src/features/calls/calls-events.ts'
import type { DialRequest } from '../../../src/dialler/dialler-types.ts'
import type { PbxEvent } from '../../../src/pbx/pbx-event.ts'
import type { Database } from '../../../src/db/database.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { journalEvents, journalSample } from '../../harness/stories/journal-sample.ts'
import { todaysAttempts } from '../../rules/orders/todays-policies.ts'
import { noUnit } from '../../../src/domain/people/reader-unit.ts'

const officer: Actor = { id: 'hf01', roles: ['CALLBACK_OFFICER'], unitId: null, extension: null, personId: null }
const agent: Actor = { id: 'hw01', roles: ['AGENT'], unitId: null, extension: '8001', personId: null }
const leader: Actor = { id: 'bz01', roles: ['SHIFT_LEADER'], unitId: null, extension: '8030', personId: null }

interface Desk {
  db: Database
  calls: Calls
  feed: FeedEvent[]
  drafts: AnsweredCall[]
  requests: DialRequest[]
  cancelled: string[]
  hear: (events: readonly PbxEvent[], batch?: number) => Promise<void>
}

async function desk (t: Test): Promise<Desk> {
  const { db } = await freshDatabase(t)
  const feed: FeedEvent[] = []
  const drafts: AnsweredCall[] = []
  const requests: DialRequest[] = []
  const cancelled: string[] = []
  const calls = createCalls({
    db,
    sealing: createSealing(Buffer.alloc(32, 7)),
    clock: systemClock,
    feed: {
      publish: async (_tx, ...events) => { feed.push(...events) },
      broadcast: () => {},
      subscribe: () => () => {},
      since: async () => []
    },
    dialler: {
      request: async (_tx, ...wanted) => {
        requests.push(...wanted)
        return wanted.map((_, i) => ({ requestId: `00000000-0000-4000-8000-${String(requests.length + i).padStart(12, '0')}` }))
      },
      cancel: async (_tx, ids) => { cancelled.push(...ids) }
    },
    readerUnit: async () => noUnit,
    attempts: async () => todaysAttempts
  })
  calls.listen({ async answered (_tx, answered) { drafts.push(...answered); return [] } })
  const hear = async (events: readonly PbxEvent[], batch = events.length): Promise<void> => {
    for (let i = 0; i < events.length; i += batch) {
      await db.tx(
        async tx => { await calls.journalHandler.handle(tx, events.slice(i, i + batch)) }
      )
    }
  }
  return { db, calls, feed, drafts, requests, cancelled, hear }
}

const one = async (calls: Calls, actor = officer) => {
  const list = await calls.list(actor, {}, { after: null, limit: 10 })
  if (list.length !== 1) throw new Error(`${list.length} calls instead of one`)
  return await calls.get(actor, list[0]?.id ?? '')
}
const steps = (call: { timeline: Array<{ kind: string, actor: string }> }): string[] =>
  call.timeline.map(e => e.actor === 'exchange' ? e.kind : `${e.kind} ${e.actor}`)

for (const batch of [1, 3, 1000]) {
  t.test(`a call is one record from the first ring to the last hang-up, ${batch} rows at a time`, async t => {
    const { calls, hear, drafts, feed } = await desk(t)
    await hear(journalSample('answered'), batch)
    const call = await one(calls)
    t.match(call, {
      direction: 'inbound',
      state: 'ended',
      result: 'answered',
      number: '+8613900001001',
      did: '962000',
      answeredBy: '8001',
      endedBy: '8001',
      recorded: true,
      withheld: false
    })
    t.same(steps(call), ['offered citizen', 'recording', 'queued citizen', 'ringing', 'answered 8001', 'left 8001', 'ended 8001'])
    t.equal(drafts.length, 1, 'one draft order opens')
    t.match(drafts[0], { callId: call.id, extension: '8001', did: '962000' })
    t.notMatch(JSON.stringify(feed), '13900001001', 'the feed never carries the number')
    t.match(feed.find(e => e.topic === 'call.answered'), { subject: call.id, data: { answeredBy: '8001' } })
    t.notMatch(JSON.stringify(feed), '1001', 'nor the masked one: it may be a confidential order\'s')
    t.equal((await one(calls, agent)).number, '139****1001', 'masked once the agent is out of the call')
  })
}

t.test('the agent sees the number during the call', async t => {
  const { calls, hear } = await desk(t)
  const events = journalSample('answered')
  await hear(events.slice(0, events.findIndex(e => e.kind === 'bridge-exit')))
  t.match(await one(calls, agent), { state: 'talking', number: '+8613900001001' })
  t.match(await one(calls, leader), { number: '139****1001' })
})

t.test('a caller who gives up is rung back after five minutes, once', async t => {
  const { calls, hear, requests, drafts } = await desk(t)
  await hear(journalSample('abandoned'))
  const call = await one(calls)
  t.match(call, { result: 'abandoned', endedBy: 'citizen', answeredAt: null })
  t.same(steps(call), [
    'offered citizen', 'recording', 'queued citizen', 'ringing', 'abandoned citizen', 'not-answered 8001', 'ended citizen',
    'missed-call-return system'
  ])
  t.equal(drafts.length, 0)
  t.match(requests, [{ purpose: 'missed-call', numbers: ['+8613900001001'], script: { name: 'return' } }])
  t.equal((requests[0]?.notBefore?.getTime() ?? 0) - (call.endedAt?.getTime() ?? 0), 300_000)
  const again = journalSample('abandoned').map(e => ({ ...e, uniqueId: `${e.uniqueId}9`, linkedId: `${e.linkedId}9` }))
  await hear(again)
  t.equal(requests.length, 1, 'not twice while the first return is open')
})

t.test('a caller who was answered on a second call is not rung back', async t => {
  const { hear, requests, cancelled, db } = await desk(t)
  const later = journalSample('answered').map(e => ({ ...e, at: new Date(e.at.getTime() + 60_000) }))
  await hear(journalSample('abandoned'))
  await hear(later)
  t.equal(requests.length, 1)
  t.equal(cancelled.length, 1)
  t.match(await db.query('select state from missed_call_return'), [{ state: 'called-again' }])
})

t.test('read late, both calls in one batch: no return at all', async t => {
  const { hear, requests } = await desk(t)
  const later = journalSample('answered').map(e => ({ ...e, at: new Date(e.at.getTime() + 60_000) }))
  await hear([...journalSample('abandoned'), ...later])
  t.equal(requests.length, 0)
})

t.test('a withheld number is not rung back', async t => {
  const { calls, hear, requests } = await desk(t)
  await hear(journalSample('abandoned').map(
    e => e.kind === 'user' && e.name === 'LD_OFFERED' ? { ...e, data: { ...e.data, number: '', withheld: '1' } } : e
  ))
  t.match(await one(calls), { result: 'abandoned', withheld: true, number: '' })
  t.equal(requests.length, 0)
})

t.test('an agent who does not answer is on the timeline, the next one has the call', async t => {
  const { calls, hear } = await desk(t)
  await hear(journalSample('agent-does-not-answer'))
  const call = await one(calls)
  t.match(call, { answeredBy: '8002', result: 'answered' })
  t.ok(steps(call).includes('not-answered 8001'))
})

t.test('a blind transfer stays one call', async t => {
  const { calls, hear, drafts } = await desk(t)
  await hear(journalSample('blind-transfer'), 4)
  const call = await one(calls)
  t.match(call, { answeredBy: '8001', endedBy: '8003' })
  t.same(steps(call).slice(4), ['answered 8001', 'transfer 8001', 'left 8001', 'ringing', 'answered 8003', 'left 8003', 'ended 8003'])
  t.equal(drafts.length, 2, 'both agents have the draft; opening it twice opens one')
})

t.test('colleagues who ring one another have an internal call', async t => {
  const { calls, hear, drafts } = await desk(t)
  await hear(journalSample('internal'))
  t.match(await one(calls), { direction: 'internal', result: 'answered', answeredBy: '8003' })
  t.equal(drafts.length, 0)
})

t.test('the exchange dies in mid-call: the call ends as lost, and is not a missed call', async t => {
  const { calls, hear, requests } = await desk(t)
  const events = journalSample('answered')
  const cut = events.slice(0, events.findIndex(e => e.kind === 'bridge-exit'))
  const last = cut.at(-1)?.at ?? new Date()
  const restart = {
    ...cut[0], kind: 'node-restart', uniqueId: '', linkedId: '', channel: '', at: new Date(last.getTime() + 5000)
  } as PbxEvent
  await hear(cut)
  await hear([restart])
  const call = await one(calls)
  t.match(call, { result: 'lost', endedBy: 'pbx-lost', state: 'ended' })
  t.ok(call.channels.every(c => c.endedAt !== null))
  await hear([restart])
  t.equal((await one(calls)).timeline.length, call.timeline.length, 'a second restart changes nothing')
  t.equal(requests.length, 0)
})

t.test('PBX crash while a citizen waits: no abandon, and rung back at once, before abandoned calls', async t => {
  const { calls, hear, requests } = await desk(t)
  const gaveUp = journalSample('abandoned')
  const last = gaveUp.at(-1)?.at ?? new Date()
  await hear(gaveUp.map(e => ({
    ...e,
    uniqueId: `1${e.uniqueId}`,
    linkedId: `1${e.linkedId}`,
    ...e.kind === 'user' && e.name === 'LD_OFFERED' ? { data: { ...e.data, number: '13900001099' } } : {}
  }) as PbxEvent))
  const waits = gaveUp.slice(0, gaveUp.findIndex(e => e.kind === 'user' && e.name === 'LD_QUEUED') + 1)
  await hear(waits)
  const restart = {
    ...gaveUp[0], kind: 'node-restart', uniqueId: '', linkedId: '', channel: '', at: new Date(last.getTime() + 5000)
  } as PbxEvent
  await hear([restart])
  t.match((await calls.list(officer, { result: 'lost' }, { after: null, limit: 10 })), [{ endedBy: 'pbx-lost' }])
  const [first, second] = requests as DialRequest[]
  t.equal(requests.length, 2)
  t.equal(second?.notBefore?.getTime(), restart.at.getTime(), 'at once')
  t.ok((second?.order ?? 0) < (first?.order ?? 0), 'and first')
})

t.test('the connection rate excludes waiting calls and includes calls lost by the PBX', async t => {
  const { calls, hear } = await desk(t)
  const gaveUp = journalSample('abandoned')
  const at = gaveUp.at(-1)?.at ?? new Date()
  const rates = async (): Promise<unknown[]> => {
    const {
      offered, connection, abandoned, lost
    } = await calls.figures({ from: new Date(at.getTime() - 3_600_000), to: new Date(at.getTime() + 3_600_000), shortAbandonSeconds: 0 })
    return [offered, connection.numerator, connection.denominator, connection.leftOut, abandoned.numerator, lost]
  }
  const waits = gaveUp.findIndex(e => e.kind === 'user' && e.name === 'LD_QUEUED') + 1
  await hear(journalSample('answered'))
  t.same(await rates(), [1, 1, 1, 0, 0, 0])
  await hear(gaveUp.slice(0, waits))
  t.same(await rates(), [2, 1, 1, 1, 0, 0], 'the citizen has not been kept from anybody yet')
  await hear(gaveUp.slice(waits))
  t.same(await rates(), [2, 1, 2, 0, 1, 0], 'the citizen gave up')
  const other = gaveUp.slice(0, waits).map(e => ({ ...e, uniqueId: `2${e.uniqueId}`, linkedId: `2${e.linkedId}` }))
  await hear([
    ...other,
    { ...gaveUp[0], kind: 'node-restart', uniqueId: '', linkedId: '', channel: '', at: new Date(at.getTime() + 5000) } as PbxEvent
  ])
  t.same(await rates(), [3, 1, 3, 0, 1, 1], 'the citizen was cut off')
})

t.test('rows missing at the start: the call is still recorded and ends', async t => {
  const { calls, hear } = await desk(t)
  const events = journalSample('answered')
  for (const skip of events.keys()) {
    await hear(events.slice(skip).map(e => ({ ...e, uniqueId: `${skip}-${e.uniqueId}`, linkedId: `${skip}-${e.linkedId}` })))
  }
  const list = await calls.list(officer, {}, { after: null, limit: 100 })
  t.ok(list.length >= events.length - 2, `${list.length} calls of ${events.length}`)
  t.same(list.filter(c => c.state !== 'ended'), [])
})

t.test('the same rows without any order between calls', async t => {
  const { calls, hear } = await desk(t)
  const all = ['answered', 'abandoned', 'blind-transfer', 'internal'].map(journalSample)
  const mixed: PbxEvent[] = []
  for (let i = 0; all.some(events => i < events.length); i++) for (const events of all) if (events[i]) mixed.push(events[i] as PbxEvent)
  await hear(mixed, 7)
  const list = await calls.list(officer, {}, { after: null, limit: 10 })
  t.same(list.map(c => `${c.direction} ${c.result}`).sort(),
    ['inbound abandoned', 'inbound answered', 'inbound answered', 'internal answered'])
})

t.test('rooms\' links, recorders and announcers are no calls', async t => {
  const { calls, hear } = await desk(t)
  await hear(journalEvents('"CHAN_START","","2026-11-22T14:37:12.939453+0000","","","s","rooms","Local/link@rooms-00000001;1","","",' +
    '"pbx1-1.7","pbx1-1.7","",""\n' +
    '"CHAN_START","","2026-11-22T14:37:12.939453+0000","","","s","rooms","CBRec/7000-1","","","pbx1-1.8","pbx1-1.8","",""\n'))
  t.same(await calls.list(officer, {}, { after: null, limit: 10 }), [])
})
