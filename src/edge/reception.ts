import { bind } from '../domain/bind.ts'
import type { PhoneNumber } from '../domain/telephone/phone-number.ts'
import { createAnsweredCalls, type AnsweredCalls } from './answered-calls.ts'
import type { Calls } from './calls.ts'
import type { Incoming } from './drachtio.ts'
import type { EdgeLog } from './edge-log.ts'
import type { Knowledge } from './knowledge/knowledge.ts'
import type { NodeWatch } from './node-watch.ts'
import type { RefusalCounts } from './refusal-counts.ts'
import { admit, budgetOf, methods, type Budget, type BudgetSettings, type CallFacts, type Refusal } from './rules/admission.ts'
import { answerTo } from './rules/answers.ts'
import { callerOf, dialledOf } from './rules/caller.ts'
import { choose } from './rules/choice.ts'
import { noteOf } from './rules/note.ts'
import { shareOf } from './rules/shares.ts'
import type { EdgeNode, Trunk } from './rules/surroundings.ts'
import type { Sources } from './sources.ts'
import { trunkFinder } from './trunk-networks.ts'

/**
 * Says to a node which trunk a call came by, and when it was sent; nodes believe it from an edge alone. A header that SIP has once
 * (RFC 3261 §20.25): ours takes the place of one from outside, while drachtio-server puts others behind those that came.
 */
const noteHeader = 'Organization'

export interface ReceptionOptions {
  /** the carrier of the settings: it counts while no row of the service was ever read */
  trunk: Trunk
  budget: BudgetSettings
  /** calls at once on that carrier */
  lines: number
  /** dialled for the emergency duty line, beside those the knowledge has */
  dutyNumber: string
  knowledge: Knowledge
  calls: Calls
  watch: Pick<NodeWatch, 'nodes' | 'takesCalls' | 'saw' | 'clockOf'>
  sources: Sources
  refused: RefusalCounts
  /** a number's fingerprints, in hexadecimal */
  prints: (number: PhoneNumber) => string[]
  /** of the wall clock, ms: ends of blocks, minutes */
  wall: () => number
  /** of a clock that never goes back, ms */
  now: () => number
  log: EdgeLog
}

/** A stranger's requests: a wrongly configured carrier gets its answers, a scanner does not. */
const strangersPace = { perSecond: 1, burst: 10 }

interface Reception extends ReceptionOptions {
  trunkOf: (source: string) => Trunk | null
  /** the rows `trunkOf` goes by */
  rows: readonly Trunk[] | null
  taken: AnsweredCalls
}

/** Names an INVITE and its copies. */
const transactionOf = ({ header }: Incoming): string => ['call-id', 'cseq', 'via'].map(header).join('|')

const sipOf = ({ sip }: EdgeNode): string => `${sip.host}:${sip.port}`

/** Decides every request from outside from memory, and sends what is admitted to a node. */
export function createReception (options: ReceptionOptions): { receive: (request: Incoming) => void } {
  const rows = options.knowledge.trunks()
  const state: Reception = { ...options, rows, trunkOf: trunkFinder(rows ?? [options.trunk]), taken: createAnsweredCalls() }
  return bind(state, { receive })
}

function trunkOf (state: Reception, source: string): Trunk | null {
  const rows = state.knowledge.trunks()
  if (rows !== state.rows) Object.assign(state, { rows, trunkOf: trunkFinder(rows ?? [state.trunk]) })
  return state.trunkOf(source)
}

function receive (state: Reception, request: Incoming): void {
  const { watch } = state
  const trunk = trunkOf(state, request.source)
  if (request.method === 'INVITE') {
    invite(state, request, trunk).catch((error: unknown) => {
      state.log.error({ err: error }, 'a call could not be decided')
      request.answer(503, 'Service Unavailable')
    })
  } else if (trunk === null && !inPace(state, request, null)) refuse(state, request, 'flood')
  else if (trunk === null) refuse(state, request, 'stranger')
  else if (request.method !== 'OPTIONS') refuse(state, request, 'method')
  // The carrier asks whether this way in is open.
  else if (watch.nodes().some(({ name }) => watch.takesCalls(name))) request.answer(200, 'OK', { Allow: methods.join(', ') })
  else request.answer(503, 'Service Unavailable')
}

function refuse ({ refused, wall }: Reception, request: Incoming, refusal: Refusal): void {
  refused.note(request.source, refusal, wall())
  const { status, reason, retryAfter } = answerTo(refusal)
  if (status === null) {
    request.drop()
    return
  }
  request.answer(status, reason, {
    ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
    ...(refusal === 'method' ? { Allow: methods.join(', ') } : {})
  })
}

/** Of a stranger, anything; of a trunk, calls a second. */
function inPace ({ sources, knowledge, now }: Reception, request: Incoming, trunk: Trunk | null): boolean {
  if (trunk === null) return sources.take(request.source, strangersPace, now())
  const perSecond = shareOf(trunk.callsPerSecond, knowledge.edges())
  return sources.take(`trunk ${trunk.name}`, { perSecond, burst: Math.max(1, Math.ceil(perSecond)) }, now())
}

const noBudget: Budget = { calls: 0, reserve: 0 }
/** Of a stranger nothing is looked at but the pace: a flood shall cost as little as can be. */
const stranger: CallFacts = {
  trunk: null,
  inPace: true,
  wellFormed: true,
  looped: false,
  line: 'hotline',
  blocked: false,
  ofNumber: null,
  numberLimit: null,
  calls: 0,
  nodes: 0
}

interface Asked { dialled: string | null, number: PhoneNumber | null, prints: readonly string[], place: ReturnType<Knowledge['placeOf']> }

function askedOf ({ knowledge, prints: printsOf }: Reception, request: Incoming): Asked {
  const number = callerOf(request.header('from') ?? '', request.header('privacy'))
  const prints = number === null ? [] : printsOf(number)
  return {
    dialled: dialledOf(request.uri),
    number,
    prints,
    place: knowledge.placeOf(prints)
  }
}

function factsOf (state: Reception, request: Incoming, trunk: Trunk, { dialled, number, prints, place }: Asked): CallFacts {
  const { knowledge, calls, watch, now, wall } = state
  const duty = dialled !== null && (dialled === state.dutyNumber || knowledge.isDutyLine(dialled))
  return {
    trunk: trunk.name,
    inPace: inPace(state, request, trunk),
    wellFormed: dialled !== null,
    looped: request.header('max-forwards')?.trim() === '0',
    line: duty ? 'duty' : place?.conference === true ? 'conference' : 'hotline',
    blocked: knowledge.isBlocked(prints, wall()),
    ofNumber: number === null ? null : calls.ofNumber(number, now()),
    numberLimit: number === null ? null : knowledge.limitOf(prints),
    calls: calls.all(now(), knowledge.edges()),
    nodes: watch.nodes().filter(({ name }) => watch.takesCalls(name)).length
  }
}

async function invite (state: Reception, request: Incoming, trunk: Trunk | null): Promise<void> {
  const { calls, watch, taken, knowledge, now } = state
  if (trunk === null) {
    refuse(state, request, admit({ ...stranger, inPace: inPace(state, request, null) }, noBudget) ?? 'stranger')
    return
  }
  if (taken.isCopy(transactionOf(request), now())) {
    request.drop()
    return
  }
  const asked = askedOf(state, request)
  const refusal = admit(factsOf(state, request, trunk, asked), budgetOf(state.budget, knowledge.lines() ?? state.lines))
  if (refusal !== null) {
    refuse(state, request, refusal)
    return
  }
  const nodes = watch.nodes()
  const seen = nodes.map(({ name }) => ({ name, healthy: watch.takesCalls(name), ...calls.of(name, now()) }))
  const chosen = choose(seen, asked.place?.node ?? null).flatMap(name => nodes.find(node => node.name === name) ?? [])
  const first = chosen[0]
  if (first === undefined) return
  const sent = calls.send(first.name, asked.number, now())
  const { status, by, heard } = await request.proxy({
    destinations: chosen.map(node => `sip:${asked.dialled}@${sipOf(node)}`),
    headers: { [noteHeader]: noteOf(trunk.name, chosen.length > 1 ? { node: first.name, at: watch.clockOf(first.name) } : null) },
    remainInDialog: trunk.remainInDialog
  })
  const took = chosen.find(node => sipOf(node) === by)?.name
  if (took !== undefined && !heard.includes(sipOf(first))) watch.saw(first.name, 'passed-over')
  if (status >= 200 && status < 300) {
    calls.answered(sent, took ?? first.name, now())
    taken.answered(transactionOf(request), now())
  } else {
    calls.free(sent)
  }
}
