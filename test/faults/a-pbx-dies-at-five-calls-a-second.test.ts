// Five citizens dial a second; agents of a PBX talk and are rung, citizens wait on it: it dies. Nobody is lost, rung twice or forgotten.
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { until } from '../../src/servers/until.ts'
import { startTown, type Town } from './town.ts'
import { comesToRest, wrongsOf } from './truths.ts'

const perSecond = 5
const citizens = 40

/** Calls that this PBX has now: citizens who wait, agents who are rung, agents who talk. */
async function callsOn ({ stack: { db }, pbxs: [, { config: { pbxNode, sip } }], networks: [desks], agents }: Town):
Promise<{ waiting: number, ringing: number, talking: number }> {
  const [row] = await db.query<{ waiting: number }>(`select count(*)::int waiting from call
    where node = $1 and queued_at is not null and answered_at is null and ended_at is null`, [pbxNode])
  const living = agents.flatMap(extension => desks?.ringsOf(`desk${extension}`) ?? [])
    .filter(({ by, endedAt }) => by === `${sip.host}:${sip.port}` && endedAt === null)
  const talking = living.filter(call => call.answeredAt !== null).length
  return { waiting: row?.waiting ?? 0, ringing: living.length - talking, talking }
}

await t.test('a PBX dies under five calls a second', async t => {
  const town = await startTown(t, 5)
  // Two of four let it ring for a while.
  for (const extension of town.agents.slice(2)) await town.networks[0]?.number(`desk${extension}`, 'wait 2|answer|wait 5|hangup')
  const load = (async () => {
    for (let i = 0; i < citizens; i++) {
      await town.dials(8 + i % 7)
      await pause(1000 / perSecond)
    }
  })()
  await until(async () => {
    const { waiting, ringing, talking } = await callsOn(town)
    return waiting > 2 && ringing > 0 && talking > 0
  }, { what: 'citizens wait, agents are rung and talk on the PBX', seconds: 20, everyMs: 50 })
  town.deaths.push(new Date())
  await town.pbxs[1].kill()
  await load
  await town.pbxs[1].start()
  await comesToRest(town)
  t.equal(town.citizens.length, citizens)
  t.same(await wrongsOf(town), [])
})
