// What the edge costs: citizens' calls through it against straight to the PBX, in turns, beside a real drachtio-server.
// DRACHTIO_ADDRESS and DRACHTIO_SECRET name one; without it the figure is skipped. No other client may be connected to it.
// node bench/edge.ts [seconds a rate] [rates] [agents]: 20 s at 5 to 40 new calls a second, 300 agents by default.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Test } from 'tap'
import { edgeProcess, edgeSettings, nodesSetting } from '../test/harness/edge-process.ts'
import { noRealServer, realServer } from '../test/harness/edge/edge-server.ts'
import { freePort } from '../test/harness/servers/ports.ts'
import { startStack, type Stack } from '../test/harness/servers/stack.ts'
import { startCarrier, type Carrier } from '../test/harness/telephones/carrier.ts'
import { agentsAtWork } from './calls/agents-at-work.ts'
import { citizensCall } from './calls/citizens.ts'
import { strangersCall } from './calls/strangers.ts'
import { asATest } from './machine/as-a-test.ts'
import { everybodyHasHungUp, machineIsIdle } from './machine/machine-is-idle.ts'

const seconds = Number(process.argv[2] ?? 20)
const rates = (process.argv[3] ?? '5,8,12,16,20,25,30,35,40').split(',').map(Number)
const agents = Number(process.argv[4] ?? 300)
const staysMs = 4000
const floodPerSecond = 2000
const ways = ['straight', 'through'] as const
type Way = typeof ways[number]
interface At { host: string, port: number }

const p99 = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? NaN
const round = (value: number): number => Math.round(value * 100) / 100
const print = (figure: object): void => { console.log(JSON.stringify(figure)) }

/** Calls of one rate by one way. `whole`: queued, recorded and journalled to their end. */
async function callsBy (
  { db, pbx, service }: Stack, folder: string, to: At, perSecond: number
): Promise<{ placed: number, failed: number, whole: number }> {
  await everybodyHasHungUp(pbx)
  await machineIsIdle()
  const [clock] = await db.query<{ at: Date }>('select clock_timestamp() as at')
  const from = { host: pbx.config.trunk.host, port: await freePort(pbx.config.trunk.host) }
  const { placed, failed } = await citizensCall({ folder, from, to, perSecond, seconds, staysMs, talks: true, withheld: true })
  // A machine that is overrun hangs up long after: its calls failed.
  const overrun = await everybodyHasHungUp(pbx).then(() => false, () => true)
  if (overrun) await everybodyHasHungUp(pbx)
  await service.settle()
  const [seen] = await db.query<{ whole: number }>(`select count(*)::int as whole from call
    where direction = 'inbound' and offered_at >= $1 and queued_at is not null and recorded and ended_at is not null`, [clock?.at])
  return { placed, failed: overrun ? placed : failed, whole: seen?.whole ?? 0 }
}

/** Calls at an even pace: from INVITE to the first answer above 100, and to the final one, ms. */
async function setUps (carrier: Carrier, perSecond: number): Promise<{ first: number[], final: number[] }> {
  const begun = performance.now()
  const calls = []
  for (let i = 0; i < perSecond * seconds; i++) {
    await wait(Math.max(0, begun + i * 1000 / perSecond - performance.now()))
    const call = carrier.call({ lines: ['Privacy: id'] })
    calls.push(call)
    setTimeout(() => { call.hangUp().catch(() => {}) }, staysMs)
  }
  await wait(staysMs + 1000)
  return { first: calls.flatMap(call => call.firstMs() ?? []), final: calls.flatMap(call => call.finalMs() ?? []) }
}

async function measure (t: Test): Promise<void> {
  const server = await realServer(t)
  const stack = await startStack(t, {
    desks: [],
    ownDatabase: true,
    settings: {
      ...edgeSettings,
      TRUNK_CHANNELS: '2000',
      TRUNK_RESERVED_INBOUND: '0',
      TRUNK_CALLS_PER_SECOND: '1000',
      QUEUE_SECONDS: '60',
      LOG_LEVEL: 'warn'
    }
  })
  const { pbx, postgres } = stack
  const { host } = pbx.config.trunk
  const edge = await edgeProcess(t, server, {
    DATABASE_URL: postgres?.url ?? '',
    EDGE_NODES: nodesSetting([pbx]),
    EDGE_CALLS: '2000',
    LOG_LEVEL: 'warn'
  })
  await edge.says(/takes calls/)
  await agentsAtWork(stack, agents)
  const folder = join(pbx.config.dataDir, 'citizens')
  mkdirSync(folder)
  const doors: Record<Way, At> = { straight: pbx.config.sip, through: server.sip }
  const best: Record<Way, number> = { straight: 0, through: 0 }
  const over = new Set<Way>()
  for (const perSecond of rates) {
    for (const way of ways) {
      if (over.has(way)) continue
      const counts = await callsBy(stack, folder, doors[way], perSecond)
      const share = Math.max(counts.failed, counts.placed - counts.whole) / counts.placed
      print({ figure: 'edge', of: 'calls that failed', way, perSecond, ours: round(share * 100), unit: '%', ...counts })
      if (share < 0.01) best[way] = perSecond
      else over.add(way)
    }
    if (over.size === ways.length) break
  }
  const { version } = server
  print({ figure: 'edge', ours: best.through, bare: best.straight, unit: 'calls/s', ratio: round(best.through / best.straight), version })

  const half = Math.max(1, Math.floor(best.straight / 2))
  const carriers: Record<Way, Carrier> = {
    straight: await startCarrier(t, host, doors.straight), through: await startCarrier(t, host, doors.through)
  }
  const heard: Record<Way | 'flooded', { first: number[], final: number[] }> = {
    straight: { first: [], final: [] }, through: { first: [], final: [] }, flooded: { first: [], final: [] }
  }
  for (let turn = 0; turn < 2; turn++) {
    for (const way of [...ways, 'flooded'] as const) {
      await everybodyHasHungUp(pbx)
      await machineIsIdle()
      const flood = way === 'flooded' ? strangersCall({ from: '127.0.0.7', to: doors.through, perSecond: floodPerSecond, seconds }) : null
      const { first, final } = await setUps(carriers[way === 'flooded' ? 'through' : way], half)
      await flood
      heard[way].first.push(...first)
      heard[way].final.push(...final)
    }
  }
  const firsts = { ours: p99(heard.through.first), bare: p99(heard.straight.first) }
  print({
    figure: 'edge',
    of: `INVITE to the first answer, added at p99, ${half} calls/s`,
    ours: round(firsts.ours - firsts.bare),
    unit: 'ms',
    through: round(firsts.ours),
    straight: round(firsts.bare),
    answered: [heard.through.first.length, heard.straight.first.length],
    version
  })
  const finals = { ours: p99(heard.flooded.final), bare: p99(heard.through.final) }
  print({
    figure: 'edge',
    of: `set-up at p99 beside ${floodPerSecond} strangers a second, ${half} calls/s`,
    ours: round(finals.ours),
    bare: round(finals.bare),
    unit: 'ms',
    ratio: round(finals.ours / finals.bare),
    answered: [heard.flooded.final.length, heard.through.final.length],
    version
  })
}

if (noRealServer) {
  print({ figure: 'edge', skipped: noRealServer })
} else {
  await asATest(measure)
}
