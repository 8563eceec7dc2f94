import { test } from 'tap'
import { trunkSweep } from '../../../src/dialler/module.ts'
import { DomainError } from '../../../src/domain/errors.ts'
import { parsePhoneNumber, type PhoneNumber } from '../../../src/domain/telephone/phone-number.ts'
import { until } from '../../../src/servers/until.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { callback, citizen, diallerWorld, emergency } from '../../harness/dialler/dialler-world.ts'
import { declineNumber } from '../../../src/dialler/permission/declined-store.ts'

test('a request becomes a leg whose id is the channel\'s, written before the PBX is told', async t => {
  const world = await diallerWorld(t)
  await world.ask(callback({ numbers: [parsePhoneNumber('50008001')], script: { name: 'callback', variables: { LD_SAY: 'hello' } } }))
  await world.place()
  const [leg] = await world.legs()
  t.match(world.switchboard.told, [{
    channelId: leg?.id,
    to: { number: '50008001', trunk: 'trunk', between: 'script' },
    callerId: '962000',
    context: 'hotline-leg',
    ringSeconds: 30,
    variables: { LD_TALK_SECONDS: '300', LD_LEG: leg?.id, LD_SCRIPT: 'callback', LD_SAY: 'hello' }
  }])
  t.equal(leg?.state, 'placing')
  t.match((await world.requests())[0]?.state, 'dialling')
})

test('the same key is one request, in one transaction or many', async t => {
  const world = await diallerWorld(t)
  const asked = callback()
  const [first] = await world.ask(asked)
  t.strictSame(await world.ask(asked, asked), [first, first])
  await Promise.all([1, 2, 3, 4].map(async () => await world.ask(asked)))
  await world.place()
  t.equal(world.switchboard.told.length, 1)
})

test('numbers that must not be dialled are refused', async t => {
  const world = await diallerWorld(t)
  const code = async (...numbers: string[]): Promise<string> =>
    await world.ask(callback({ numbers: numbers as PhoneNumber[] })).then(() => 'accepted',
      (error: unknown) => error instanceof DomainError ? error.code : String(error))
  for (const spelling of ['110', '+86110', '+8621110', '0086 21 120', '+86 119', '021-122', '１１０', '112', '+862 1120']) {
    t.equal(await code(spelling), 'emergency-number-refused', spelling)
  }
  t.equal(await code(), 'nobody-to-dial')
  t.equal(await code('abc'), 'not-a-phone-number')
  t.equal(await code(citizen(900), '110'), 'emergency-number-refused')
  t.equal((await world.requests()).length, 0)
})

test('a person who declined automated calls is rung by emergencies alone, even when they declined after the request', async t => {
  const world = await diallerWorld(t)
  await world.ask(callback({ numbers: [citizen(1)], notBefore: new Date(world.clock.now().getTime() + 60_000) }))
  // the fingerprint as the dialler itself computes it: from a leg that was placed
  await world.ask(callback({ key: 'probe', numbers: [citizen(1)] }))
  await world.place()
  const [leg] = await world.db.query<{ number_hash: Buffer, id: string }>('select number_hash, id from leg')
  await world.db.tx(async tx => { declineNumber(tx, leg?.number_hash ?? Buffer.alloc(0), 'asked', world.clock.now(), 'test') })
  await t.rejects(world.ask(callback({ numbers: [citizen(1)] })), { code: 'declined-calls' })
  await t.resolves(world.ask(callback({ numbers: [citizen(1), citizen(2)] })), 'another number of the same person may be dialled')
  await t.resolves(world.ask(emergency({ numbers: [citizen(1)] })))
  world.clock.advance(61_000)
  await world.place()
  t.match(world.heard.filter(e => e.kind === 'finished'), [{ outcome: 'cancelled' }], 'the one asked for before the refusal')
})

test('never outside the allowed hours, also with a backlog', async t => {
  const world = await diallerWorld(t)
  const local = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit' })
  const hour = (ms: number): string => local.format(new Date(world.clock.now().getTime() + ms))
  const windows = `${hour(3 * 3600_000)}-${hour(4 * 3600_000)}`
  await world.ask(callback({ windows }), callback({ windows }), emergency({ windows: '' }))
  await world.place()
  t.equal(world.switchboard.told.length, 1, 'only the one that may be rung at any time')
  world.clock.advance(3 * 3600_000 + 60_000)
  await world.place()
  t.equal(world.switchboard.told.length, 3)
})

test('a script cannot carry what AMI would split or refuse', async t => {
  const world = await diallerWorld(t)
  await t.rejects(world.ask(callback({ script: { name: 'callback', variables: { LD_SAY: 'a\r\nAction: Command' } } })),
    { code: 'control-character' })
  await t.rejects(world.ask(callback({ script: { name: 'callback', variables: { LD_SAY: '好'.repeat(400) } } })), { code: 'too-large' })
})

test('while sample people are loaded only a loopback trunk is used', async t => {
  const world = await diallerWorld(t, { trunk: { address: '198.51.100.7:5060' }, sampleLoaded: async () => true })
  await t.rejects(world.ask(emergency()), { code: 'trunk-not-loopback' })
  await world.ask(callback())
  await world.place()
  t.equal(world.switchboard.told.length, 0)
  t.equal((await world.dialler.health()).refusal, 'trunk-not-loopback')
})

test('with the PBX away requests wait and are placed when it is back', async t => {
  const world = await diallerWorld(t)
  world.switchboard.up = false
  await world.ask(emergency())
  await world.place()
  t.equal(world.switchboard.told.length, 0)
  world.switchboard.up = true
  await world.place()
  t.equal(world.switchboard.told.length, 1)
})

test('a request is placed at once after its commit, without any sweep or alarm', async t => {
  const world = await diallerWorld(t)
  await world.ask(emergency())
  await until(() => world.switchboard.told.length > 0, { what: 'it is placed' })
  t.equal(world.switchboard.told.length, 1)
})

test('an emergency\'s legs stand in the transaction that asks for them; the PBX hears of them when it is committed', async t => {
  const world = await diallerWorld(t, { trunk: { channels: 500 } })
  await world.db.tx(async tx => {
    await world.dialler.request(tx, emergency(), callback())
    t.match(await tx.query('select purpose, state from leg'),
      [{ purpose: 'emergency', state: 'placing' }, { purpose: 'callback', state: 'placing' }], 'both were asked for together')
    t.strictSame(world.switchboard.told, [], 'not yet')
  })
  t.equal(world.switchboard.told.length, 2, 'in the same turn as the commit')
  await t.rejects(world.db.tx(async tx => {
    await world.dialler.request(tx, emergency())
    throw new Error('taken back')
  }), { message: 'taken back' })
  await world.place()
  t.equal(world.switchboard.told.length, 2, 'nobody hears of what was rolled back')
  await world.ask(...Array.from({ length: 130 }, () => emergency()))
  t.equal(world.switchboard.told.length, 102, 'a hundred at once')
  await world.place()
  t.equal(world.switchboard.told.length, 132, 'the others in the next round')
  t.equal(new Set(world.switchboard.told.map(leg => leg.channelId)).size, 132)
})

test('an emergency does not wait for trunks that are in other hands', async t => {
  const world = await diallerWorld(t)
  await world.db.tx(async tx => {
    await tx.query('select id from trunk for update')
    await world.ask(emergency())
    t.strictSame(await world.legs(), [], 'asked for, and left to the next round')
  })
  await world.place()
  t.equal(world.switchboard.told.length, 1)
})

test('a trunk\'s report that could not be kept at once is kept by the sweep, and told once', async t => {
  const told: boolean[] = []
  let away = true
  const world = await diallerWorld(t, {
    onTrunk: async (_tx, trunk) => {
      if (away) throw new Error('the database is away')
      told.push(trunk.silentSince === null)
    }
  })
  const sweep = trunkSweep({
    nodes: { all: [{ name: 'pbx1', live: { trunks: () => new Map([['trunk', false]]), watch: () => {} } }] },
    dialler: world.dialler,
    watched: async () => ['trunk']
  })
  await t.rejects(world.dialler.trunkHeard('pbx1', 'trunk', false))
  await t.rejects(sweep.run(new Date()), 'tried again, in vain')
  t.same(await world.dialler.silentTrunks(world.db), [])
  away = false
  await sweep.run(new Date())
  await sweep.run(new Date())
  t.match(await world.dialler.silentTrunks(world.db), [{ id: 'trunk' }])
  t.same(told, [false])
})

test('reports about a trunk are kept in their order, and a trunk that is not asked is not silent', async t => {
  const told: boolean[] = []
  const { db } = await freshDatabase(t)
  const world = await diallerWorld(t, { db, onTrunk: async (_tx, trunk) => { told.push(trunk.silentSince === null) } })
  for (let i = 0; i < 30; i++) {
    await Promise.all([false, true, false].map(async answers => { await world.dialler.trunkHeard('pbx1', 'trunk', answers) }))
    t.match(await world.dialler.silentTrunks(world.db), [{ id: 'trunk' }])
    await world.dialler.trunkHeard('pbx1', 'trunk', true)
  }
  t.same(told.slice(0, 4), [false, true, false, true])
  await world.dialler.trunkHeard('pbx1', 'trunk', false)
  await diallerWorld(t, { db, trunk: { qualifySeconds: 3 } })
  t.equal((await world.dialler.silentTrunks(world.db)).length, 1)
  await diallerWorld(t, { db, trunk: { qualifySeconds: 0 } })
  t.same(await world.dialler.silentTrunks(world.db), [])
})
