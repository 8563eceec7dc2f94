// One day of a city's hotline, second by second, on the rules of the product: the edge chooses a PBX (`choose`), one queue gives the
// agents to the PBXs (`seatsFor`), and the trunk's budget admits callbacks (`admit`). No server runs.
import { admit } from '../../src/dialler/placing/rules/trunk-admission.ts'
import { legPriority } from '../../src/domain/telephone/legs.ts'
import { choose } from '../../src/edge/rules/choice.ts'
import { agentsFor, goesBefore, seatsFor, type WaitingCitizen } from '../../src/features/agents/rules/seating.ts'
import { createChance, type Chance } from '../../test/harness/chance.ts'

export interface Day {
  /** of an ordinary course; a storm's come on top */
  calls: number
  /** on duty at the busiest hour; at others fewer, as the calls are */
  agents: number
  nodes: readonly string[]
  trunk: { channels: number, reservedInbound: number, callsPerSecond: number }
  /** orders to be rung back */
  callbacks: number
  /** the hour a storm breaks: for two hours three times as many dial; null: none */
  stormAt: number | null
}

export interface DayResult {
  offered: number
  answered: number
  /** percent of those offered */
  within20s: number
  abandoned: number
  /** the carrier had no channel left */
  refused: number
  /** seconds */
  waitP50: number
  waitP95: number
  /** most in one second, in one hour, and at once */
  callsPerSecond: number
  callsPerHour: number
  channels: number
  callbacks: number
  callbacksPerHour: number
  callbacksLeft: number
  /** answered while somebody who goes before had waited for more than a second */
  inversions: number
  /** the dearest round of seats, ms */
  seatsMs: number
}

interface Citizen extends WaitingCitizen { at: number }
interface Agent { extension: string, seat: string | null, busyUntil: number }

interface City {
  day: Day
  chance: Chance
  agents: readonly Agent[]
  /** living calls of each PBX */
  onLine: Map<string, number>
  waiting: Citizen[]
  /** second → what happens in it */
  patienceEnds: Map<number, Citizen[]>
  callEnds: Map<number, string[]>
  callbackEnds: Map<number, number[]>
  /** the attempt of each that is to be placed: 1 to 3 */
  callbackDue: Map<number, number[]>
  ready: number[]
  callbacksNow: number
  waits: number[]
  perHour: number[]
  callbacksPerHour: number[]
  result: DayResult
}

/** Calls of each hour, in parts: a hill in the morning, one in the afternoon, a quiet night. */
const course = [7, 4, 3, 3, 3, 5, 12, 28, 62, 88, 92, 74, 52, 66, 84, 82, 74, 62, 52, 46, 40, 32, 20, 9]
const whole = course.reduce((sum, part) => sum + part, 0)
const busiest = Math.max(...course)
const callbackHours = [9, 10, 11, 14, 15, 16, 17, 18, 19]
/** Mean seconds of a talk, of the work after it, of a citizen's patience, of a callback that is answered and of one that is not. */
const mean = { talk: 300, wrapUp: 100, patience: 180, survey: 55, ringing: 35 }
const again = 2 * 3600

const nothing: DayResult = {
  offered: 0,
  answered: 0,
  within20s: 0,
  abandoned: 0,
  refused: 0,
  waitP50: 0,
  waitP95: 0,
  callsPerSecond: 0,
  callsPerHour: 0,
  channels: 0,
  callbacks: 0,
  callbacksPerHour: 0,
  callbacksLeft: 0,
  inversions: 0,
  seatsMs: 0
}

function put<T> (map: Map<number, T[]>, at: number, what: T): void {
  const list = map.get(at)
  if (list) list.push(what)
  else map.set(at, [what])
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((all, one) => all + one, 0)
const change = ({ onLine }: City, node: string, by: number): void => { onLine.set(node, (onLine.get(node) ?? 0) + by) }

function hangUp (city: City, second: number): void {
  for (const node of city.callEnds.get(second) ?? []) change(city, node, -1)
  city.callbacksNow -= city.callbackEnds.get(second)?.length ?? 0
  const tired = new Set(city.patienceEnds.get(second))
  if (tired.size === 0) return
  const staying = city.waiting.filter(citizen => !tired.has(citizen))
  for (const citizen of city.waiting) if (tired.has(citizen)) change(city, citizen.node, -1)
  city.result.abandoned += city.waiting.length - staying.length
  city.waiting = staying
}

function dialIn (city: City, second: number, hour: number): void {
  const { day, chance, result, onLine } = city
  const stormy = day.stormAt !== null && hour >= day.stormAt && hour < day.stormAt + 2
  const dialling = chance.howMany(day.calls * (course[hour] ?? 0) / whole / 3600 * (stormy ? 3 : 1))
  result.callsPerSecond = Math.max(result.callsPerSecond, dialling)
  city.perHour[hour] = (city.perHour[hour] ?? 0) + dialling
  for (let i = 0; i < dialling; i++) {
    result.offered++
    const [node] = choose(day.nodes.map(name => ({ name, healthy: true, said: onLine.get(name) ?? 0, sent: 0 })), null)
    if (node === undefined || sum(onLine.values()) + city.callbacksNow >= day.trunk.channels) {
      result.refused++
      continue
    }
    change(city, node, 1)
    // one in fifty dials the duty line
    const citizen = { node, priority: chance.happens(0.02) ? 20 : 0, since: new Date(second * 1000 + i), at: second }
    city.waiting.push(citizen)
    put(city.patienceEnds, second + 5 + chance.seconds(mean.patience), citizen)
  }
  result.channels = Math.max(result.channels, sum(onLine.values()) + city.callbacksNow)
}

/** Each agent gets a seat, then each PBX gives its first citizens to those who sit there. */
function serve (city: City, second: number, hour: number): void {
  const { day, chance, agents, result } = city
  const onDuty = Math.max(2, Math.ceil(day.agents * (course[hour] ?? 0) / busiest))
  const free = agents.slice(0, onDuty).filter(agent => agent.busyUntil <= second)
  if (city.waiting.length === 0 || free.length === 0) return
  const begun = performance.now()
  const reachable = free.map(agent => ({ ...agent, nodes: day.nodes }))
  const seats = seatsFor(agentsFor(city.waiting, reachable), reachable, day.nodes)
  result.seatsMs = Math.max(result.seatsMs, performance.now() - begun)
  const queues = new Map(day.nodes.map(node => [node, [] as Citizen[]]))
  for (const citizen of city.waiting.sort((a, b) => goesBefore(a, b) ? -1 : 1)) queues.get(citizen.node)?.push(citizen)
  const served = new Set<Citizen>()
  for (const agent of free) {
    agent.seat = seats.get(agent.extension) ?? null
    const citizen = queues.get(agent.seat ?? '')?.shift()
    if (citizen === undefined) continue
    served.add(citizen)
    city.waits.push(second - citizen.at)
    const lasts = chance.lasting(mean.talk)
    agent.busyUntil = second + lasts + chance.lasting(mean.wrapUp)
    put(city.callEnds, second + lasts, citizen.node)
  }
  city.waiting = city.waiting.filter(citizen => !served.has(citizen))
  const [first] = city.waiting.filter(citizen => second - citizen.at > 1)
  if (first !== undefined) result.inversions += [...served].filter(citizen => goesBefore(first, citizen)).length
}

/** As many callbacks as the trunk's budget admits in this second. */
function ringBack (city: City, second: number, hour: number): void {
  const { day, chance, result } = city
  city.ready.push(...city.callbackDue.get(second) ?? [])
  if (city.ready.length === 0 || !callbackHours.includes(hour)) return
  const living = Array.from({ length: city.callbacksNow }, (_, i) => (
    { legId: String(i), priority: legPriority.automated, answered: true, hangupWanted: false }))
  const { admitted } = admit(
    [{
      id: 'trunk',
      ...day.trunk,
      priority: 1,
      weight: 1,
      costClass: 1,
      silentAt: [],
      deaf: false,
      placedInSecond: 0,
      living,
      others: sum(city.onLine.values())
    }],
    city.ready.slice(0, 100).map((_, i) => ({ requestId: String(i), priority: legPriority.automated, nodes: ['pbx1'] })))
  for (const attempt of city.ready.splice(0, admitted.length)) {
    const answers = chance.happens(0.6)
    put(city.callbackEnds, second + (answers ? chance.lasting(mean.survey) : mean.ringing), 1)
    city.callbacksNow++
    city.callbacksPerHour[hour] = (city.callbacksPerHour[hour] ?? 0) + 1
    if (answers || attempt === 3) result.callbacks++
    else put(city.callbackDue, second + again, attempt + 1)
  }
}

export function runDay (day: Day): DayResult {
  const chance = createChance(1)
  const city: City = {
    day,
    chance,
    agents: Array.from({ length: day.agents }, (_, i) => ({ extension: String(10_000 + i), seat: null, busyUntil: 0 })),
    onLine: new Map(day.nodes.map(node => [node, 0])),
    waiting: [],
    patienceEnds: new Map(),
    callEnds: new Map(),
    callbackEnds: new Map(),
    callbackDue: new Map(),
    ready: [],
    callbacksNow: 0,
    waits: [],
    perHour: [],
    callbacksPerHour: [],
    result: { ...nothing }
  }
  for (let i = 0; i < day.callbacks; i++) {
    const hour = callbackHours[i % callbackHours.length] ?? 9
    put(city.callbackDue, hour * 3600 + Math.floor(chance.share() * 3600), 1)
  }
  for (let second = 0; second < 86_400; second++) {
    const hour = Math.floor(second / 3600)
    hangUp(city, second)
    dialIn(city, second, hour)
    serve(city, second, hour)
    ringBack(city, second, hour)
  }
  const waits = city.waits.sort((a, b) => a - b)
  const { result } = city
  return {
    ...result,
    answered: waits.length,
    within20s: Math.round(100 * waits.filter(wait => wait <= 20).length / result.offered),
    waitP50: waits[Math.floor(waits.length * 0.5)] ?? 0,
    waitP95: waits[Math.floor(waits.length * 0.95)] ?? 0,
    callsPerHour: Math.max(...city.perHour.filter(Number)),
    callbacksPerHour: Math.max(0, ...city.callbacksPerHour.filter(Number)),
    callbacksLeft: day.callbacks - result.callbacks,
    seatsMs: Math.round(result.seatsMs)
  }
}
