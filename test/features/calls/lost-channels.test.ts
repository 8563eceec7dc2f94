import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { createSealing } from '../../../src/db/sealing.ts'
import { createCalls } from '../../../src/features/calls/calls.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import { journalCounts } from '../../../src/pbx/journal/journal.ts'
import { createLostChannels } from '../../../src/pbx/journal/lost-channels.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { journalFile, journalOf, line, quiet, shipperOf, userLine } from '../journal/journal-file.ts'
import { todaysAttempts } from '../../rules/orders/todays-policies.ts'
import { noUnit } from '../../../src/domain/people/reader-unit.ts'

/** Calls by their own handler from a journal's own reader; only what the PBX lists is the test's, and the time between looks. */
async function exchange (t: Test) {
  const { db } = await freshDatabase(t)
  const file = await journalFile()
  const rung: string[] = []
  const calls = createCalls({
    db,
    sealing: createSealing(Buffer.alloc(32, 7)),
    clock: systemClock,
    feed: { publish: async () => {}, broadcast: () => {}, subscribe: () => () => {}, since: async () => [] },
    dialler: {
      async request (_tx, ...requests) {
        rung.push(...requests.map(r => r.subject))
        return requests.map(() => ({ requestId: randomUUID() }))
      },
      cancel: async () => {}
    },
    readerUnit: async () => noUnit,
    attempts: async () => todaysAttempts
  })
  const shipper = shipperOf(t, db, file)
  const journal = journalOf(t, db, { handlers: [calls.journalHandler] })
  const world = { living: new Set<string>(), up: true, away: false, beforeTheEnd: () => {} }
  const settled = async (): Promise<void> => {
    await shipper.catchUp()
    await journal.catchUp()
  }
  let now = performance.now()
  t.intercept(performance, 'now', { value: () => now })
  const sweep = createLostChannels({
    db,
    node: 'pbx1',
    believed: async () => await calls.livingChannels('pbx1'),
    switchboard: { livingChannels: async () => [...world.living].map(uniqueId => ({ uniqueId })) },
    isUp: () => world.up,
    async catchUpJournal () {
      world.beforeTheEnd()
      if (world.away) throw new Error('the database is away')
      await settled()
    },
    log: quiet
  })
  return {
    world,
    begins: async (uniqueId: string) => {
      world.living.add(uniqueId)
      file.append(line({ event: 'CHAN_START', uniqueId }))
      await settled()
    },
    /** the row of its end */
    ends: (uniqueId: string) => { file.append(line({ event: 'CHAN_END', uniqueId })) },
    /** five seconds later */
    async looks () {
      now += 5001
      await sweep.run(systemClock.now())
      await settled()
    },
    sweep,
    settled,
    /** subjects of the calls that are to be returned */
    rung,
    writes: async (...lines: string[]) => {
      for (const text of lines) file.append(text)
      await settled()
    },
    lost: async () => (await db.query<{ id: string }>('select unique_id id from channel where lost order by 1')).map(c => c.id),
    rows: async () => (await db.query('select 1 from pbx_journal where event = \'CHANNEL_LOST\'')).length,
    /** what health tells of the journal at that moment */
    told: async (at: Date) => await journalCounts(db, at)
  }
}

await t.test('a channel the PBX does not know at two looks is over, once', async t => {
  const { world, begins, looks, lost, rows, told } = await exchange(t)
  await begins('pbx1-1.1')
  await begins('pbx1-1.2')
  await looks()
  world.living.delete('pbx1-1.1')
  await looks()
  t.same(await lost(), [], 'one look is not enough')
  await looks()
  t.same(await lost(), ['pbx1-1.1'])
  await looks()
  await looks()
  t.equal(await rows(), 1)
  t.match(await told(new Date()), { lostLastHour: 1, parked: 0, quarantined: 0 }, 'it can be seen for an hour')
  t.match(await told(new Date(Date.now() + 3_601_000)), { lostLastHour: 0 })
})

await t.test('a late row is not a lost one', async t => {
  const { world, begins, ends, looks, settled, lost } = await exchange(t)
  await begins('pbx1-1.1')
  world.living.clear()
  await looks()
  ends('pbx1-1.1')
  await settled()
  await looks()
  t.same(await lost(), [], 'it came between the looks')

  await begins('pbx1-1.2')
  world.living.clear()
  await looks()
  world.beforeTheEnd = () => { ends('pbx1-1.2') }
  await looks()
  t.same(await lost(), [], 'it came while the journal was read to its end')
})

await t.test('a channel is lost after two looks five seconds apart, over one link, with the journal read', async t => {
  const { world, begins, looks, sweep, lost } = await exchange(t)
  await begins('pbx1-1.1')
  world.living.clear()
  await looks()
  world.living.add('pbx1-1.1')
  await looks()
  world.living.clear()
  await looks()
  t.same(await lost(), [], 'it was there in between')
  await sweep.run(systemClock.now())
  t.same(await lost(), [], 'looked at again at once')
  world.up = false
  await looks()
  world.up = true
  await looks()
  t.same(await lost(), [], 'the link was away in between')
  world.away = true
  await t.rejects(looks())
  t.same(await lost(), [], 'the journal could not be read')
  world.away = false
  await looks()
  t.same(await lost(), ['pbx1-1.1'])
})

await t.test('a citizen who talked to the end is not rung back, whatever ends of the call a full disk has lost', async t => {
  const { world, looks, lost, rung, writes } = await exchange(t)
  const desk = 'PJSIP/8001-00000002'
  const citizen = (id: string, number: string): string[] => [
    line({ event: 'CHAN_START', uniqueId: id }),
    userLine('LD_OFFERED', { did: '962000', service: '', number, withheld: '0' }, { uniqueId: id }),
    line({ event: 'ANSWER', uniqueId: id }),
    userLine('LD_QUEUED', { queue: 'hotline', priority: '0' }, { uniqueId: id })
  ]
  const of = (id: string, event: string): string => line({ event, uniqueId: `${id}0`, linkedId: id, channel: desk })
  /** talks with 8001 */
  const talks = async (id: string, number: string): Promise<void> => {
    world.living.add(id).add(`${id}0`)
    await writes(...citizen(id, number), of(id, 'CHAN_START'), of(id, 'ANSWER'))
  }
  // The agent's end is there, the citizen's is not.
  await talks('pbx1-1.1', '13900001001')
  await writes(of('pbx1-1.1', 'HANGUP'), of('pbx1-1.1', 'CHAN_END'))
  // The agent's end is missed at one look, the citizen's at the next.
  await talks('pbx1-1.2', '13900001002')
  // Nobody had come.
  world.living.add('pbx1-1.3')
  await writes(...citizen('pbx1-1.3', '13900001003'))
  // The agent hung up, and the citizen waits for the next one.
  await talks('pbx1-1.4', '13900001004')
  await writes(of('pbx1-1.4', 'CHAN_END'), userLine('LD_QUEUED', { queue: 'hotline', priority: '10' }, { uniqueId: 'pbx1-1.4' }))
  for (const gone of ['pbx1-1.1', 'pbx1-1.20', 'pbx1-1.3', 'pbx1-1.4', 'pbx1-1.40']) world.living.delete(gone)
  await looks()
  await looks()
  world.living.delete('pbx1-1.2')
  await looks()
  await looks()
  t.same(await lost(), ['pbx1-1.1', 'pbx1-1.2', 'pbx1-1.20', 'pbx1-1.3', 'pbx1-1.4'])
  t.same(rung.sort(), ['call:pbx1-1.3', 'call:pbx1-1.4'])
})
