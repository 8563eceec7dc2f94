// A city's hotline, simulated: 25 million people, on an ordinary day, a busy one, the busiest on record, and with a storm. For each: how
// many agents answer four in five within 20 seconds, and what PBXs and trunk then carry. `npm run bench -- city`
import { runDay, type Day, type DayResult } from './calls/city-day.ts'

const nodes = ['pbx1', 'pbx2', 'pbx3']
// Every third call becomes an order, and each order is rung back.
const day = (calls: number, agents: number, stormAt: number | null = null): Day => ({
  calls, agents, nodes, stormAt, callbacks: Math.round(calls / 3), trunk: { channels: 3000, reservedInbound: 50, callsPerSecond: 30 }
})

const days = {
  'an ordinary day': [23_000, null],
  'a busy day': [45_000, null],
  'the busiest day on record': [80_000, null],
  'an ordinary day with a storm at four': [23_000, 16],
  'the busiest day with a storm at four': [80_000, 16]
} as const satisfies Record<string, readonly [number, number | null]>

function report (of: string, agents: number, { seatsMs, ...result }: DayResult): void {
  console.log(JSON.stringify({ figure: 'city', of, agents, ours: seatsMs, unit: 'ms, dearest round of seats', ...result }))
}

/** The fewest agents who answer four in five within 20 s, to two in a hundred. */
function agentsFor (calls: number, stormAt: number | null): number {
  let [few, enough] = [1, 4096]
  while (enough - few > enough / 50) {
    const agents = Math.floor((few + enough) / 2)
    if (runDay(day(calls, agents, stormAt)).within20s >= 80) enough = agents
    else few = agents
  }
  return enough
}

for (const [of, [calls, stormAt]] of Object.entries(days)) {
  const agents = agentsFor(calls, stormAt)
  report(of, agents, runDay(day(calls, agents, stormAt)))
}
const usual = agentsFor(23_000, null)
report('a storm at four, and nobody more on duty', usual, runDay(day(23_000, usual, 16)))
