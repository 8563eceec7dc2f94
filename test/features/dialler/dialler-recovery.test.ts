import tap, { test } from 'tap'
import type { Test } from 'tap'
import pino from 'pino'
import { DomainError } from '../../../src/domain/errors.ts'
import { createJournal } from '../../../src/pbx/journal/journal.ts'
import { journalNodeRestart } from '../../../src/pbx/journal/node-restart.ts'
import { until } from '../../../src/servers/until.ts'
import { callback, diallerWorld, emergency, type DiallerWorld, type Report } from '../../harness/dialler/dialler-world.ts'
import type { DialRequest } from '../../../src/dialler/dialler-types.ts'

/**
 * A process wrote one leg as `placing` and died; another logs in. `unread` is what the PBX journalled meanwhile and nobody
 * has handled, `lives` whether the channel is still there.
 */
async function afterDeath (t: Test, request: DialRequest, { unread = [], lives = false, before }: {
  unread?: Report[]
  lives?: boolean
  before?: (dead: DiallerWorld, requestId: string) => Promise<void>
} = {}): Promise<{ world: DiallerWorld, legId: string }> {
  const dead = await diallerWorld(t)
  const [requestId = ''] = await dead.ask(request)
  await dead.place()
  await dead.dialler.stop()
  const legId = (await dead.legs())[0]?.id ?? ''
  await before?.(dead, requestId)
  const world: DiallerWorld = await diallerWorld(
    t,
    { db: dead.db, catchUpJournal: async () => { if (unread.length > 0) await world.reports(legId, ...unread.splice(0)) } }
  )
  if (lives) world.switchboard.channels.add(legId)
  await world.dialler.recover('pbx1')
  return { world, legId }
}
// Most of them wait out the lease of a process that died: they wait together.
tap.jobs = 6

const told = (world: DiallerWorld): string[] => world.switchboard.told.map(leg => leg.channelId)

test('neither journal nor channels know the leg: it is placed again, under the same id', { buffered: true }, async t => {
  const { world, legId } = await afterDeath(t, emergency())
  t.strictSame(told(world), [legId])
  t.match(await world.legs(), [{ id: legId, state: 'placing' }])
})

test('the journal knows it: it rang and was busy, though nobody had handled that yet', { buffered: true }, async t => {
  const { world, legId } = await afterDeath(t, emergency({ attempts: 1 }), { unread: ['rings', { hangup: 17 }] })
  t.strictSame(told(world), [])
  t.match(await world.legs(), [{ id: legId, state: 'ended', outcome: 'busy' }])
})

test('its channel lives: it is left alone', { buffered: true }, async t => {
  const { world } = await afterDeath(t, emergency(), { lives: true })
  t.strictSame(told(world), [])
  t.match(await world.legs(), [{ state: 'placing' }])
})

test('it was cancelled meanwhile: nobody is rung', { buffered: true }, async t => {
  const { world } = await afterDeath(t, emergency(), { before: async (dead, id) => { await dead.cancel([id]) } })
  t.strictSame(told(world), [])
  t.match(await world.legs(), [{ state: 'ended', outcome: 'cancelled' }])
  t.match(await world.requests(), [{ state: 'finished', outcome: 'cancelled' }])
})

test('the allowed hours are over: the request waits for the next ones', { buffered: true }, async t => {
  const local = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit' })
  const hour = (minutes: number): string => local.format(new Date(Date.now() + minutes * 60_000))
  const { world } = await afterDeath(t, callback({ attempts: 1, windows: `${hour(-60)}-${hour(120)}` }), {
    before: async dead => { await dead.db.query('update dial_request set windows = $1', [`${hour(60)}-${hour(120)}`]) }
  })
  t.strictSame(told(world), [])
  await world.place()
  world.clock.advance(30_000)
  await world.place()
  t.strictSame(told(world), [])
  t.match(await world.requests(), [{ state: 'waiting', attempt: 1 }])
})

test('placed in the second in which the PBX started: lost only when its channel is gone', { buffered: true }, async t => {
  const world = await diallerWorld(t)
  const journal = createJournal({
    db: world.db,
    handlers: [world.dialler.journalHandler],
    clock: world.clock,
    log: pino({ level: 'silent' })
  })
  t.teardown(journal.close)
  await world.ask(callback({ subject: 'rings' }), callback({ subject: 'before' }))
  await world.place()
  const [one, two] = await world.legs()
  const [{ placedAt } = { placedAt: world.clock.now() }] = await world.db.query<{ placedAt: Date }>(`select min(placing_at) as "placedAt"
    from leg`)
  await world.reports(one?.id ?? '', 'rings')
  await world.reports(two?.id ?? '', 'rings')
  world.switchboard.channels.add(one?.id ?? '')
  // The PBX tells whole seconds, and the login may have been before anybody was rung or after.
  const startedAt = new Date(Math.floor(placedAt.getTime() / 1000) * 1000)
  await journalNodeRestart(world.db, 'pbx1', startedAt, { loginAt: new Date(placedAt.getTime() + 5000) })
  await journal.catchUp()
  t.match((await world.legs()).map(leg => leg.state), ['ringing', 'ringing'], 'the row alone does not say')
  await world.dialler.recover('pbx1')
  t.match((await world.legs()).filter(leg => leg.id === one?.id), [{ state: 'ringing' }])
  t.match((await world.legs()).filter(leg => leg.id === two?.id), [{ state: 'ended', outcome: 'pbx-lost' }])
})

test('two processes log in at once: the leg is placed by one', { buffered: true }, async t => {
  const dead = await diallerWorld(t)
  await dead.ask(emergency())
  await dead.place()
  await dead.dialler.stop()
  const one = await diallerWorld(t, { db: dead.db })
  const other = await diallerWorld(t, { db: dead.db })
  await Promise.all([one.dialler.recover('pbx1'), other.dialler.recover('pbx1')])
  t.equal(told(one).length + told(other).length, 1)
})

test('a leg that a living process is placing is not placed by another that logs in', { buffered: true }, async t => {
  const living = await diallerWorld(t)
  await living.ask(emergency())
  const other = await diallerWorld(t, { db: living.db })
  await living.place()
  const legId = told(living)[0] ?? ''
  // The PBX is slow: the channel appears a second later.
  const appears = setTimeout(() => { other.switchboard.channels.add(legId) }, 1000)
  t.teardown(() => { clearTimeout(appears) })
  await other.dialler.recover('pbx1')
  t.strictSame(told(other), [])
})

test('when the journal cannot be caught up nothing is concluded', { buffered: true }, async t => {
  const dead = await diallerWorld(t)
  await dead.ask(emergency())
  await dead.place()
  await dead.dialler.stop()
  let tries = 0
  const world = await diallerWorld(t, {
    db: dead.db,
    catchUpJournal: async () => { if (++tries === 1) throw new Error('the database is away') }
  })
  await world.dialler.recover('pbx1')
  t.equal(tries, 2, 'tried again')
  t.equal(told(world).length, 1)
})

test('the PBX says no: not placed, three times, and then it counts', { buffered: true }, async t => {
  const world = await diallerWorld(t)
  world.switchboard.refuseWith = new DomainError('pbx-refused', 'no')
  await world.ask(emergency({ attempts: 1 }))
  for (let i = 1; i <= 4; i++) {
    await world.place()
    await until(async () => (await world.legs()).filter(leg => leg.outcome === 'not-placed').length === i, { what: `leg ${i} is given up` })
    world.clock.advance(30_000)
  }
  t.match(await world.requests(), [{ state: 'finished', outcome: 'not-placed', repeats: 3 }])
})

test('a refusal reported for a leg that lives is not believed', { buffered: true }, async t => {
  const world = await diallerWorld(t)
  await world.ask(emergency())
  await world.place()
  const legId = told(world)[0] ?? ''
  world.switchboard.channels.add(legId)
  const { livingChannels } = world.switchboard
  let looks = 0
  world.switchboard.livingChannels = async () => {
    looks++
    return await livingChannels()
  }
  world.dialler.originateFailed({ legId, node: 'pbx1' })
  await until(() => looks === 2, { what: 'the channels were looked at before and after the journal' })
  // One settling at a time: when the next has ended, so has the one in question.
  await world.dialler.recover('pbx1')
  t.match(await world.legs(), [{ state: 'placing', outcome: null }])
})

test('nobody knows whether it was placed: the sweep finds out', { buffered: true }, async t => {
  const world = await diallerWorld(t)
  world.switchboard.refuseWith = new DomainError('pbx-unavailable', 'gone')
  await world.ask(emergency())
  await world.place()
  world.switchboard.refuseWith = null
  await world.dialler.sweeps[1]?.run(world.clock.now())
  t.equal(told(world).length, 1, 'not yet')
  world.clock.advance(20_000)
  await world.dialler.sweeps[1]?.run(world.clock.now())
  t.equal(told(world).length, 2)
  t.equal(new Set(told(world)).size, 1, 'one leg, one id')
})

test('a leg that talks too long is hung up, one handed on to a person is not, one the PBX forgot ends', { buffered: true }, async t => {
  const world = await diallerWorld(t)
  await world.ask(callback({ subject: 'talks', talkSeconds: 60 }), callback({ subject: 'handed on', talkSeconds: 60 }))
  await world.place()
  const legs = await world.db.query<{ id: string, subject: string }>('select id, subject from leg')
  const leg = (subject: string): string => legs.find(l => l.subject === subject)?.id ?? ''
  await world.reports(leg('talks'), 'rings', 'answers')
  await world.reports(leg('handed on'), 'rings', 'answers', { key: '0' }, { done: 'person' })
  world.switchboard.channels.add(leg('talks'))
  world.clock.advance(61_000)
  await world.dialler.sweeps[1]?.run(world.clock.now())
  t.strictSame(world.switchboard.hungUp, [leg('talks')])
  world.switchboard.channels.delete(leg('talks'))
  world.clock.advance(120_000)
  await world.dialler.sweeps[1]?.run(world.clock.now())
  const states = Object.fromEntries((await world.db.query<{ subject: string, outcome: string | null }>(`select subject, outcome
    from leg`)).map(l => [l.subject, l.outcome]))
  t.strictSame(states, { talks: 'answered-not-confirmed', 'handed on': null })
})

test('a leg in a conference, or handed on to a person, has no talking time that runs out', { buffered: true }, async t => {
  const world = await diallerWorld(t)
  const ways: Record<string, Report[]> = {
    'came in by the key': [{ room: 'join', key: '2' }],
    'was admitted': [{ key: '1', q: 'answer' }, { room: 'join' }],
    'was moved to another room': [{ room: 'join', key: '2' }, { room: 'leave' }, { room: 'join' }],
    'talks apart': [{ key: '1', q: 'answer' }, { room: 'join' }],
    'talks with an agent': [{ key: '0' }, { done: 'person' }],
    'waits before a locked door': [{ key: '2', q: 'answer' }, { room: 'refused' }],
    'keeps the line open': [{ key: '1', q: 'answer' }]
  }
  await world.ask(...Object.keys(ways).map(subject => emergency({ subject, talkSeconds: 4 * 3600 })))
  await world.place()
  const legs = await world.db.query<{ id: string, subject: string }>('select id, subject from leg')
  for (const { id, subject } of legs) {
    await world.reports(id, 'rings', 'answers')
    world.switchboard.channels.add(id)
    world.clock.advance(1000)
    await world.reports(id, ...ways[subject] ?? [])
  }
  const hungUp = async (): Promise<string[]> => {
    await world.dialler.sweeps[1]?.run(world.clock.now())
    return legs.filter(({ id }) => world.switchboard.hungUp.includes(id)).map(({ subject }) => subject).sort()
  }
  world.clock.advance(4 * 3_600_000 - 10_000)
  t.same(await hungUp(), [])
  world.clock.advance(20_000)
  t.same(await hungUp(), ['keeps the line open', 'waits before a locked door'], 'an open line in which nobody talks is bounded')
  world.clock.advance(3 * 86_400_000)
  t.same(await hungUp(), ['keeps the line open', 'waits before a locked door'])
})

test('a talk apart is over: the open line has its full time again', { buffered: true }, async t => {
  const world = await diallerWorld(t)
  await world.ask(emergency({ talkSeconds: 3600 }))
  await world.place()
  const [{ id } = { id: '' }] = await world.legs()
  await world.reports(id, 'rings', 'answers', { key: '1', q: 'answer' }, { room: 'join' })
  world.switchboard.channels.add(id)
  world.clock.advance(3 * 3_600_000)
  await world.reports(id, { room: 'leave' })
  world.clock.advance(3_500_000)
  await world.dialler.sweeps[1]?.run(world.clock.now())
  t.same(world.switchboard.hungUp, [])
  world.clock.advance(200_000)
  await world.dialler.sweeps[1]?.run(world.clock.now())
  t.same(world.switchboard.hungUp, [id])
})

test('unread rows are read first: a member in the conference by then is left there', { buffered: true }, async t => {
  const unread: string[] = []
  const world: DiallerWorld = await diallerWorld(t, {
    catchUpJournal: async () => { for (const id of unread.splice(0)) await world.reports(id, 'answers', { room: 'join', key: '2' }) }
  })
  await world.ask(emergency({ ringSeconds: 28 }), emergency({ ringSeconds: 28 }))
  await world.place()
  const [sits, hangs] = (await world.legs()).map(leg => leg.id)
  for (const id of [sits ?? '', hangs ?? '']) {
    await world.reports(id, 'rings')
    world.switchboard.channels.add(id)
  }
  world.switchboard.ringing.add(hangs ?? '')
  unread.push(sits ?? '')
  world.clock.advance(120_000)
  await world.dialler.sweeps[1]?.run(world.clock.now())
  t.same(world.switchboard.hungUp, [hangs])
})

test('the row of the answer was lost: a leg whose channel is up is left alone', { buffered: true }, async t => {
  const world = await diallerWorld(t)
  await world.ask(emergency({ ringSeconds: 28 }), emergency({ ringSeconds: 28 }))
  await world.place()
  const [sits = '', hangs = ''] = (await world.legs()).map(leg => leg.id)
  for (const id of [sits, hangs]) {
    await world.reports(id, 'rings')
    world.switchboard.channels.add(id)
  }
  world.switchboard.ringing.add(hangs)
  for (const seconds of [100, 100, 3600]) {
    world.clock.advance(seconds * 1000)
    await world.dialler.sweeps[1]?.run(world.clock.now())
  }
  t.same([...new Set(world.switchboard.hungUp)], [hangs])
  t.match((await world.legs()).filter(leg => leg.id === sits), [{ state: 'ringing', outcome: null }])
  world.switchboard.channels.clear()
  await world.dialler.sweeps[1]?.run(world.clock.now())
  t.match((await world.legs()).map(leg => leg.outcome), ['pbx-lost', 'pbx-lost'], 'until it is there no more')
})
