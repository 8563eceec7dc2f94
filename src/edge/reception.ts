import type { PhoneNumber } from '../domain/telephone/phone-number.ts'
import type { Calls } from './calls.ts'
import type { Incoming } from './drachtio.ts'
import type { EdgeLog } from './edge-log.ts'
import type { Knowledge } from './knowledge.ts'
import type { NodeWatch, WatchedNode } from './node-watch.ts'
import type { RefusalCounts } from './refusal-counts.ts'
import { admit, methods, type Budget, type CallFacts, type Refusal } from './rules/admission.ts'
import { answerTo } from './rules/answers.ts'
import { callerOf, dialledOf } from './rules/caller.ts'
import { choose } from './rules/choice.ts'
import { shareOf } from './rules/shares.ts'
import type { Sources } from './sources.ts'
import { trunkFinder, type Trunk } from './trunk-networks.ts'

/** Says to a node which trunk a call came by. Nodes believe it from an edge alone. */
export const trunkHeader = 'X-LD-Trunk'

export interface ReceptionOptions {
  trunks: readonly Trunk[]
  nodes: readonly WatchedNode[]
  budget: Budget
  callsPerNumber: number
  /** dialled for the emergency duty line, beside those the knowledge has */
  dutyNumber: string
  knowledge: Knowledge
  calls: Calls
  watch: Pick<NodeWatch, 'healthy' | 'saw'>
  sources: Sources
  refused: RefusalCounts
  /** a number's fingerprint, in hexadecimal */
  print: (number: PhoneNumber) => string
  /** of the wall clock, ms: ends of blocks, minutes */
  wall: () => number
  /** of a clock that never goes back, ms */
  now: () => number
  log: EdgeLog
}

/** A stranger's requests: a wrongly configured carrier gets its answers, a scanner does not. */
const strangersPace = { perSecond: 1, burst: 10 }

/** Decides every request from outside from memory, and sends what is admitted to a node. */
export function createReception (options: ReceptionOptions): { receive: (request: Incoming) => void } {
  const { knowledge, calls, watch, sources, refused, now, wall, log } = options
  const trunkOf = trunkFinder(options.trunks)
  const byName = new Map(options.nodes.map(node => [node.name, node]))
  const addresses = new Map(options.nodes.map(({ name, sip }) => [`${sip.host}:${sip.port}`, name]))

  function refuse (request: Incoming, refusal: Refusal): void {
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

  /** Of a stranger, anything; of a trunk, more than its calls a second: only calls are counted there. */
  function inPace (request: Incoming, trunk: Trunk | null): boolean {
    if (trunk === null) return sources.take(request.source, strangersPace, now())
    const perSecond = shareOf(trunk.callsPerSecond, knowledge.edges())
    return sources.take(`trunk ${trunk.name}`, { perSecond, burst: Math.max(1, Math.ceil(perSecond)) }, now())
  }

  function factsOf (request: Incoming, trunk: Trunk | null): { facts: CallFacts, number: PhoneNumber | null, preferred: string | null } {
    const dialled = dialledOf(request.uri)
    const number = callerOf(request.header('from') ?? '', request.header('privacy'))
    const print = number === null ? null : options.print(number)
    const preferred = print === null ? null : knowledge.placeOf(print)
    const duty = dialled !== null && (dialled === options.dutyNumber || knowledge.isDutyLine(dialled))
    const facts: CallFacts = {
      trunk: trunk?.name ?? null,
      inPace: inPace(request, trunk),
      wellFormed: dialled !== null,
      looped: request.header('max-forwards')?.trim() === '0',
      forged: request.header(trunkHeader) !== undefined,
      line: duty ? 'duty' : preferred === null ? 'hotline' : 'conference',
      blocked: print !== null && knowledge.isBlocked(print, wall()),
      ofNumber: number === null ? null : calls.ofNumber(number, now()),
      numberLimit: print !== null && knowledge.hasNoLimit(print) ? null : options.callsPerNumber,
      calls: calls.all(now(), knowledge.edges()),
      nodes: options.nodes.filter(({ name }) => watch.healthy(name)).length
    }
    return { facts, number, preferred }
  }

  async function invite (request: Incoming): Promise<void> {
    const trunk = trunkOf(request.source)
    const { facts, number, preferred } = factsOf(request, trunk)
    const refusal = admit(facts, options.budget)
    if (refusal !== null || trunk === null) {
      refuse(request, refusal ?? 'stranger')
      return
    }
    const states = options.nodes.map(({ name }) => ({ name, healthy: watch.healthy(name), ...calls.of(name, now()) }))
    const [first = '', ...others] = choose(states, preferred)
    const dialled = dialledOf(request.uri) ?? ''
    const sent = calls.send(first, number, now())
    const { status, by, heard } = await request.proxy({
      destinations: [first, ...others].flatMap(name => {
        const sip = byName.get(name)?.sip
        return sip === undefined ? [] : [`sip:${dialled}@${sip.host}:${sip.port}`]
      }),
      headers: { [trunkHeader]: trunk.name },
      remainInDialog: trunk.remainInDialog
    })
    const took = addresses.get(by)
    const firstAt = byName.get(first)?.sip
    if (took !== undefined && took !== first && !heard.includes(`${firstAt?.host}:${firstAt?.port}`)) watch.saw(first, 'passed-over')
    if (status >= 200 && status < 300) calls.answered(sent, took ?? first, now())
    else calls.free(sent)
  }

  return {
    receive (request) {
      if (request.method === 'INVITE') {
        invite(request).catch((error: unknown) => { log.error({ err: error }, 'a call could not be decided') })
        return
      }
      const trunk = trunkOf(request.source)
      if (trunk === null && !inPace(request, null)) refuse(request, 'flood')
      else if (request.method === 'OPTIONS') {
        // The carrier asks whether this way in is open.
        const open = options.nodes.some(({ name }) => watch.healthy(name))
        if (open) request.answer(200, 'OK', { Allow: methods.join(', ') })
        else request.answer(503, 'Service Unavailable')
      } else refuse(request, trunk === null ? 'stranger' : 'method')
    }
  }
}
