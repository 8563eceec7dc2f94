import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import { createSealing } from '../../../src/db/sealing.ts'
import type { LegEvent } from '../../../src/dialler/dialler-types.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import { systemActor } from '../../../src/domain/people/roles.ts'
import { createCalls } from '../../../src/features/calls/calls.ts'
import { endOldReturns } from '../../../src/features/calls/missed-calls.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { journalFile, journalOf, line, shipperOf, userLine } from '../journal/journal-file.ts'
import { todaysAttempts } from '../../rules/orders/todays-policies.ts'
import { noUnit } from '../../../src/domain/people/reader-unit.ts'

/** Calls by their own handler from a journal's own reader; requests to the dialler are written down, their ends are the test's. */
async function desk (t: Test) {
  const { db } = await freshDatabase(t)
  const file = await journalFile()
  const asked: Array<{ id: string, attempts: number }> = []
  const calls = createCalls({
    db,
    sealing: createSealing(Buffer.alloc(32, 7)),
    clock: systemClock,
    feed: { publish: async () => {}, broadcast: () => {}, subscribe: () => () => {}, since: async () => [] },
    dialler: {
      request: async (_tx, ...requests) => requests.map(({ attempts }) => {
        const id = randomUUID()
        asked.push({ id, attempts })
        return { requestId: id }
      }),
      cancel: async () => {}
    },
    readerUnit: async () => noUnit,
    attempts: async () => todaysAttempts
  })
  const shipper = shipperOf(t, db, file)
  const journal = journalOf(t, db, { handlers: [calls.journalHandler] })
  const writes = async (...lines: string[]): Promise<void> => {
    for (const text of lines) file.append(text)
    await shipper.catchUp()
    await journal.catchUp()
  }
  const waits = (uniqueId: string): string[] => [
    line({ event: 'CHAN_START', uniqueId }),
    userLine('LD_OFFERED', { did: '962000', service: '', number: '13900001001', withheld: '0' }, { uniqueId }),
    line({ event: 'ANSWER', uniqueId }),
    userLine('LD_QUEUED', { queue: 'hotline', priority: '0' }, { uniqueId })
  ]
  return {
    db,
    asked,
    calls,
    writes,
    waits,
    /** the dialler is done with the newest return; as given: it was taken with 1, and nobody came */
    finishes: async (how: Partial<LegEvent & { kind: 'finished' }> = {}) => {
      const event: LegEvent = {
        subject: '',
        requestId: asked.at(-1)?.id ?? '',
        legId: '',
        attempt: 1,
        at: new Date(),
        kind: 'finished',
        outcome: 'confirmed',
        tried: true,
        takenBack: false,
        ...how
      }
      await db.tx(async tx => { await calls.missedCallListener.hear(tx, [event]) })
    },
    toRing: async () => (await calls.toRingBack(systemActor)).map(c => c.id),
    states: async () => (await db.query<{ state: string }>('select state from missed_call_return order by requested_at')).map(r => r.state)
  }
}

const days = (n: number): Date => new Date(Date.now() + n * 86_400_000)

await t.test('a return a person is to make ends after seven days, or when the citizen calls again', async t => {
  const { db, asked, writes, waits, finishes, toRing, states } = await desk(t)
  await writes(...waits('pbx1-1.1'), line({ event: 'CHAN_END', uniqueId: 'pbx1-1.1' }))
  t.equal(asked.length, 1)
  await finishes()
  t.same([asked.length, await toRing()], [2, []], 'the machine rings once more')
  await finishes()
  t.same([asked.length, await toRing()], [2, ['pbx1-1.1']], 'and no more')
  await endOldReturns(db, days(6.9))
  t.same(await states(), ['open'])
  await writes(...waits('pbx1-1.2'))
  t.same([await states(), await toRing()], [['called-again'], []], 'the citizen is with us again')

  await writes(line({ event: 'CHAN_END', uniqueId: 'pbx1-1.2' }))
  for (let i = 0; i < 2; i++) await finishes()
  t.same([asked.length, await toRing()], [4, ['pbx1-1.2']], 'the next call is counted from the start')
  await endOldReturns(db, days(7.1))
  t.same([await states(), await toRing()], [['called-again', 'not-reached'], []])
})

await t.test('a return that failed on our side alone is a person\'s; one that rang in vain, or is needless, is nobody\'s', async t => {
  const { db, asked, writes, waits, finishes, toRing, states } = await desk(t)
  await writes(...waits('pbx1-1.1'), line({ event: 'CHAN_END', uniqueId: 'pbx1-1.1' }))
  await finishes({ outcome: 'congestion', tried: false })
  t.same([asked.length, await toRing(), await states()], [1, ['pbx1-1.1'], ['open']], 'each call failed through the carrier')
  await endOldReturns(db, days(7.1))
  t.same([await toRing(), await states()], [[], ['not-reached']], 'nobody has rung in seven days')

  for (const how of [{ outcome: 'busy', tried: true }, { outcome: 'cancelled', tried: false, takenBack: true }] as const) {
    const other = await desk(t)
    await other.writes(...other.waits('pbx1-1.1'), line({ event: 'CHAN_END', uniqueId: 'pbx1-1.1' }))
    await other.finishes(how)
    t.same([await other.toRing(), await other.states()], [[], ['not-reached']], how.outcome)
  }
})
