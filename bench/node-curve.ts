// What one node carries: citizens dial at a rising rate, each is greeted, queued, answered, recorded and journalled, and stays eight
// seconds; sound flows both ways. Telephones and citizens share the two cores; their CPU is not counted.
// node bench/node-curve.ts [seconds a rate] [rates] [agents] [ms a call stays]: 20 s at 1 to 30 new calls a second unless told otherwise.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startStack } from '../test/harness/servers/stack.ts'
import { freePort } from '../test/harness/servers/ports.ts'
import { agentsAtWork } from './calls/agents-at-work.ts'
import { citizensCall } from './calls/citizens.ts'
import { asATest } from './machine/as-a-test.ts'
import { cpuOf, processWith } from './machine/cpu-of.ts'
import { everybodyHasHungUp, machineIsIdle } from './machine/machine-is-idle.ts'

const seconds = Number(process.argv[2] ?? 20)
const rates = (process.argv[3] ?? '1,2,4,6,8,12,16,20,25,30').split(',').map(Number)
const agents = Number(process.argv[4] ?? 300)
const staysMs = Number(process.argv[5] ?? 8000)

type Parts = Record<'pbx' | 'service' | 'database', number>
const mapOf = (parts: Parts, of: (ms: number, part: keyof Parts) => number): Parts =>
  ({ pbx: of(parts.pbx, 'pbx'), service: of(parts.service, 'service'), database: of(parts.database, 'database') })

await asATest(async t => {
  const stack = await startStack(t, {
    desks: [],
    ownDatabase: true,
    settings: { TRUNK_CHANNELS: '1000', TRUNK_RESERVED_INBOUND: '0', QUEUE_SECONDS: '60', LOG_LEVEL: 'warn' }
  })
  const { pbx, db, service } = stack
  const databaseUrl = stack.postgres?.url ?? ''
  await agentsAtWork(stack, agents)
  const pids = {
    pbx: processWith('asterisk', pbx.paths.config),
    service: processWith('service-child'),
    database: processWith('postgres', new URL(databaseUrl).port)
  }
  const cpu = (): Parts => ({ pbx: cpuOf(pids.pbx), service: cpuOf(pids.service), database: cpuOf(pids.database) })
  const folder = join(pbx.config.dataDir, 'citizens')
  mkdirSync(folder)
  // the carrier's address at a port of its own: the telephones have the other
  const from = { host: pbx.config.trunk.host, port: await freePort(pbx.config.trunk.host) }

  /** What the three use while nobody calls, ms of CPU a second. */
  await machineIsIdle()
  const idleBefore = cpu()
  await wait(10_000)
  const idle = mapOf(cpu(), (ms, part) => (ms - idleBefore[part]) / 10)

  for (const perSecond of rates) {
    await everybodyHasHungUp({ console: pbx.console })
    await machineIsIdle()
    const begun = new Date()
    const before = cpu()
    const { placed, failed } = await citizensCall({ folder, from, to: pbx.config.sip, perSecond, seconds, staysMs, talks: true })
    await service.settle()
    const lasted = (Date.now() - begun.getTime()) / 1000
    const used = mapOf(cpu(), (ms, part) => ms - before[part] - idle[part] * lasted)
    const [seen] = await db.query<{ ended: number, answered: number, recorded: number, p99: number | null }>(
      `select count(ended_at)::int ended, count(answered_by)::int answered, count(*) filter (where recorded)::int recorded,
        percentile_cont(0.99) within group (order by extract(epoch from answered_at - queued_at)) p99
      from call where direction = 'inbound' and offered_at >= $1`, [begun])
    const perCall = mapOf(used, ms => Math.round(ms / placed))
    console.log(JSON.stringify({
      figure: 'node-curve',
      ours: perCall.pbx + perCall.service + perCall.database,
      unit: 'CPU ms a call',
      perSecond,
      staysMs,
      placed,
      failed,
      ...seen,
      p99: Math.round((seen?.p99 ?? 0) * 1000),
      perCall
    }))
    // the knee: one in a hundred fails, or is not answered
    if (failed + placed - (seen?.answered ?? 0) > placed / 100) break
  }
})
