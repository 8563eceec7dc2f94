import t, { type Test } from 'tap'
import type { Database } from '../../../src/db/database.ts'
import { journalNodeRestart } from '../../../src/pbx/journal/node-restart.ts'
import { declareNodeLost, journalNodeBack, journalNodeLost } from '../../../src/pbx/reach/node-lost.ts'
import { nodeReach } from '../../../src/pbx/reach/reach-reads.ts'
import { endLoss, saveHeard } from '../../../src/pbx/reach/reach-store.ts'
import type { LivingChannel } from '../../../src/pbx/verbs/channels.ts'
import { until } from '../../../src/servers/until.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { journalFile, line, shipperOf } from './journal-file.ts'

const start = new Date('2026-11-22T06:40:08Z')
const at = new Date('2026-11-22T07:00:00Z')
const loss = { node: 'pbx1', at, by: 'system', reason: 'silent' }
const living = (uniqueId: string, more: Partial<LivingChannel> = {}): LivingChannel => ({
  uniqueId,
  linkedId: uniqueId,
  channel: `PJSIP/trunk-${uniqueId}`,
  state: 'Up',
  context: '',
  exten: '',
  application: '',
  bridgeId: '',
  seconds: 9,
  ...more
})
const rows = async (db: Database): Promise<unknown[]> =>
  await db.query('select event, at, unique_id, peer, extra from pbx_journal where event <> \'NODE_RESTART\' and generation = 0 order by id')

/** A PBX that was linked `seconds` ago. @param takenUp its start was read at the login */
async function silentPbx (t: Test, seconds: number, takenUp = true): Promise<Database> {
  const { db } = await freshDatabase(t)
  if (takenUp) await journalNodeRestart(db, 'pbx1', start)
  await saveHeard(db, { linked: ['pbx1'], heard: [] })
  await silence(db, seconds)
  return db
}

/** The database's clock alone counts the silence. */
async function silence (db: Database, seconds: number): Promise<void> {
  await db.query(`update node_reach set linked_at = linked_at - $1 * interval '1 second',
    heard_at = heard_at - $1 * interval '1 second'`,
  [seconds])
}

t.test('lost once, whichever process says it, until it is back; then again', async t => {
  const db = await silentPbx(t, 11)
  const said = await Promise.all([1, 2, 3, 4].map(async () => await journalNodeLost(db, loss)))
  t.equal(said.filter(Boolean).length, 1)
  t.match(await rows(db), [{ event: 'NODE_LOST', at }])
  t.match(await nodeReach(db), [{ node: 'pbx1', lostAt: at, lostBy: 'system', lostReason: 'silent', unreachableSince: Date }])
  t.equal(await journalNodeBack(db, { node: 'pbx1', at, isNewStart: false, living: [] }), 1)
  t.match(await nodeReach(db), [{ lostAt: at }], 'until its rows are handled')
  await endLoss(db, 'pbx1', 1)
  t.match(await nodeReach(db), [{ lostAt: null }])
  t.equal(await journalNodeBack(db, { node: 'pbx1', at, isNewStart: false, living: [living('1')] }), null, 'it is not lost')
  await silence(db, 11)
  t.ok(await journalNodeLost(db, loss), 'cut off once more')
  t.equal((await rows(db)).length, 2)
})

t.test('another process has heard of it: it is not lost', async t => {
  const db = await silentPbx(t, 11)
  await saveHeard(db, { linked: [], heard: ['pbx1'] })
  t.notOk(await journalNodeLost(db, loss))
  t.match(await nodeReach(db), [{ unreachableSince: Date, lostAt: null }], 'unreachable it is')
})

t.test('a process has taken it up: another one, whose own link is not up yet, takes it for lost no more', async t => {
  const db = await silentPbx(t, 11)
  t.equal(await journalNodeBack(db, { node: 'pbx1', at, isNewStart: false, living: [living('1')] }), null, 'it was not lost')
  t.notOk(await journalNodeLost(db, loss))
  await t.rejects(db.tx(async tx => { await declareNodeLost(db, tx, loss) }), { code: 'node-linked' })
  t.same(await rows(db), [], 'a loss that no login would end')
})

t.test('a PBX that was never linked has nothing to lose', async t => {
  const { db } = await freshDatabase(t)
  t.notOk(await journalNodeLost(db, loss))
  await t.rejects(db.tx(async tx => { await declareNodeLost(db, tx, loss) }), { code: 'not-found' })
})

t.test('a PBX that dies between the login and the reading of its start can be lost all the same', async t => {
  const db = await silentPbx(t, 11, false)
  t.ok(await journalNodeLost(db, loss))
  t.match(await rows(db), [{ event: 'NODE_LOST', at }])
  await t.rejects(db.tx(async tx => { await declareNodeLost(db, tx, loss) }), { code: 'already-done' })
})

t.test('an administrator says it of an unreachable PBX at any time, of a linked one never', async t => {
  const db = await silentPbx(t, 4)
  const said = { ...loss, by: 'admin', reason: 'burnt' }
  const declare = async (): Promise<void> => { await db.tx(async tx => { await declareNodeLost(db, tx, said) }) }
  await saveHeard(db, { linked: ['pbx1'], heard: [] })
  await t.rejects(declare(), { code: 'node-linked' })
  t.same(await rows(db), [])
  await until(async () => (await nodeReach(db))[0]?.unreachableSince !== null, { what: 'it is unreachable' })
  await declare()
  t.match(await nodeReach(db), [{ lostBy: 'admin', lostReason: 'burnt' }])
  await t.rejects(declare(), { code: 'already-done' })
})

t.test('back with the same start each living channel says so; with a new one none', async t => {
  for (const isNewStart of [false, true]) {
    const db = await silentPbx(t, 11)
    await journalNodeLost(db, loss)
    const channels = [living('1', { bridgeId: 'b' }), living('2', { bridgeId: 'b' }), living('3', { state: 'Ringing' })]
    t.equal(await journalNodeBack(db, { node: 'pbx1', at, isNewStart, living: channels }), 1)
    t.match((await rows(db)).slice(1), isNewStart
      ? []
      : [
          { event: 'CHANNEL_BACK', unique_id: '1', peer: 'PJSIP/trunk-2', extra: '{"answered": true}' },
          { event: 'CHANNEL_BACK', unique_id: '2', peer: 'PJSIP/trunk-1' },
          { event: 'CHANNEL_BACK', unique_id: '3', peer: '', extra: '{"answered": false}' }
        ])
  }
})

t.test('a PBX whose clock is ahead is lost after its own last row', async t => {
  const db = await silentPbx(t, 11)
  const file = await journalFile()
  const shipper = shipperOf(t, db, file)
  const ahead = new Date(at.getTime() + 5000)
  file.append(line({ event: 'CHAN_START', uniqueId: 'pbx1-1.0', at: ahead }))
  await shipper.catchUp()
  await journalNodeLost(db, loss)
  t.match(await rows(db), [{ event: 'NODE_LOST', at: ahead }])
  await journalNodeBack(db, { node: 'pbx1', at: new Date(at.getTime() + 1000), isNewStart: false, living: [living('1')] })
  t.match((await rows(db)).slice(1), [{ event: 'CHANNEL_BACK', at: ahead }], 'and back after that')
})
