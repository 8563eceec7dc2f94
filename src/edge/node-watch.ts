import { createAmiConnection, type AmiConnection } from '../pbx/ami/ami-connection.ts'
import { bind } from '../domain/bind.ts'
import { callerNumber } from '../domain/telephone/phone-number.ts'
import { trunkCalls } from '../pbx/trunk-calls.ts'
import type { Calls } from './calls.ts'
import type { Drachtio } from './drachtio.ts'
import type { EdgeLog } from './edge-log.ts'
import { openTestSound } from './test-sound.ts'
import type { KnownNode } from './rules/surroundings.ts'
import { isHealthy, next, testCallAfterMs, unknownHealth, type Health, type Seen } from './rules/health.ts'

export interface NodeWatchOptions {
  /** of the user `edge` of their manager interfaces; null: how busy they are is known from what was sent alone */
  amiSecret: string | null
  server: Pick<Drachtio, 'request' | 'isUp'>
  calls: Calls
  log: EdgeLog
  optionsMs?: number
  listMs?: number
  testCallMs: number
  /** ms of a clock that never goes back */
  now: () => number
}

/** Whether each node answers, takes calls, and how many it has. */
export interface NodeWatch {
  /** These are the nodes from now on. */
  follow: (nodes: readonly KnownNode[]) => void
  nodes: () => readonly KnownNode[]
  /** Something seen of a node by the way. */
  saw: (node: string, seen: Seen) => void
  /** it is given new calls: it is healthy and does not drain */
  takesCalls: (node: string) => boolean
  /** what its clock says now, ms since 1970; null: it was never asked */
  clockOf: (node: string) => number | null
  /** for the heart-beat */
  report: () => Array<{ name: string, takesCalls: boolean, sound: boolean | null, link: boolean }>
  close: () => Promise<void>
}

/** An answer may take this long, ms. */
const answerMs = 1000
/** a test call is a second long */
const callMs = 3000

interface Watched {
  node: KnownNode
  health: Health
  link: AmiConnection | null
  /** ms its clock is ahead of `now` */
  ahead: number | null
  timers: Set<NodeJS.Timeout>
  gone: boolean
}

interface Watch extends Required<NodeWatchOptions> {
  watched: Map<string, Watched>
}

export function watchNodes (options: NodeWatchOptions): NodeWatch {
  const state: Watch = { optionsMs: 1000, listMs: 1000, ...options, watched: new Map() }
  const { watched } = state
  const takesCalls = ({ node, health }: Watched): boolean => isHealthy(health) && !node.draining
  return {
    ...bind(state, { follow, saw, close }),
    nodes: () => [...watched.values()].map(({ node }) => node),
    takesCalls (name) {
      const one = watched.get(name)
      return one !== undefined && takesCalls(one)
    },
    clockOf (name) {
      const ahead = watched.get(name)?.ahead ?? null
      return ahead === null ? null : state.now() + ahead
    },
    report: () => [...watched.values()].map(one =>
      ({ name: one.node.name, takesCalls: takesCalls(one), sound: one.health.sound, link: one.link?.isUp() ?? false }))
  }
}

const sameAddresses = (a: KnownNode, b: KnownNode): boolean =>
  [a.sip.host, a.sip.port, a.ami.host, a.ami.port].join() === [b.sip.host, b.sip.port, b.ami.host, b.ami.port].join()

/** A node at other addresses is another one: nothing is known of it yet. */
function follow (state: Watch, nodes: readonly KnownNode[]): void {
  const { watched, calls, log } = state
  for (const [name, one] of watched) {
    const next = nodes.find(node => node.name === name)
    if (next && sameAddresses(next, one.node)) {
      const words = next.draining ? 'the node drains: no new calls' : 'the node is back'
      if (next.draining !== one.node.draining) log.info({ node: name }, words)
      one.node = next
    } else {
      watched.delete(name)
      calls.forget(name)
      log.info({ node: name }, 'the node has left')
      leave(one).catch(() => {})
    }
  }
  for (const node of nodes) if (!watched.has(node.name)) watched.set(node.name, join(state, node))
}

function saw ({ watched, calls, log }: Watch, name: string, seen: Seen): void {
  const one = watched.get(name)
  if (!one) return
  const before = isHealthy(one.health)
  one.health = next(one.health, seen)
  const after = isHealthy(one.health)
  if (before === after) return
  if (!after) calls.forget(name)
  log.warn({ node: name, seen }, after ? 'the node takes calls' : 'the node gets no more calls')
}

/** Again and again while the node is here, each round after the last one has ended. What fails is tried in the next round. */
function every (one: Watched, ms: () => number, work: () => Promise<void>): void {
  const round = (): void => {
    work().catch(() => {}).finally(() => {
      if (one.gone) return
      const timer = setTimeout(() => {
        one.timers.delete(timer)
        round()
      }, ms())
      one.timers.add(timer)
    })
  }
  round()
}

async function ask (state: Watch, { node: { name, sip } }: Watched): Promise<void> {
  const status = await state.server.request({ method: 'OPTIONS', uri: `sip:${sip.host}:${sip.port}` }, answerMs)
  saw(state, name, status >= 200 && status < 500 && status !== 408 ? 'answered' : 'silent')
}

async function call (state: Watch, { node: { name, sip }, health }: Watched): Promise<void> {
  if (!health.answers) return
  const sound = await openTestSound(sip)
  try {
    const status = await state.server.request({
      method: 'INVITE',
      uri: `sip:test-call@${sip.host}:${sip.port}`,
      headers: { 'Content-Type': 'application/sdp' },
      body: sound.offer,
      onProgress: sound.answered
    }, callMs)
    saw(state, name, status === 410 ? 'call-taken' : 'call-failed')
    const heard = sound.heard()
    if (status === 410 && heard !== null) saw(state, name, heard ? 'sound' : 'no-sound')
  } finally {
    sound.close()
  }
}

async function list ({ calls, now }: Watch, one: Watched, link: AmiConnection): Promise<void> {
  const { node: { name } } = one
  const askedAt = now()
  if (!link.isUp()) return
  const { timestamp } = await link.action('Ping', {}, answerMs)
  one.ahead = Number(timestamp) * 1000 - (askedAt + now()) / 2
  const found = await trunkCalls(link, answerMs)
  // Spelled as the carrier sent them.
  calls.said(name, found.map(({ number }) => callerNumber(number) ?? ''), askedAt)
}

function join (state: Watch, node: KnownNode): Watched {
  const { amiSecret, log, optionsMs, listMs, testCallMs } = state
  const { name, ami } = node
  const link = amiSecret === null
    ? null
    : createAmiConnection({ ...ami, user: 'edge', secret: amiSecret, log: log.child({ node: name }) })
  const one: Watched = { node, health: unknownHealth, link, ahead: null, timers: new Set(), gone: false }
  every(one, () => optionsMs, async () => { await ask(state, one) })
  // Not before it answers: the first one soon after that.
  const pause = (): number => one.health.answers ? testCallAfterMs(one.health, testCallMs) : optionsMs
  every(one, pause, async () => { await call(state, one) })
  if (link !== null) {
    link.start()
    every(one, () => listMs, async () => { await list(state, one, link) })
  }
  return one
}

async function leave (one: Watched): Promise<void> {
  one.gone = true
  for (const timer of one.timers) clearTimeout(timer)
  await one.link?.close()
}

async function close ({ watched }: Watch): Promise<void> {
  await Promise.all([...watched.values()].map(leave))
}
