import { createAmiConnection, type AmiConnection } from '../pbx/ami/ami-connection.ts'
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
  report: () => Record<string, Health & { link: boolean }>
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

export function watchNodes (options: NodeWatchOptions): NodeWatch {
  const { server, calls, log, now, optionsMs = 1000, listMs = 1000, testCallMs } = options
  const timers = new Set<NodeJS.Timeout>()
  let closed = false
  const watched = new Map<string, Watched>(options.nodes.map(node => [node.name, {
    ...node,
    health: unknownHealth,
    link: options.amiSecret === null
      ? null
      : createAmiConnection({ ...node.ami, user: 'edge', secret: options.amiSecret, pingMs: 10_000, log: log.child({ node: node.name }) })
  }]))

  function saw (name: string, seen: Seen): void {
    const node = watched.get(name)
    if (!node) return
    const before = isHealthy(node.health)
    node.health = next(node.health, seen)
    const after = isHealthy(node.health)
    if (before === after) return
    if (!after) calls.forget(name)
    log.warn({ node: name, seen }, after ? 'the node takes calls' : 'the node gets no more calls')
  }

  /** Again and again, each round after the last one has ended. */
  function every (ms: () => number, work: () => Promise<void>): void {
    const round = (): void => {
      work().catch(() => {}).finally(() => {
        if (closed) return
        const timer = setTimeout(() => {
          timers.delete(timer)
          round()
        }, ms())
        timers.add(timer)
      })
    }
    round()
  }

  async function ask (node: Watched): Promise<void> {
    const uri = `sip:${node.sip.host}:${node.sip.port}`
    const status = await server.request({ method: 'OPTIONS', uri }, answerMs)
    saw(node.name, status >= 200 && status < 500 && status !== 408 ? 'answered' : 'silent')
  }

  async function call (node: Watched): Promise<void> {
    if (!node.health.answers) return
    const status = await server.request({
      method: 'INVITE',
      uri: `sip:test-call@${node.sip.host}:${node.sip.port}`,
      headers: { 'Content-Type': 'application/sdp' },
      body: offer(node.sip)
    }, callMs)
    saw(node.name, status === 410 ? 'call-taken' : 'call-failed')
  }

  async function list (node: Watched, link: AmiConnection): Promise<void> {
    const askedAt = now()
    if (!link.isUp()) return
    const found = await trunkCalls(link, answerMs)
    calls.said(node.name, found.map(({ number }) => number), askedAt)
  }

  return {
    start () {
      for (const node of watched.values()) {
        const { link } = node
        every(() => optionsMs, async () => { await ask(node) })
        // Not before it answers: the first one soon after that.
        every(() => node.health.answers ? testCallAfterMs(node.health, testCallMs) : optionsMs, async () => { await call(node) })
        if (link === null) continue
        link.start()
        every(() => listMs, async () => { await list(node, link) })
      }
    },
    saw,
    healthy: name => isHealthy(watched.get(name)?.health ?? unknownHealth),
    report: () => Object.fromEntries([...watched.values()].map(({ name, health, link }) => [name, { ...health, link: link?.isUp() ?? false }])),
    async close () {
      closed = true
      for (const timer of timers) clearTimeout(timer)
      await Promise.all([...watched.values()].map(async ({ link }) => { await link?.close() }))
    }
  }
}
