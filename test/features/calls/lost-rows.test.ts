import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { createSealing } from '../../../src/db/sealing.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import { createCalls } from '../../../src/features/calls/calls.ts'
import { journalCounts } from '../../../src/pbx/journal/journal.ts'
import { createLostChannels } from '../../../src/pbx/journal/lost-channels.ts'
import { retryParked } from '../../../src/pbx/journal/parked.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { journalFile, journalOf, line, quiet, shipperOf, userLine } from '../journal/journal-file.ts'
import { todaysAttempts } from '../../rules/orders/todays-policies.ts'
import { noUnit } from '../../../src/domain/people/reader-unit.ts'

const citizen = 'pbx1-1.1'
const trunk = 'PJSIP/trunk-00000001'
const desk = { uniqueId: 'pbx1-1.2', linkedId: citizen, channel: 'PJSIP/8001-00000002' }
const inQueue = { num: '13900001001', context: 'queue' }
const ending = (source: string): string => JSON.stringify({ hangupcause: 16, hangupsource: source, dialstatus: '' })

/** Lines of a citizen's call by their names, as the PBX writes them. */
const lines = {
  begins: line({ event: 'CHAN_START', uniqueId: citizen }),
  offered: userLine('LD_OFFERED', { did: '962000', service: '', number: '13900001001', withheld: '0' }, { uniqueId: citizen }),
  greeted: line({ event: 'ANSWER', uniqueId: citizen }),
  queued: userLine('LD_QUEUED', { queue: 'hotline', priority: '0' }, { ...inQueue, uniqueId: citizen }),
  rings: line({ event: 'CHAN_START', ...desk }),
  answered: line({ event: 'ANSWER', ...desk }),
  deskBridged: line({ event: 'BRIDGE_ENTER', ...desk }),
  citizenBridged: line({ event: 'BRIDGE_ENTER', uniqueId: citizen }),
  leftQueue: userLine('LD_QUEUE_LEFT', { result: 'answered', member: 'PJSIP/8001', waited: '0' }, { uniqueId: citizen }),
  deskHangsUp: line({ event: 'HANGUP', ...desk, extra: ending(trunk) }),
  deskEnds: line({ event: 'CHAN_END', ...desk }),
  hangsUp: line({ event: 'HANGUP', ...inQueue, uniqueId: citizen, extra: ending(trunk) }),
  ends: line({ event: 'CHAN_END', ...inQueue, uniqueId: citizen })
}
type LineName = keyof typeof lines

/** Calls by their own handler from a journal's own reader; requests to the dialler are written down. */
async function exchange (t: Test) {
  const { db } = await freshDatabase(t)
  const file = await journalFile()
  const rung: string[] = []
  const sealing = createSealing(Buffer.alloc(32, 7))
  const calls = createCalls({
    db,
    sealing,
    clock: systemClock,
    feed: { publish: async () => {}, broadcast: () => {}, subscribe: () => () => {}, since: async () => [] },
    dialler: {
      async request (_tx, ...requests) {
        rung.push(...requests.flatMap(r => r.numbers))
        return requests.map(() => ({ requestId: randomUUID() }))
      },
      cancel: async () => {}
    },
    readerUnit: async () => noUnit,
    attempts: async () => todaysAttempts
  })
  const drafts: string[] = []
  const numbers: string[] = []
  calls.listen({
    async answered (_tx, answered) {
      drafts.push(...answered.map(a => a.extension))
      numbers.push(...answered.flatMap(a => a.numberSealed === null ? [] : sealing.openNumber(a.numberSealed)))
      return []
    }
  })
  const shipper = shipperOf(t, db, file)
  const journal = journalOf(t, db, { handlers: [calls.journalHandler] })
  return {
    db,
    rung,
    drafts,
    /** the citizens of those drafts */
    numbers,
    writes: async (...texts: string[]) => {
      for (const text of texts) file.append(text)
      await shipper.catchUp()
      await journal.catchUp()
    },
    /** two looks, five seconds apart: the PBX has none of the channels any more */
    async looks () {
      let now = performance.now()
      t.intercept(performance, 'now', { value: () => now })
      const sweep = createLostChannels({
        db,
        node: 'pbx1',
        believed: async () => await calls.livingChannels('pbx1'),
        switchboard: { livingChannels: async () => [] },
        isUp: () => true,
        catchUpJournal: async () => {},
        log: quiet
      })
      for (let i = 0; i < 2; i++) {
        now += 5001
        await sweep.run(systemClock.now())
      }
      await journal.catchUp()
    },
    call: async () => (await db.query<Record<string, unknown>>(`select state, answered_by "answeredBy", abandoned_at is not null "gaveUp",
      ended_by "endedBy", lost from call where id = $1`, [citizen]))[0]
  }
}

const damaged = (name: LineName, from: string, to: string): string[] =>
  Object.entries(lines).map(([n, text]) => n === name ? text.replace(from, to) : text)

const without = (...names: LineName[]): string[] =>
  Object.entries(lines).filter(([name]) => !names.some(n => n === name)).map(([, text]) => text)

await t.test('a citizen who was served is not rung back, and the draft opens, with the row of the answer lost', async t => {
  for (const lost of [['answered'], ['answered', 'deskBridged', 'citizenBridged']] as const) {
    const { writes, call, rung, drafts } = await exchange(t)
    await writes(...without(...lost))
    t.match(await call(), { state: 'ended', answeredBy: '8001', gaveUp: false }, lost.join())
    t.same([rung, drafts], [[], ['8001']], lost.join())
  }
})

await t.test('a call that is over stays so when rows of it come late, or once more', async t => {
  const { writes, call } = await exchange(t)
  await writes(...without('queued'), lines.queued)
  t.match(await call(), { state: 'ended', answeredBy: '8001' }, 'late')
  await writes(...without())
  t.match(await call(), { state: 'ended', answeredBy: '8001', gaveUp: false }, 'once more')
})

await t.test('a damaged row that is still a row is one lost row: its call goes on and ends, also when it is retried', async t => {
  const damages = [['queued', 'queue=', 'quoue='], ['leftQueue', 'result=', 'rosult='], ['deskHangsUp', '{', '<']] as const
  for (const [name, from, to] of damages) {
    const { db, writes, call, rung, drafts } = await exchange(t)
    await writes(...damaged(name, from, to))
    for (const when of ['at once', 'retried']) {
      t.match(await call(), { state: 'ended', answeredBy: '8001', gaveUp: false }, `${name}, ${when}`)
      t.same([rung, drafts], [[], ['8001']], `${name}, ${when}`)
      t.match(await journalCounts(db, new Date()), { parked: 1, unhandled: 0 }, `${name}, ${when}`)
      t.equal(await retryParked(db), 1)
      await writes()
    }
  }
})

await t.test('a citizen who gave up is rung back with the row that offers the call lost, and the draft has their number', async t => {
  const unserved = ['rings', 'answered', 'deskBridged', 'citizenBridged', 'leftQueue', 'deskHangsUp', 'deskEnds'] as const
  for (const lost of [['offered'], ['offered', 'queued']] as const) {
    const { writes, call, rung } = await exchange(t)
    await writes(...without(...lost, ...unserved))
    t.match(await call(), { state: 'ended', gaveUp: true }, lost.join())
    t.same(rung, ['+8613900001001'], lost.join())
  }
  const { writes, numbers } = await exchange(t)
  await writes(...without('offered'))
  t.same(numbers, ['+8613900001001'])
})

await t.test('a call that ended well is not lost with the rows of its channels\' ends', async t => {
  const { writes, looks, call, rung } = await exchange(t)
  await writes(...without('deskEnds', 'ends'))
  t.match(await call(), { state: 'talking' })
  await looks()
  t.match(await call(), { state: 'ended', lost: false, endedBy: 'citizen', answeredBy: '8001', gaveUp: false })
  t.same(rung, [])
})
