import { Webhook } from 'standardwebhooks'
import t from 'tap'
import { bodyOf, eventOf } from '../../../src/features/interfaces/outgoing/rules/event-of.ts'
import { mayReach, peerUrl } from '../../../src/features/interfaces/outgoing/rules/may-reach.ts'
import { maxBodyBytes, mendedBody } from '../../../src/features/interfaces/outgoing/rules/mended-body.ts'
import {
  faultOf, maxAttempts, nextTry, restsUntil, retryAfterMs, type Answer
} from '../../../src/features/interfaces/outgoing/rules/next-try.ts'
import { healthOf, type EndpointFigures } from '../../../src/features/interfaces/registry/rules/health-of.ts'
import { rotated, signing } from '../../../src/features/interfaces/registry/rules/secrets.ts'

const now = new Date('2026-11-23T08:00:00Z')
const later = (seconds: number): Date => new Date(now.getTime() + seconds * 1000)
const said = (status: number, retryAfterMs: number | null = null): Answer => ({ status, retryAfterMs })

t.test('the vector of the Standard Webhooks specification', async t => {
  const signature = new Webhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw').sign('msg_p5jXN8AQM9LWM0D4loKWxJek', new Date(1614265330 * 1000),
    '{"test": 2432232314}')
  t.equal(signature, 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})

t.test('which steps are told', async t => {
  const rows: Array<[what: string, told: string | null]> = [
    ['case.file', 'order.filed'], ['intake.answer', 'order.answered'], ['intake.reject', 'order.rejected'],
    ['case.dispatch', 'order.dispatched'], ['assignment.forward', 'order.forwarded'], ['assignment.sign', 'order.signed'],
    ['return.approve', 'order.returned'], ['handling.arrive', 'order.arrived'], ['handling.report', 'order.reported'],
    ['case.merge', 'order.merged'], ['case.unmerge', 'order.unmerged'], ['case.rework', 'order.reworked'],
    ['case.reopen', 'order.reopened'], ['case.close', 'order.closed'], ['overtime', 'order.overdue'],
    ['draft.open', null], ['draft.save', null], ['case.note', null], ['case.amend', null], ['warning', null], ['constructor', null]
  ]
  for (const [what, told] of rows) {
    t.equal(eventOf(what, { kind: 'ordinary' }), told, what)
    t.equal(eventOf(what, { kind: 'confidential' }), told, `${what}, confidential`)
    t.equal(eventOf(what, { kind: 'restricted' }), null, `${what}, restricted`)
  }
})

t.test('what a body says', async t => {
  const order = {
    id: 'o1',
    number: '20261123-000001',
    state: 'FILED' as const,
    version: 1,
    categoryCode: '1106',
    townId: 'T02',
    urgency: 'normal' as const
  }
  t.same(bodyOf('order.filed', now, { ...order, kind: 'ordinary' }, 7), {
    type: 'order.filed',
    timestamp: '2026-11-23T08:00:00.000Z',
    data: {
      order: 'o1',
      sequence: 7,
      kind: 'ordinary',
      number: '20261123-000001',
      state: 'FILED',
      version: 1,
      category: '1106',
      town: 'T02',
      urgency: 'normal'
    }
  })
  t.same(bodyOf('order.filed', now, { ...order, kind: 'confidential' }, 7).data, { order: 'o1', sequence: 7, kind: 'confidential' })
})

t.test('the next try', async t => {
  const at = (attempts: number, answer: Answer, share = 0) => {
    const next = nextTry({ attempts, answer, now, share })
    return typeof next === 'string' ? next : (next.at.getTime() - now.getTime()) / 1000
  }
  t.same([200, 204, 299].map(status => at(1, said(status))), ['sent', 'sent', 'sent'])
  t.same([301, 307, 400, 404, 422, 500, 503].map(status => at(1, said(status))), [5, 5, 5, 5, 5, 5, 5])
  t.equal(at(1, said(410)), 'off')
  t.equal(maxAttempts, 10)
  const pauses = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
  t.same(pauses.map((_, i) => at(i + 1, { error: 'timeout' })), pauses)
  t.equal(at(10, { error: 'timeout' }), 'dead')
  t.equal(at(2, said(500), 1), 330, 'a tenth more at most')
  t.equal(at(1, said(429, 60_000)), 60)
  t.equal(at(2, said(429, 60_000)), 300, 'never earlier than by itself')
  t.equal(at(1, said(429, 1e12)), 86_400, 'a day at most')
})

t.test('whose fault it was, and how long the endpoint rests', async t => {
  const rests = (failures: number, answer: Answer) => {
    const until = restsUntil({ failures, answer, now, share: 0 })
    return until === null ? null : (until.getTime() - now.getTime()) / 1000
  }
  t.same([204, 302, 400, 408, 410, 422, 429, 500, 503].map(status => faultOf(said(status))),
    ['none', 'delivery', 'delivery', 'peer', 'delivery', 'delivery', 'peer', 'peer', 'peer'])
  t.same([204, 400, 410].map(status => rests(1, said(status))), [null, null, null])
  t.same([1, 2, 3, 7, 8, 9, 1000].map(failures => rests(failures, { error: 'refused' })), [2, 4, 8, 128, 256, 300, 300])
  t.equal(rests(1, said(503, 1200_000)), 1200)
})

t.test('Retry-After', async t => {
  t.same(['120', '0', 'Mon, 23 Nov 2026 08:01:00 GMT', 'Mon, 23 Nov 2026 07:00:00 GMT', 'soon', ''].map(h => retryAfterMs(h, now)),
    [120_000, 0, 60_000, 0, null, null])
  t.equal(retryAfterMs(undefined, now), null)
})

t.test('which addresses may be reached', async t => {
  const rows: Array<[address: string, allow: string[], may: boolean]> = [
    ['93.184.216.34', [], true], ['2400:3200::1', [], true], ['::ffff:93.184.216.34', [], true],
    ['10.1.2.3', [], false], ['10.1.2.3', ['10.0.0.0/8'], true], ['10.1.2.3', ['10.2.0.0/16'], false], ['::ffff:10.1.2.3', [], false],
    ['::ffff:a01:203', [], false], ['127.0.0.1', [], false], ['::1', [], false], ['::ffff:7f00:1', [], false], ['::1', ['::1'], true],
    ['172.16.0.1', [], false], ['172.32.0.1', [], true], ['192.168.1.1', [], false], ['100.64.0.1', [], false], ['198.18.0.1', [], false],
    ['169.254.169.254', [], false], ['169.254.169.254', ['169.254.0.0/16'], false], ['0.0.0.0', ['0.0.0.0/8'], false],
    ['224.0.0.1', ['224.0.0.0/8'], false], ['255.255.255.255', [], false], ['fe80::1', ['fe80::/32'], false], ['fd00::1', [], false],
    ['fd00::1', ['fd00::/32'], true], ['64:ff9b::a00:1', [], false], ['2002:a00:1::', [], false], ['::', [], false],
  ]
  for (const [address, allow, may] of rows) t.equal(mayReach(address, allow), may, `${address} with ${allow.join()}`)
})

t.test('what is the address of a peer', async t => {
  t.equal(peerUrl('HTTPS://Peer.Example/a'), 'https://peer.example/a')
  t.equal(peerUrl('http://2130706433/'), 'http://127.0.0.1/')
  for (const bad of ['ftp://peer.example/', 'file:///etc/passwd', 'http://u:p@peer.example/', 'http://u@peer.example/', 'peer.example',
    'http://peer.example/#x', 'javascript:alert(1)', 'http://', '', `http://peer.example/${'a'.repeat(500)}`]) t.equal(peerUrl(bad), null, bad)
})

t.test('a mended body', async t => {
  const good = { type: 'order.filed', timestamp: now.toISOString(), data: { order: 'o1' } }
  t.equal(mendedBody(JSON.stringify(good, null, 2), 'order.filed'), JSON.stringify(good))
  for (const bad of ['', 'null', '[]', '{', '"order.filed"', JSON.stringify({ ...good, type: 'order.closed' }),
    JSON.stringify({ ...good, timestamp: 'yesterday' }), JSON.stringify({ ...good, data: [] }), JSON.stringify({ ...good, data: null }),
    JSON.stringify({ type: good.type, timestamp: good.timestamp })]) {
    t.throws(() => mendedBody(bad, 'order.filed'), { code: 'invalid-input' }, bad)
  }
  const long = (chars: number) => JSON.stringify({ ...good, data: { words: '字'.repeat(chars) } })
  t.ok(mendedBody(long(6600), 'order.filed').length < maxBodyBytes)
  t.throws(() => mendedBody(long(6700), 'order.filed'), { code: 'too-large' }, 'bytes count, not characters')
})

t.test('secrets', async t => {
  const [one, two, three] = ['whsec_a', 'whsec_b', 'whsec_c']
  const first = [{ secret: one, until: null }]
  const second = rotated(first, two, now)
  t.same(signing(first, now), [one])
  t.same(signing(second, now), [two, one])
  t.same(signing(second, later(86_399)), [two, one])
  t.same(signing(second, later(86_400)), [two])
  t.same(signing(rotated(second, three, later(60)), later(61)), [three, two], 'two at most')
})

t.test('how an interface does', async t => {
  const well: EndpointFigures = { state: 'on', lastSuccessAt: later(-60), waitingSince: null, waiting: 0, dead: 0, tries: 10, failed: 0 }
  t.same(healthOf([], now), { lastSuccessAt: null, lagSeconds: 0, errorRate: null, waiting: 0, dead: 0 })
  t.same(healthOf([well], now), { lastSuccessAt: later(-60), lagSeconds: 0, errorRate: 0, waiting: 0, dead: 0 })
  const ill: EndpointFigures = { ...well, lastSuccessAt: later(-90), waitingSince: later(-30.5), waiting: 2, dead: 1, failed: 5 }
  t.same(healthOf([well, ill], now),
    { lastSuccessAt: later(-60), lagSeconds: 30, errorRate: 0.25, waiting: 2, dead: 1 })
})
