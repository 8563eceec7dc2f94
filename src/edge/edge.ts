import type { Database } from '../db/database.ts'
import type { Sealing } from '../db/sealing.ts'
import { callerNumber, type PhoneNumber } from '../domain/telephone/phone-number.ts'
import { createCalls } from './calls.ts'
import { addressesAtStart, createCarrierHosts } from './carrier-hosts.ts'
import { connectDrachtio, type DrachtioOptions } from './drachtio.ts'
import type { EdgeLog } from './edge-log.ts'
import { exchangeWithDatabase } from './knowledge/exchange.ts'
import { openKnowledge } from './knowledge/knowledge.ts'
import { watchNodes } from './node-watch.ts'
import { createReception, type ReceptionOptions } from './reception.ts'
import { nodesInUse, type EdgeNode } from './rules/surroundings.ts'
import { createRefusalCounts } from './refusal-counts.ts'
import { createSources } from './sources.ts'

export interface EdgeOptions extends Pick<ReceptionOptions, 'budget' | 'dutyNumber'> {
  name: string
  /** the carrier of the settings, `trunk` */
  trunk: { host: string, callsPerSecond: number, channels: number }
  server: Pick<DrachtioOptions, 'host' | 'port' | 'secret' | 'authority'>
  /** without rows of the service calls go to these; a row's node is reached at the address named here */
  nodes: readonly EdgeNode[]
  amiSecret: string | null
  /** calls at once of a number, where no row says it */
  callsPerNumber: number
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
}

/** The SIP edge (接入边缘): decides each call before it reaches a PBX. */
export interface Edge {
  start: () => void
  /** New calls go elsewhere, calls under way stay; then it stops. */
  drain: () => Promise<void>
  stop: () => Promise<void>
}

/** Requests that are on their way to us when we sign off arrive within this time, ms. */
const quietMs = 500

/** Nothing is connected yet. */
export async function createEdge (options: EdgeOptions): Promise<Edge> {
  const { db, sealing, log, name, nodes, trunk: { host, callsPerSecond, channels: lines } } = options
  const now = (): number => performance.now()
  const prints = (number: PhoneNumber): string[] => sealing.fingerprints(number).map(print => print.toString('hex'))
  const knowledge = await openKnowledge({
    folder: options.folder,
    callsPerNumber: options.callsPerNumber,
    unlimited: options.unlimitedNumbers.map(callerNumber).filter(number => number !== null).flatMap(prints),
    onBadFile: error => { log.warn({ err: error }, 'what was known of numbers cannot be read; it is read from the database') }
  })
  const networks = await addressesAtStart(host).catch(() => {
    log.warn({ host }, 'the name of the settings\' carrier is not found: until the service\'s trunks are known, no call is taken')
    return []
  })
  const trunk = { name: 'trunk', networks, callsPerSecond, remainInDialog: false }
  const calls = createCalls()
  const refused = createRefusalCounts()
  const server = connectDrachtio({
    ...options.server,
    receive: request => { reception.receive(request) },
    onUp: () => { log.info({}, 'the link to drachtio-server is up') },
    onDown: why => { log.warn({ why }, 'the link to drachtio-server is gone: the carrier hears 503 until it is back') },
    onUnreachable: why => { log.warn({ why }, 'no link to drachtio-server: the carrier hears 503 until there is one') },
    onRefused: options.onRefused
  })
  const watch = watchNodes({ amiSecret: options.amiSecret, server, calls, log, testCallMs: options.testCallMs, now })
  const reception = createReception({
    ...options, trunk, lines, knowledge, calls, watch, sources: createSources(), refused, prints, wall: Date.now, now
  })
  const follow = (): void => { watch.follow(nodesInUse(knowledge.nodes(), nodes)) }
  const database = db && exchangeWithDatabase({
    db,
    name,
    sealing,
    prints,
    knowledge: {
      async learn (known) { await knowledge.learn(known).finally(follow) },
      trunks: knowledge.trunks
    },
    hosts: createCarrierHosts(now),
    refused,
    log,
    report () {
      const loads = watch.report().map(node => ({ ...node, ...calls.of(node.name, now()) }))
      return {
        link: server.isUp(),
        calls: calls.all(now(), 1),
        nodes: loads.map(({ said, sent, ...node }) => ({ ...node, calls: said + sent }))
      }
    }
  })

  async function stop (): Promise<void> {
    database?.stop()
    server.close()
    await watch.close()
  }

  return {
    start () {
      database?.start()
      server.start()
      follow()
    },
    async drain () {
      await server.drain(quietMs)
      await database?.signOff()
      await stop()
    },
    stop
  }
}
