import type { Database } from '../db/database.ts'
import type { Sealing } from '../db/sealing.ts'
import { callerNumber, type PhoneNumber } from '../domain/telephone/phone-number.ts'
import { createCalls } from './calls.ts'
import { connectDrachtio } from './drachtio.ts'
import type { EdgeLog } from './edge-log.ts'
import { addRefusals, edgeBeats, forgetRefusals, saveBeat } from './edge-store.ts'
import { openKnowledge, type Known } from './knowledge.ts'
import { conferencePlaces, dutyLines, standingBlocks, unitTelephones } from './knowledge-reads.ts'
import { watchNodes, type NodeWatch, type WatchedNode } from './node-watch.ts'
import { createReception } from './reception.ts'
import { createRefusalCounts } from './refusal-counts.ts'
import { edgesAtWork } from './rules/shares.ts'
import { createSources } from './sources.ts'
import type { Trunk } from './trunk-networks.ts'

export interface EdgeOptions {
  name: string
  server: { host: string, port: number, secret: string }
  trunks: readonly Trunk[]
  nodes: readonly WatchedNode[]
  amiSecret: string | null
  budget: { calls: number, reserve: number }
  callsPerNumber: number
  dutyNumber: string
  /** numbers that may have any number of calls, beside those of units */
  unlimitedNumbers: readonly string[]
  testCallMs: number
  /** of the edge alone: what it knows without the database */
  folder: string
  sealing: Sealing
  /** null: without one; it decides by its own file */
  db: Database | null
  log: EdgeLog
  /** once: drachtio-server does not know our secret */
  onRefused: () => void
  /** how often the database is read and written, ms */
  roundMs?: number
}

/** The SIP edge (接入边缘): decides each call before it reaches a PBX. */
export interface Edge {
  start: () => Promise<void>
  isUp: () => boolean
  nodes: () => ReturnType<NodeWatch['report']>
  /** New calls go elsewhere, calls under way stay; then it stops. */
  drain: () => Promise<void>
  stop: () => Promise<void>
}

/** Requests that are on their way to us when we sign off arrive within this time, ms. */
const quietMs = 500
/** Refusals are kept so long, days. */
const keptDays = 90

/** Nothing is connected yet. @throws Error when its folder cannot be read */
export async function createEdge (options: EdgeOptions): Promise<Edge> {
  const { db, sealing, log, name, roundMs = 2000 } = options
  const now = (): number => performance.now()
  const print = (number: PhoneNumber): string => sealing.fingerprint(number).toString('hex')
  const knowledge = await openKnowledge(options.folder, error => {
    log.warn({ err: error }, 'what was known of numbers cannot be read; it is read from the database')
  })
  const calls = createCalls()
  const refused = createRefusalCounts()
  let closed = false
  let draining = false
  let failing = false
  let timer: NodeJS.Timeout | undefined
  let forgotAt = -Infinity

  const server = connectDrachtio({
    ...options.server,
    receive: request => { reception.receive(request) },
    up: () => { log.info({}, 'the link to drachtio-server is up') },
    down: why => { log.warn({ why }, 'the link to drachtio-server is gone: the carrier hears 503 until it is back') },
    refused: options.onRefused
  })
  const watch = watchNodes({ nodes: options.nodes, amiSecret: options.amiSecret, server, calls, log, testCallMs: options.testCallMs, now })
  const reception = createReception({
    trunks: options.trunks,
    nodes: options.nodes,
    budget: options.budget,
    callsPerNumber: options.callsPerNumber,
    dutyNumber: options.dutyNumber,
    knowledge,
    calls,
    watch,
    sources: createSources(),
    refused,
    print,
    wall: Date.now,
    now,
    log
  })

  const prints = (numbers: readonly string[]): string[] =>
    [...new Set(numbers.map(callerNumber).filter(number => number !== null).map(print))].sort()

  async function read (db: Database): Promise<Known> {
    const at = Date.now()
    const [blocks, places, units, duty, beats] = await Promise.all([
      standingBlocks(db, new Date(at)), conferencePlaces(db), unitTelephones(db), dutyLines(db), edgeBeats(db)
    ])
    return {
      blocks: blocks.map(({ numberHash, until, ringBackUntil }) =>
        ({ number: numberHash.toString('hex'), until: until.getTime(), ringBackUntil: ringBackUntil?.getTime() ?? 0 })),
      places: places.flatMap(({ numbersSealed, node }) => sealing.openNumbers(numbersSealed).map(number => ({ number: print(number), node }))),
      unlimited: prints([...options.unlimitedNumbers, ...units]),
      dutyLines: duty,
      edges: edgesAtWork(beats.map(({ edge, ageMs, draining }) => ({ edge, at: at - ageMs, draining })), name, at)
    }
  }

  async function write (db: Database): Promise<void> {
    await saveBeat(db, name, draining, { link: server.isUp(), nodes: watch.report(), calls: calls.all(now(), 1) })
    const counts = refused.take()
    try {
      if (counts.length > 0) await addRefusals(db, name, counts)
    } catch (error) {
      refused.putBack(counts)
      throw error
    }
    if (now() - forgotAt < 3_600_000) return
    await forgetRefusals(db, name, keptDays)
    forgotAt = now()
  }

  /** Reads what changed and writes what happened; the calls do not wait for it. */
  async function round (): Promise<void> {
    if (db === null) return
    try {
      await write(db)
      await knowledge.learn(await read(db))
      if (failing) log.info({}, 'the database is read again')
      failing = false
    } catch (error) {
      // Once, not every two seconds.
      if (!failing) log.warn({ error: error instanceof Error ? error.message : '' }, 'without the database: decided by what was known last')
      failing = true
    }
  }

  async function rounds (): Promise<void> {
    await round()
    if (!closed) timer = setTimeout(() => { void rounds() }, roundMs)
  }

  async function stop (): Promise<void> {
    closed = true
    clearTimeout(timer)
    server.close()
    await watch.close()
  }

  return {
    async start () {
      // The database may hang: calls are taken all the same.
      void rounds()
      server.start()
      watch.start()
    },
    isUp: server.isUp,
    nodes: watch.report,
    async drain () {
      draining = true
      await server.drain(quietMs)
      await round()
      await stop()
    },
    stop
  }
}
