// How many requests a second the edge decides, on one core: calls of the carrier, and a flood of strangers, with 50,000 numbers turned
// away, 10,000 sources known and a thousand calls on four PBXs.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSealing } from '../src/db/sealing.ts'
import { callerNumber, type PhoneNumber } from '../src/domain/telephone/phone-number.ts'
import { createCalls } from '../src/edge/calls.ts'
import type { Incoming } from '../src/edge/drachtio.ts'
import { openKnowledge } from '../src/edge/knowledge/knowledge.ts'
import { createReception } from '../src/edge/reception.ts'
import { createRefusalCounts } from '../src/edge/refusal-counts.ts'
import { createSources } from '../src/edge/sources.ts'

const rounds = 200_000
const numbers = 100_000
const trunk = '10.1.1.1'
const nodes = ['pbx1', 'pbx2', 'pbx3', 'pbx4'].map(name => ({
  name, sip: { host: `10.2.0.${name.slice(-1)}`, port: 5060 }, ami: { host: '127.0.0.1', port: 9 }, draining: false
}))
const numberOf = (i: number): string => `139${String(i % numbers).padStart(8, '0')}`

const folder = mkdtempSync(join(tmpdir(), 'edge-admission-'))
const sealing = createSealing(Buffer.alloc(32, 7))
const print = (number: PhoneNumber): string => sealing.fingerprint(number).toString('hex')
const knowledge = await openKnowledge({ folder, unlimited: [], callsPerNumber: 3, onBadFile: error => { throw error } })
await knowledge.learn({
  blocks: Array.from({ length: numbers / 2 }, (_, i) => ({
    number: print(callerNumber(numberOf(2 * i)) ?? '' as PhoneNumber), until: Date.now() + 3_600_000, ringBackUntil: 0
  })),
  unlimited: [],
  limits: [],
  callsPerNumber: null,
  places: [],
  dutyLines: [],
  edges: 1,
  nodes: [],
  trunks: null
})
const calls = createCalls()
const living = Array.from({ length: 250 }, (_, i) => `+86138${String(i).padStart(8, '0')}`)
for (const { name } of nodes) calls.said(name, living, performance.now())
const city = { name: 'city', networks: [trunk], callsPerSecond: 1_000_000, remainInDialog: false }
const counts = { answered: 0, dropped: 0, proxied: 0 }
const reception = createReception({
  trunk: city,
  budget: { calls: 5000, reserve: 10 },
  lines: 60,
  dutyNumber: '50002100',
  knowledge,
  calls,
  watch: { nodes: () => nodes, takesCalls: () => true, saw: () => {}, clockOf: () => null },
  sources: createSources(),
  refused: createRefusalCounts(),
  prints: number => [print(number)],
  wall: Date.now,
  now: () => performance.now(),
  log: { info () {}, warn () {}, error (facts, text) { throw new Error(text, { cause: facts }) }, child () { return this } }
})
const request = (i: number, source: string): Incoming => ({
  method: 'INVITE',
  uri: 'sip:962000@10.2.0.9',
  source,
  header: name => name === 'from' ? `<sip:${numberOf(i)}@${source}>;tag=a` : undefined,
  answer () { counts.answered++ },
  drop () { counts.dropped++ },
  proxy: async () => {
    counts.proxied++
    return { status: 486, by: '10.2.0.1:5060', heard: ['10.2.0.1:5060'] }
  }
})

async function rate (what: string, sourceOf: (i: number) => string): Promise<void> {
  Object.assign(counts, { answered: 0, dropped: 0, proxied: 0 })
  const begun = performance.now()
  for (let i = 0; i < rounds; i++) {
    reception.receive(request(i, sourceOf(i)))
    // the calls that were sent are answered in between, as they are
    if (i % 100 === 99) await new Promise(resolve => setImmediate(resolve))
  }
  const seconds = (performance.now() - begun) / 1000
  console.log(JSON.stringify({ figure: 'edge-admission', of: what, ours: Math.round(rounds / seconds), unit: 'decisions/s', ...counts }))
}

try {
  await rate('calls of the carrier, half of them turned away', () => trunk)
  await rate('strangers from 10,000 addresses', i => `11.${i >> 12 & 1}.${i >> 6 & 63}.${i & 63}`)
} finally {
  rmSync(folder, { recursive: true })
}
