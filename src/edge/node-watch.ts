import { createAmiConnection, type AmiConnection } from '../pbx/ami/ami-connection.ts'
import { bind } from '../domain/bind.ts'
import { callerNumber } from '../domain/telephone/phone-number.ts'
import { trunkCalls } from '../pbx/trunk-calls.ts'
import type { Calls } from './calls.ts'
import type { Drachtio } from './drachtio.ts'
import type { EdgeLog } from './edge-log.ts'
import { isHealthy, next, testCallAfterMs, unknownHealth, type Health, type Seen } from './rules/health.ts'

export interface WatchedNode { name: string, sip: { host: string, port: number }, ami: { host: string, port: number } }

export interface NodeWatchOptions {
  nodes: readonly WatchedNode[]
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
  start: () => void
  /** Something seen of a node by the way. */
  saw: (node: string, seen: Seen) => void
  healthy: (node: string) => boolean
  /** for the heart-beat */
  report: () => Array<{ name: string, takesCalls: boolean, link: boolean }>
  close: () => Promise<void>
}

/** An answer may take this long, ms. */
const answerMs = 1000
const callMs = 2000

/** A whole offer: a node without sound ports refuses it. */
const offer = ({ host, port }: { host: string, port: number }): string => [
  'v=0', `o=edge 0 0 IN IP4 ${host}`, 's=-', `c=IN IP4 ${host}`, 't=0 0', `m=audio ${port} RTP/AVP 8`, 'a=inactive', ''
].join('\r\n')

interface Watched extends WatchedNode { health: Health, link: AmiConnection | null }

interface Watch extends Required<NodeWatchOptions> {
  watched: ReadonlyMap<string, Watched>
  timers: Set<NodeJS.Timeout>
  closed: boolean
}

export function watchNodes (options: NodeWatchOptions): NodeWatch {
  const { amiSecret, log } = options
  const state: Watch = {
    optionsMs: 1000,
    listMs: 1000,
    ...options,
    timers: new Set(),
    closed: false,
    watched: new Map(options.nodes.map(node => [node.name, {
      ...node,
      health: unknownHealth,
      link: amiSecret === null
        ? null
        : createAmiConnection({ ...node.ami, user: 'edge', secret: amiSecret, log: log.child({ node: node.name }) })
    }]))
  }
  const { watched } = state
  return {
    ...bind(state, { start, saw, close }),
    healthy: name => isHealthy(watched.get(name)?.health ?? unknownHealth),
    report: () => [...watched.values()].map(({ name, health, link }) =>
      ({ name, takesCalls: isHealthy(health), link: link?.isUp() ?? false }))
  }
}

function saw ({ watched, calls, log }: Watch, name: string, seen: Seen): void {
  const node = watched.get(name)
  if (!node) return
  const before = isHealthy(node.health)
  node.health = next(node.health, seen)
  const after = isHealthy(node.health)
  if (before === after) return
  if (!after) calls.forget(name)
  log.warn({ node: name, seen }, after ? 'the node takes calls' : 'the node gets no more calls')
}

/** Again and again, each round after the last one has ended. What fails is tried in the next round. */
function every (state: Watch, ms: () => number, work: () => Promise<void>): void {
  const round = (): void => {
    work().catch(() => {}).finally(() => {
      if (state.closed) return
      const timer = setTimeout(() => {
        state.timers.delete(timer)
        round()
      }, ms())
      state.timers.add(timer)
    })
  }
  round()
}

async function ask (state: Watch, { name, sip }: Watched): Promise<void> {
  const status = await state.server.request({ method: 'OPTIONS', uri: `sip:${sip.host}:${sip.port}` }, answerMs)
  saw(state, name, status >= 200 && status < 500 && status !== 408 ? 'answered' : 'silent')
}

async function call (state: Watch, { name, sip, health }: Watched): Promise<void> {
  if (!health.answers) return
  const status = await state.server.request({
    method: 'INVITE',
    uri: `sip:test-call@${sip.host}:${sip.port}`,
    headers: { 'Content-Type': 'application/sdp' },
    body: offer(sip)
  }, callMs)
  saw(state, name, status === 410 ? 'call-taken' : 'call-failed')
}

async function list ({ calls, now }: Watch, name: string, link: AmiConnection): Promise<void> {
  const askedAt = now()
  if (!link.isUp()) return
  const found = await trunkCalls(link, answerMs)
  // Spelled as the carrier sent them.
  calls.said(name, found.map(({ number }) => callerNumber(number) ?? ''), askedAt)
}

function start (state: Watch): void {
  const { optionsMs, listMs, testCallMs } = state
  for (const node of state.watched.values()) {
    const { name, link } = node
    every(state, () => optionsMs, async () => { await ask(state, node) })
    // Not before it answers: the first one soon after that.
    const pause = (): number => node.health.answers ? testCallAfterMs(node.health, testCallMs) : optionsMs
    every(state, pause, async () => { await call(state, node) })
    if (link === null) continue
    link.start()
    every(state, () => listMs, async () => { await list(state, name, link) })
  }
}

async function close (state: Watch): Promise<void> {
  state.closed = true
  for (const timer of state.timers) clearTimeout(timer)
  await Promise.all([...state.watched.values()].map(async ({ link }) => { await link?.close() }))
}
