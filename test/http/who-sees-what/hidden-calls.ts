// What a call says of the order it belongs to: walked by people from whom the order is hidden.
import type { Test } from 'tap'
import type { Modules } from '../../../src/compose/modules.ts'
import { handlersOf } from '../../harness/modules.ts'
import type { Database } from '../../../src/db/database.ts'
import type { Sealing } from '../../../src/db/sealing.ts'
import { legPriority } from '../../../src/domain/telephone/legs.ts'
import type { PhoneNumber } from '../../../src/domain/telephone/phone-number.ts'
import type { PbxEvent } from '../../../src/pbx/pbx-event.ts'
import { journalEvents } from '../../harness/stories/journal-sample.ts'
import { diallerWorld, pbxEvent } from '../../harness/dialler/dialler-world.ts'
import { until } from '../../../src/servers/until.ts'
import { matters, type Kind } from './who-sees-what-table.ts'

export interface SeenWorld {
  db: Database
  sealing: Sealing
  modules: Modules
  address: string
  orders: Record<Kind, { id: string, callId: string }>
  /** of a person of the table */
  cookieOf: (who: string) => string
  /** the journal of one answered call */
  sample: string
}

/** Calls found beside one another, rung back, and of the dialler. */
export async function hiddenCalls (t: Test, { db, sealing, modules, address, orders, cookieOf, sample }: SeenWorld): Promise<void> {
  const hear = async (events: PbxEvent[]): Promise<void> => {
    for (const handler of handlersOf({ modules })) await db.tx(async tx => { await handler.handle(tx, events) })
  }
  const ask = async (cookie: string, path: string): Promise<Response> => await fetch(address + path, { headers: { cookie } })

  await t.test('a call says that it was recorded as its orders say it', async t => {
    // The sample's journal ends before the size is known.
    const recorded = await db.query<{ id: string, recording: string }>('select id, recording from call where recorded')
    await hear(recorded.map(({ id, recording }): PbxEvent => ({
      ...pbxEvent(id, 'rings', new Date()), kind: 'user', name: 'LD_RECORDED', data: { file: recording, bytes: '400' }
    })))
    for (const [who, kind, knows] of [
      ['coordinator', 'ordinary', false],
      ['administrator', 'ordinary', false],
      ['administrator', 'restricted', false],
      ['administrator', 'entered', false],
      ['another-agent', 'ordinary', true],
      ['another-agent', 'restricted', false],
      ['supervisor', 'restricted', true],
      ['shift-complained-of', 'about', false]
    ] as const) {
      const cookie = cookieOf(who)
      const call = await (await ask(cookie, `/api/calls/${orders[kind].callId}`)).json() as {
        recorded: boolean, recordingBytes: number | null, timeline: Array<{ kind: string }>
      }
      const { items } = await (await ask(cookie, '/api/calls?limit=200')).json() as { items: Array<{ id: string, recorded: boolean }> }
      const entries = call.timeline.some(e => e.kind.includes('record'))
      t.same([call.recorded, call.recordingBytes !== null, entries, items.find(c => c.id === orders[kind].callId)?.recorded],
        Array(4).fill(knows), `${who}, ${kind}`)
    }
  })

  await t.test('a hidden call is not shown with other calls of its number', async t => {
    const rings = async (number: string, by: number): Promise<string> => {
      const text = sample.replaceAll('13900001001', number).replaceAll(/pbx(\d*)-(\d+)\.(\d+)/g,
        (_, n: string, a: string, b: string) => `pbx${n}-${Number(a) + by}.${b}`)
      const events = journalEvents(text)
      await hear(events)
      return events.find(e => e.uniqueId === e.linkedId)?.uniqueId ?? ''
    }
    // Each was called back once, without an answer: a later call of the same citizen is pointed out to the agent who takes it. By SQL:
    // the service has the machine's clock, and dials no citizen at night.
    await db.query('update callback set attempts = 1')
    const later = {
      restricted: await rings(matters.restricted.number, 9000),
      entered: await rings(matters.entered.number, 13_000),
      confidential: await rings(matters.confidential.number, 7000),
      about: await rings(matters.about.number, 8000)
    }
    for (const [who, kind, sees] of [
      ['administrator', 'restricted', false],
      ['another-agent', 'restricted', false],
      ['leader-of-shift', 'restricted', true],
      ['administrator', 'entered', false],
      ['another-agent', 'entered', false],
      ['leader-of-shift', 'entered', true],
      ['shift-complained-of', 'about', false],
      ['another-agent', 'about', true]
    ] as const) {
      const call = await (await ask(cookieOf(who), `/api/calls/${later[kind]}`)).text()
      t.equal(call.includes(orders[kind].id), sees, `${who}, ${kind}: a callback that waits on the call's timeline`)
    }
    const awaited = await db.query<{ data: object }>('select data from feed_event where topic = \'call.callback-awaited\'')
    t.ok(awaited.length >= 2, `${awaited.length} were pointed out`)
    const orderIds = Object.values(orders).map(o => o.id)
    t.same(awaited.filter(({ data }) => orderIds.some(id => JSON.stringify(data).includes(id))), [], 'the feed names no order that waits')
    for (const [who, kind, sees] of [
      ['coordinator', 'confidential', false],
      ['administrator', 'confidential', false],
      ['supervisor', 'confidential', true],
      ['shift-complained-of', 'about', false],
      ['leader-of-shift', 'about', true]
    ] as const) {
      const cookie = cookieOf(who)
      const { items } = await (await ask(cookie, `/api/calls/${later[kind]}/earlier`)).json() as { items: Array<{ id: string }> }
      t.equal(items.some(c => c.id === orders[kind].callId), sees, `${who}, ${kind}`)
    }
    const found = await fetch(`${address}/api/number-searches`, {
      method: 'POST',
      headers: { cookie: cookieOf('shift-complained-of'), 'content-type': 'application/json' },
      body: JSON.stringify({ number: matters.about.number, reason: '核对' })
    })
    const { calls } = await found.json() as { calls: Array<{ id: string }> }
    t.same(calls.map(c => c.id), [later.about], 'nor among the calls of a number')
    for (const [who, callId, status] of [
      ['coordinator', orders.confidential.callId, 404],
      ['shift-complained-of', orders.about.callId, 404],
      ['its-handler', orders.ordinary.callId, 403],
      ['its-town', later.about, 403],
      ['another-agent', later.about, 409]
    ] as const) {
      const rung = await fetch(`${address}/api/calls`, {
        method: 'POST',
        headers: { cookie: cookieOf(who), 'content-type': 'application/json' },
        body: JSON.stringify({ callId })
      })
      t.equal(rung.status, status, `${who} rings back`)
    }
  })

  await t.test('a call of the dialler shows its number as its order does', async t => {
    // Without an exchange the service places nothing: a dialler of the same kind does, whose switchboard only writes down what it is told.
    const dialling = await diallerWorld(t, { db, sealing })
    const script = { name: 'manual' as const, variables: { LD_PEER: 'x', LD_AGENT: '8001', LD_RECORD: 'x.wav' } }
    const manual = {
      purpose: 'manual' as const,
      priority: legPriority.manual,
      attempts: 1,
      gapSeconds: 0,
      ringSeconds: 30,
      talkSeconds: 60,
      script
    }
    for (const [kind, { id }] of Object.entries(orders) as Array<[Kind, { id: string }]>) {
      const numbers = [`+86${matters[kind].number}` as PhoneNumber]
      await dialling.ask({ ...manual, key: id, subject: `order:${id}`, numbers })
    }
    const placed = await until(async () => {
      await dialling.place()
      const legs = await db.query<{ id: string, subject: string }>('select id, subject from leg where purpose = \'manual\'')
      return legs.length === Object.keys(orders).length && new Map(legs.map(leg => [leg.subject, leg.id]))
    }, { what: 'each order has a call' })
    for (const [who, hidden] of [
      ['leader-of-shift', []],
      ['administrator', ['confidential', 'restricted', 'entered']],
      ['shift-complained-of', ['about']]
    ] as Array<[string, Kind[]]>) {
      const { items } = await (await ask(cookieOf(who),
        '/api/legs?purpose=manual')).json() as { items: Array<{ id: string, subject: string, number: string }> }
      for (const [kind, { id }] of Object.entries(orders) as Array<[Kind, { id: string }]>) {
        const leg = items.find(l => l.id === placed.get(`order:${id}`))
        const shows = !hidden.includes(kind)
        t.same([leg?.subject, leg?.number !== ''], [shows ? `order:${id}` : 'order:', shows], `${who}, ${kind}`)
      }
    }
  })
}
