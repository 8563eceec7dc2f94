import type { Logger } from 'pino'
import { Webhook } from 'standardwebhooks'
import { refuseInsideTransaction, type Database } from '../../../db/database.ts'
import type { Sealing } from '../../../db/sealing.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import type { AlarmHandler, Alarms, Sweep } from '../../../queue/alarms.ts'
import { hourly } from '../../../queue/hourly.ts'
import { signing } from '../registry/rules/secrets.ts'
import { openSecrets } from '../registry/sealed-secrets.ts'
import { openConnections, post, type Connections } from './post.ts'
import type { Resolve } from './resolve.ts'
import { faultOf, maxWaitMs, nextTry, restsUntil, type Answer } from './rules/next-try.ts'
import {
  dueEndpoints, endBeyond, endOverdue, forgetSettled, insertAttempt, leaveEndpoint, lockTried, nextDelivery, peerAnswered, peerFailed,
  putOff, settle, switchOff, takeEndpoint, type NextDelivery
} from './sending-store.ts'

export interface SendingOptions {
  db: Database
  sealing: Sealing
  clock: Clock
  alarms: Alarms
  log: Logger
  resolve: Resolve
  /** what a peer has for one delivery: name, connection, answer; ms */
  timeoutMs: number
  /** what an endpoint may keep waiting; the oldest beyond it are dead */
  maxWaiting: number
  /** endpoints that are sent to at the same time */
  atOnce: number
}

/** Sends what is due, each endpoint by itself: a peer that is slow or dead delays nobody. */
export interface Sending {
  alarm: AlarmHandler
  sweeps: Sweep[]
  /** resolves when no turn is under way */
  settled: () => Promise<void>
  /** Gives up what is under way: it is sent again under the same id. */
  stop: () => Promise<void>
}

/** Deliveries of one turn; then other endpoints have theirs. */
const perTurn = 20
/** A process that died had an endpoint for so long, ms; longer than one delivery takes. */
const leaseMs = 30_000
/** Rows a sweep changes at most. */
const batch = 200
/** What was sent or dropped is kept for so long, ms. */
const keptMs = 30 * 86_400_000

interface State extends SendingOptions {
  /** turns under way, by endpoint */
  turns: Map<string, Promise<void>>
  ending: AbortController
}

export function createSending (options: SendingOptions): Sending {
  const state: State = { ...options, turns: new Map(), ending: new AbortController() }
  const { db, maxWaiting } = options
  return {
    alarm: { family: 'webhook', ring: async () => { await look(state) } },
    sweeps: [
      {
        name: 'outgoing events',
        pace: 'ordinary',
        async run (now) {
          await endOverdue(db, new Date(now.getTime() - maxWaitMs), now, batch)
          await look(state)
        }
      },
      hourly('old outgoing events', async now => {
        await endBeyond(db, maxWaiting, now)
        await forgetSettled(db, new Date(now.getTime() - keptMs), 10 * batch)
      })
    ],
    async settled () { while (state.turns.size > 0) await Promise.all(state.turns.values()) },
    async stop () {
      state.ending.abort()
      await Promise.all(state.turns.values())
    }
  }
}

/** Begins a turn for each endpoint with something due; waits for no peer. */
async function look (state: State): Promise<void> {
  const { db, clock, turns, atOnce, ending } = state
  const free = atOnce - turns.size
  if (free <= 0 || ending.signal.aborted) return
  for (const id of await dueEndpoints(db, clock.now(), [...turns.keys()], free)) {
    if (!turns.has(id)) turns.set(id, turn(state, id))
  }
}

/** One turn; what became due during it, others have passed by: it is looked for again. */
async function turn (state: State, endpointId: string): Promise<void> {
  const { turns, log } = state
  try {
    const tried = await takeTurn(state, endpointId).finally(() => { turns.delete(endpointId) })
    if (tried > 0) await look(state)
  } catch (error) {
    log.error({ err: error, endpoint: endpointId }, 'outgoing events could not be sent; the next sweep tries again')
  }
}

/** @returns how many were tried */
async function takeTurn (state: State, endpointId: string): Promise<number> {
  const { db, clock, ending } = state
  let lease = leaseFrom(clock.now())
  if (!await takeEndpoint(db, endpointId, clock.now(), lease)) return 0
  const connections = openConnections()
  let tried = 0
  try {
    for (let goesOn = true; goesOn && tried < perTurn && !ending.signal.aborted;) {
      const delivery = await nextDelivery(db, endpointId, clock.now())
      if (delivery === null) break
      const began = performance.now()
      const answer = await postSigned(state, delivery, connections)
      // Given up because the process ends: nobody knows whether it arrived.
      if (ending.signal.aborted) break
      const next = leaseFrom(clock.now())
      goesOn = await writeDown(state, endpointId, delivery.id, { answer, ms: Math.round(performance.now() - began), lease, next })
      if (goesOn) lease = next
      tried++
    }
  } finally {
    connections.close()
    await leaveEndpoint(db, endpointId, lease)
  }
  return tried
}

const leaseFrom = (now: Date): Date => new Date(now.getTime() + leaseMs)

/** Each living secret signs: during a change the peer goes by either. */
async function postSigned (state: State, delivery: NextDelivery, connections: Connections): Promise<Answer> {
  const { sealing, clock, resolve, timeoutMs, ending } = state
  const now = clock.now()
  const body = sealing.open(delivery.bodySealed)
  const secrets = signing(openSecrets(sealing, delivery.secretsSealed), now)
  refuseInsideTransaction('the peer of an interface')
  return await post({
    url: delivery.url,
    allowNetworks: delivery.allowNetworks,
    headers: {
      'webhook-id': delivery.id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': secrets.map(secret => new Webhook(secret).sign(delivery.id, now, body)).join(' ')
    },
    body
  }, { resolve, connections, timeoutMs, ending: ending.signal })
}

interface Outcome { answer: Answer, ms: number, lease: Date, next: Date }

/** @returns whether the turn goes on */
async function writeDown (state: State, endpointId: string, id: string, { answer, ms, lease, next }: Outcome): Promise<boolean> {
  const { db, clock, alarms } = state
  const now = clock.now()
  const share = Math.random()
  return await db.tx(async tx => {
    const tried = await lockTried(tx, endpointId, id)
    if (tried === null) return false
    const isOurs = tried.lease?.getTime() === lease.getTime()
    const said = 'status' in answer ? { status: answer.status, error: null } : { status: null, error: answer.error }
    insertAttempt(tx, endpointId, id, { at: now, ms, ...said })
    const decided = nextTry({ attempts: tried.attempts + 1, answer, now, share })
    if (decided === 'sent') settle(tx, id, 'sent', now)
    // A person, or a sweep, has settled it meanwhile.
    else if (tried.state !== 'waiting') return false
    else if (decided === 'dead' || decided === 'off') settle(tx, id, 'dead', now)
    else putOff(tx, id, decided.at)
    const rests = restsUntil({ failures: tried.failures + 1, answer, now, share })
    if (decided === 'off') switchOff(tx, endpointId)
    else if (rests !== null) peerFailed(tx, endpointId, rests)
    else peerAnswered(tx, endpointId, { lease, next, success: faultOf(answer) === 'none' ? now : null })
    const at = typeof decided === 'object' ? laterOf(decided.at, rests) : rests
    if (at !== null) await alarms.set(tx, { family: 'webhook', id: `webhook-${id}-${at.getTime()}`, at, payload: { endpoint: endpointId } })
    return isOurs && decided !== 'off' && rests === null
  })
}

const laterOf = (a: Date, b: Date | null): Date => b !== null && b > a ? b : a
