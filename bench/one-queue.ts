// One queue over two nodes under load: citizens dial at both, more of them than there are agents for, and each is to be served by the time
// of waiting. Counts the inversions: who was offered an agent while another had waited more than a second longer elsewhere, once by the
// journals of both and once as the service counted them. `idle`: how long a free agent's telephone is silent while somebody waits.
// node bench/one-queue.ts [seconds] [calls a second at both together] [agents] [ms a citizen stays] [ms more or less]: 180 s at 10.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../test/harness/servers/ports.ts'
import { startStack } from '../test/harness/servers/stack.ts'
import { idleWhileWaited, inversionsIn, queueSince } from '../test/harness/stories/queue-order.ts'
import { agentsAtWork } from './calls/agents-at-work.ts'
import { citizensCall } from './calls/citizens.ts'
import { asATest } from './machine/as-a-test.ts'

const seconds = Number(process.argv[2] ?? 180)
const perSecond = Number(process.argv[3] ?? 10)
const agents = Number(process.argv[4] ?? 40)
const staysMs = Number(process.argv[5] ?? 5000)
// who stays for less than the wait gives up
const spreadMs = Number(process.argv[6] ?? 3000)

await asATest(async t => {
  const stack = await startStack(t, {
    desks: [],
    moreNodes: ['pbx2'],
    settings: { TRUNK_CHANNELS: '1000', TRUNK_RESERVED_INBOUND: '0', QUEUE_SECONDS: '60', LOG_LEVEL: 'warn' }
  })
  const { db, service, more: [second] } = stack
  if (!second) throw new Error('there is no second PBX')
  await agentsAtWork(stack, agents)
  const begun = new Date()
  const both = await Promise.all([stack.pbx, second.pbx].map(async ({ config }) => {
    const folder = join(config.dataDir, 'citizens')
    mkdirSync(folder)
    const from = { host: config.trunk.host, port: await freePort(config.trunk.host) }
    return await citizensCall({ folder, from, to: config.sip, perSecond: perSecond / 2, seconds, staysMs, spreadMs, talks: true })
  }))
  await service.settle()
  const [seen] = await db.query<{ ended: number, answered: number, onFirst: number, p50: number, p99: number }>(
    `select count(ended_at)::int ended, count(answered_by)::int answered, count(*) filter (where node = 'pbx1')::int "onFirst",
      percentile_cont(0.5) within group (order by extract(epoch from answered_at - queued_at)) p50,
      percentile_cont(0.99) within group (order by extract(epoch from answered_at - queued_at)) p99
    from call where direction = 'inbound' and offered_at >= $1`, [begun])
  const counted = await db.query<{ offered: string, longerMs: number }>(
    'select offered, longer_ms "longerMs" from queue_inversion where at >= $1 order by at', [begun])
  const { waits, rings } = await queueSince(db, begun)
  const inversions = inversionsIn(waits)
  const idle = idleWhileWaited(waits, rings)
  const idleAt = (share: number): number => Math.round(idle[Math.floor(idle.length * share)] ?? 0)
  if (process.env.SHOW !== undefined) console.error({ inversions, counted })
  console.log(JSON.stringify({
    figure: 'one-queue',
    ours: inversions.length,
    unit: 'inversions over 1 s',
    perSecond,
    seconds,
    agents,
    placed: both.reduce((sum, { placed }) => sum + placed, 0),
    failed: both.reduce((sum, { failed }) => sum + failed, 0),
    ...seen,
    p50: Math.round((seen?.p50 ?? 0) * 1000),
    p99: Math.round((seen?.p99 ?? 0) * 1000),
    longest: Math.max(0, ...inversions.map(({ longerMs }) => longerMs)),
    counted: counted.length,
    countedAlike: counted.filter(({ offered }) => inversions.some(({ citizen }) => citizen === offered)).length,
    idleP50: idleAt(0.5),
    idleP99: idleAt(0.99)
  }))
})
