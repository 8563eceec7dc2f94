// What a second PBX costs: CPU of all Asterisks, service, node process, PostgreSQL and Redis a call, without what they use while nobody
// calls. Two PBXs against one, with the same calls and as many agents, in turns; each turn has servers of its own. As root: the node
// process stands apart.
// node bench/nodes.ts [seconds] [calls a second] [rounds] [agents]: 60 s at 20, three rounds, 300 agents by default.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Test } from 'tap'
import { freePort } from '../test/harness/servers/ports.ts'
import type { TestPbx } from '../test/harness/servers/pbx.ts'
import { startStack, type Stack } from '../test/harness/servers/stack.ts'
import { agentsAtWork } from './calls/agents-at-work.ts'
import { citizensCall, type CitizensCount } from './calls/citizens.ts'
import { asATest } from './machine/as-a-test.ts'
import { cpuOf, processWith } from './machine/cpu-of.ts'
import { everybodyHasHungUp } from './machine/machine-is-idle.ts'

const seconds = Number(process.argv[2] ?? 60)
const perSecond = Number(process.argv[3] ?? 20)
const rounds = Number(process.argv[4] ?? 3)
const agents = Number(process.argv[5] ?? 300)
const staysMs = 8000
const idleSeconds = 10

const parts = ['pbx', 'service', 'node', 'database', 'redis'] as const
type Parts = Record<typeof parts[number], number>
const partsOf = (of: (part: keyof Parts) => number): Parts =>
  ({ pbx: of('pbx'), service: of('service'), node: of('node'), database: of('database'), redis: of('redis') })
const sumOf = (values: Parts): number => parts.reduce((sum, part) => sum + values[part], 0)
const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

/** CPU ms so far, of all processes of a part. */
function meterOf ({ service, node, postgres, redis }: Stack, pbxs: readonly TestPbx[]): () => Parts {
  const pids: Record<keyof Parts, number[]> = {
    pbx: pbxs.map(({ paths }) => processWith('asterisk', paths.config)),
    service: [service.pid()],
    node: [node?.pid() ?? 0],
    database: [processWith('postgres', new URL(postgres?.url ?? '').port)],
    redis: [redis.pid()]
  }
  return () => partsOf(part => pids[part].reduce((sum, pid) => sum + cpuOf(pid), 0))
}

/** An equal share of the citizens dials at each PBX. */
async function citizens (pbxs: readonly TestPbx[]): Promise<CitizensCount> {
  const counts = await Promise.all(pbxs.map(async ({ config }) => {
    const folder = join(config.dataDir, 'citizens')
    mkdirSync(folder)
    const from = { host: config.trunk.host, port: await freePort(config.trunk.host) }
    return await citizensCall({ folder, from, to: config.sip, perSecond: perSecond / pbxs.length, seconds, staysMs, talks: true })
  }))
  const sum = (of: keyof CitizensCount): number => counts.reduce((all, count) => all + count[of], 0)
  return { placed: sum('placed'), well: sum('well'), failed: sum('failed') }
}

/** @returns CPU ms a call: what the calls add, and with what is used anyway */
async function measure (t: Test, further: readonly string[]): Promise<{ added: number, whole: number }> {
  const stack = await startStack(t, {
    desks: [],
    ownDatabase: true,
    moreNodes: further,
    nodeApart: true,
    settings: { TRUNK_CHANNELS: '1000', TRUNK_RESERVED_INBOUND: '0', QUEUE_SECONDS: '60', LOG_LEVEL: 'warn' }
  })
  const { db, service, more } = stack
  const pbxs = [stack.pbx, ...more.map(({ pbx }) => pbx)]
  await agentsAtWork(stack, agents)
  const cpu = meterOf(stack, pbxs)

  // Not until the machine is idle: what a second PBX has the service do while nobody calls is more than that allows.
  await everybodyHasHungUp(stack.network)
  const resting = cpu()
  await wait(idleSeconds * 1000)
  const rested = cpu()
  const idle = partsOf(part => (rested[part] - resting[part]) / idleSeconds)

  const begun = new Date()
  const before = cpu()
  const { placed, failed } = await citizens(pbxs)
  for (const pbx of pbxs) await everybodyHasHungUp(pbx)
  await service.settle()
  const after = cpu()
  const lasted = (Date.now() - begun.getTime()) / 1000
  const [seen] = await db.query<{ ended: number, answered: number, recorded: number, onFirst: number, p99: number | null }>(
    `select count(ended_at)::int ended, count(answered_by)::int answered, count(*) filter (where recorded)::int recorded,
      count(*) filter (where node = 'pbx1')::int "onFirst",
      percentile_cont(0.99) within group (order by extract(epoch from answered_at - queued_at)) p99
    from call where direction = 'inbound' and offered_at >= $1 and queued_at is not null`, [begun])
  const whole = Math.round((sumOf(after) - sumOf(before)) / placed)
  const perCall = partsOf(part => Math.round((after[part] - before[part] - idle[part] * lasted) / placed))
  console.log(JSON.stringify({
    figure: 'nodes',
    of: `PBXs: ${pbxs.length}`,
    ours: sumOf(perCall),
    unit: 'CPU ms a call',
    perSecond,
    seconds,
    agents,
    placed,
    failed,
    ...seen,
    p99: Math.round((seen?.p99 ?? 0) * 1000),
    perCall,
    whole,
    idle: partsOf(part => Math.round(idle[part]))
  }))
  return { added: sumOf(perCall), whole }
}

type Measured = Awaited<ReturnType<typeof measure>>
const [two, one]: [Measured[], Measured[]] = [[], []]
for (let round = 0; round < rounds; round++) {
  await asATest(async t => { two.push(await measure(t, ['pbx2'])) })
  await asATest(async t => { one.push(await measure(t, [])) })
}
for (const sum of ['added', 'whole'] as const) {
  const [ours, bare] = [middle(two.map(m => m[sum])), middle(one.map(m => m[sum]))]
  console.log(JSON.stringify({
    figure: 'nodes',
    of: sum === 'added' ? 'two PBXs against one' : 'the same, with what is used while nobody calls',
    ours,
    bare,
    unit: 'CPU ms a call',
    ratio: Math.round(ours / bare * 100) / 100,
    ...sum === 'added' ? { wanted: 1.1 } : {}
  }))
}
