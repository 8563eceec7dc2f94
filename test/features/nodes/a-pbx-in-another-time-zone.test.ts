// A machine of its own has a time zone of its own. A PBX says when it started by the clock on its wall, and names no zone: read in ours,
// a start lay hours ahead, and at that login every call that lived was ended as lost.
import t from 'tap'
import { createAmiConnection } from '../../../src/pbx/ami/ami-connection.ts'
import { createSwitchboard } from '../../../src/pbx/switchboard.ts'
import { startTime } from '../../../src/pbx/verbs/start-time.ts'
import { until } from '../../../src/servers/until.ts'
import { startTestPbx } from '../../harness/servers/pbx.ts'

await t.test('a real PBX', async t => {
  const pbx = await startTestPbx(t)
  const { host, port, user } = pbx.config.ami
  const ami = createAmiConnection({ host, port, user, secret: pbx.amiSecret })
  t.teardown(async () => { await ami.close() })
  ami.start()
  const here = process.env.TZ
  for (const zone of ['Asia/Shanghai', 'America/Los_Angeles', 'Asia/Kathmandu', 'UTC']) {
    await ami.ready(10_000)
    await pbx.kill()
    await until(() => !ami.isUp(), { what: 'the loss is noticed' })
    const before = Date.now()
    // The PBX is started with the environment of this process.
    process.env.TZ = zone
    await pbx.start()
    if (here === undefined) delete process.env.TZ
    else process.env.TZ = here
    const after = Date.now()
    await ami.ready(10_000)
    const { startedAt } = await createSwitchboard({ ami }).coreStatus()
    t.ok(startedAt.getTime() >= before - 1000 && startedAt.getTime() <= after, `${zone}: ${startedAt.toISOString()}`)
  }
})

t.test('the zone is told by the uptime, however roughly the clocks agree', async t => {
  const start = '2026-11-30T00:00:00.000Z'
  for (const [wall, offBy] of [
    ['2026-11-30T08:00:00', 0], ['2026-11-30T08:00:00', 240_000], ['2026-11-29T16:00:00', -240_000], ['2026-11-30T05:45:00', 1500],
    ['2026-11-30T00:00:00', -1500]
  ] as const) t.equal(startTime(wall, Date.parse(start) + offBy).toISOString(), start, `${wall} ${offBy}`)
  t.equal(startTime('2026-11-30T08:00:00', null).getTime(), new Date(2026, 10, 30, 8).getTime(), 'not said: as on our own wall')
})
