// Twelve neighbours, each with its habit, report orders. Whatever they do on the line, each matter is one order, and nothing is lost.
import pino from 'pino'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { createToken } from '../../../src/access/accounts/accounts.ts'
import { createSessions } from '../../../src/access/sessions/sessions.ts'
import { exchangeRoutes } from '../../../src/features/interfaces/incoming/exchange-routes.ts'
import { createHttpServer } from '../../../src/http/server.ts'
import { neighbours, type Neighbour } from '../../harness/neighbours/neighbours.ts'
import type { Message, Wire } from '../../harness/neighbours/wire.ts'
import { administrator, interfaceWorld } from './interface-world.ts'

const tokenName = (channel: string): string => channel.toLowerCase().replaceAll('_', '-')

/** What becomes of a good message, the same again, and a torn one; then what stands in quarantine, by reason. Written by hand. */
const usual = { states: ['taken', 'taken', 'quarantined'], orders: 2, aside: { 'bad-schema': 1 } }
const becomes: Record<string, typeof usual & { aside: Record<string, number> }> = {
  'city hotline': usual,
  'police 110': usual,
  'grid patrol': usual,
  'mayor\'s mailbox': { ...usual, aside: { 'bad-schema': 1, 'words-differ': 3 } },
  video: usual,
  'collection of information': usual,
  'device alarms': { states: ['quarantined', 'quarantined', 'quarantined'], orders: 0, aside: { 'bad-schema': 1, 'clock-skew': 2 } },
  'community patrol': usual,
  media: { ...usual, aside: { 'bad-schema': 1, 'words-differ': 2 } },
  mediation: usual,
  'street patrol': usual,
  volunteers: { states: ['quarantined', 'quarantined', 'quarantined'], orders: 0, aside: { 'bad-schema': 1, 'unknown-version': 2 } }
}

t.test('twelve neighbours', async t => {
  const w = await interfaceWorld(t)
  const sessions = createSessions({ db: w.db, clock: w.clock })
  const app = await createHttpServer({ ...w, sessions, logger: pino({ level: 'silent' }), routes: [exchangeRoutes(w)] })
  t.teardown(async () => { await app.close() })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo

  const connected = async ({ channel, purpose }: Neighbour): Promise<Wire> => {
    const { id, secret } = await w.receives()
    const name = tokenName(channel)
    const { token } = await w.tx(async tx =>
      await createToken(tx, administrator, w.clock, { name, purposes: ['exchange', purpose], roles: [], unitId: null }))
    return { port, interfaceId: id, token, secret, now: () => w.clock.now() }
  }
  const wholes = new Map<string, string>()
  const listed = async (interfaceId: string | null) =>
    await w.quarantine.list(administrator, { state: null, interfaceId }, { after: null, limit: 200 })
  /** three messages: two matters and a torn one; the first comes again at the end */
  const messagesOf = ({ channel, version = '1' }: Neighbour): Message[] => {
    const good = (n: number): Message => ({
      id: `${channel}-${n}`,
      body: JSON.stringify({
        type: 'order.report',
        version,
        timestamp: w.clock.now().toISOString(),
        data: {
          channel,
          sourceNumber: `${channel}-2026-${n}`,
          requestType: 'COMPLAINT',
          categoryCode: '0701',
          townId: 'T02',
          title: '路灯不亮',
          description: `第 ${n} 盏路灯不亮。`,
          place: '沪星路口'
        }
      })
    })
    const whole = good(3)
    const torn = { id: whole.id, body: String(whole.body).slice(0, -40) }
    wholes.set(torn.body, String(whole.body))
    return [good(1), good(2), torn, good(1)]
  }

  t.equal(neighbours.length, 12)
  for (const neighbour of neighbours) {
    const { name, habit, channel, sends } = neighbour
    await t.test(`${name} ${habit}`, async t => {
      const wire = await connected(neighbour)
      const wanted = becomes[name]
      if (!wanted) throw new Error(`nobody has written down what becomes of ${name}`)
      const messages = messagesOf(neighbour)
      const answers = await sends(wire, messages)
      t.same(answers.map(({ body }) => body.state), [...wanted.states, wanted.states[0]], 'each message has its answer')
      t.ok(answers.every(({ status }) => status === 202 || status === 200), 'a good signature is never refused')
      t.same(answers[0]?.body.answer, answers[3]?.body.answer, 'the same again gets the first answer')

      const filed = await w.db.query<{ number: string, by: string }>(
        'select source_number as number, created_by as by from work_order where channel = $1 order by 1', [channel])
      const numbers = [1, 2].map(n => `${channel}-2026-${n}`)
      const by = `integration:${tokenName(channel)}`
      t.same(filed, numbers.slice(0, wanted.orders).map(number => ({ number, by })), 'each matter is one order, in its sender\'s name')
      const kept = await listed(wire.interfaceId)
      const aside = kept.filter(({ state }) => state === 'quarantined')
      const byReason = Object.fromEntries([...Map.groupBy(aside, row => row.reason ?? '')].map(([reason, rows]) => [reason, rows.length]))
      t.same(byReason, wanted.aside, 'what cannot be taken stands in quarantine')
      t.equal(kept.length, 3 + (wanted.aside['words-differ'] ?? 0), 'kept once each')
    })
  }

  await t.test('what was put aside is mended by a person, and taken', async t => {
    const aside = (await listed(null)).filter(({ state }) => state === 'quarantined')
    for (const { id, reason } of aside) {
      if (reason === 'words-differ') continue
      await w.tx(async tx => {
        const { body } = await w.quarantine.words(tx, administrator, id)
        // A telephone call to the sender: what was torn off, and that the old form says the same.
        const mended = (wholes.get(body) ?? body).replace('"version":"0"', '"version":"1"')
        if (mended !== body) await w.quarantine.mend(tx, administrator, id, { body: mended, reason: '补全' })
        await w.quarantine.take(tx, administrator, id)
      })
    }
    const counts = await w.db.query<{ channel: string, orders: number }>(
      'select channel, count(*)::int as orders from work_order where source_number like \'%-2026-%\' group by channel order by 1')
    t.same(counts, neighbours.map(({ channel }) => ({ channel, orders: 3 })).sort((a, b) => a.channel < b.channel ? -1 : 1))
  })
})
