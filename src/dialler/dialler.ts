import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Database, Queryable, Tx } from '../db/database.ts'
import type { Sealing } from '../db/sealing.ts'
import { bind } from '../domain/bind.ts'
import type { Clock } from '../domain/time/clock.ts'
import type { LegPurpose } from '../domain/telephone/legs.ts'
import type { LackedBy } from './placing/deciding.ts'
import type { PhoneNumber } from '../domain/telephone/phone-number.ts'
import { endsChannel, type JournalHandler } from '../pbx/pbx-event.ts'
import type { AlarmHandler, Alarms, Sweep } from '../queue/alarms.ts'
import type { DialPermission } from './permission/dial-permission.ts'
import type { Dialler, LegListener, TrunkSetting } from './dialler-types.ts'
import { hangUp, type UnwantedLeg } from './legs/hanging-up.ts'
import { createLegFacts, type LegFacts } from './legs/leg-facts.ts'
import type { LegNodes, PlacedLeg } from './legs/leg-nodes.ts'
import { createPlacing, type Placing } from './placing/placing.ts'
import { createRecovery, type LegOver } from './placing/recovery.ts'
import { createRequests } from './requests.ts'
import { enterSettings, saveShares, saveTrunkHeard, silentTrunks, trunkAddresses } from './trunks/trunk-store.ts'
import { diallerCounts } from './request-store.ts'
import { isLoopback } from './placing/rules/trunk-admission.ts'

export interface DiallerOptions {
  db: Database
  sealing: Sealing
  clock: Clock
  nodes: LegNodes
  alarms: Alarms
  trunks: readonly TrunkSetting[]
  timeZone: string
  /** sample people are loaded: their numbers lie in real ranges, so only loopback trunks are used */
  sampleLoaded: (db: Queryable) => Promise<boolean>
  /** ships and handles a node's journal up to its present end; rejects when it could not: nothing may be concluded then */
  catchUpJournal: (node: string) => Promise<void>
  /** the carrier of a trunk has stopped answering OPTIONS, or answers again; reported once per change, whichever process noticed */
  onTrunk: (tx: Tx, trunk: { id: string, silentSince: Date | null, at: Date }) => Promise<void>
  /** asked about every number, at the request and again before ringing */
  permission: DialPermission
  /** mobiles before which this carrier wants its prefix; default none */
  isOutOfTown?: (number: PhoneNumber) => boolean
  /** the PBXs that lack one of these spoken prompts; default none */
  lackedBy?: LackedBy
  log: Logger
}

export interface DiallerHealth {
  /** requests that are due or will be */
  waiting: number
  living: number
  /** legs the PBX has not reported on for more than 30 s */
  inDoubt: number
  /** why the dialler places nothing at all */
  refusal: 'trunk-not-loopback' | null
}

export interface RunningDialler extends Dialler {
  journalHandler: JournalHandler
  alarmHandlers: AlarmHandler[]
  sweeps: Sweep[]
  /** to be called after each login to a PBX */
  recover: (node: string) => Promise<void>
  /** its PBX reported by OriginateResponse that a leg failed; the journal need not say so */
  originateFailed: (leg: PlacedLeg) => void
  /** its PBX told directly how a leg ends; the journal need not say so */
  legOver: (leg: PlacedLeg & LegOver) => void
  /** something may have become due or free */
  wake: () => void
  /** A PBX reports that the carrier of this trunk answers its OPTIONS, or does not. The last report counts. */
  trunkHeard: (node: string, id: string, answers: boolean) => Promise<void>
  /** trunks whose carrier does not answer, and since when */
  silentTrunks: (queryable: Queryable) => Promise<Array<{ id: string, silentSince: Date }>>
  health: () => Promise<DiallerHealth>
  /** writes the configured trunks and begins to place */
  start: () => Promise<void>
  stop: () => Promise<void>
}

/** NOTIFY channel by which a process that only takes requests wakes the one that places them. */
const wakeChannel = 'dialler'

interface DiallerState extends Required<DiallerOptions> {
  listeners: Map<LegPurpose, LegListener>
  /** this process, as written into the legs it places */
  instance: string
  started: boolean
  unlisten: (() => Promise<void>) | undefined
  /** placing has been asked for and has not begun */
  woken: boolean
  /** reports about trunks are stored in the order of their arrival */
  heard: Promise<void>
}

type Recovery = ReturnType<typeof createRecovery>

/** What the dialler is made of. */
interface Parts {
  requests: ReturnType<typeof createRequests>
  facts: LegFacts
  placing: Placing
  recoveries: ReadonlyMap<string, Recovery>
  /** something may have become due or free */
  wake: () => void
}

/** The one dialler: every outbound call of the service is a leg of it. */
export function createDialler (options: DiallerOptions): RunningDialler {
  const state: DiallerState = {
    isOutOfTown: () => false,
    lackedBy: async () => [],
    ...options,
    listeners: new Map(),
    instance: randomUUID(),
    started: false,
    unlisten: undefined,
    woken: false,
    heard: Promise.resolve()
  }
  const parts = createParts(state)
  const { requests, facts, placing, recoveries, wake } = parts
  return {
    request: requests.request,
    cancel: requests.cancel,
    moveTo: requests.moveTo,
    moveWaiting: requests.moveWaiting,
    dialNow: requests.dialNow,
    ...bind(state, { listen, health }),
    journalHandler: {
      name: 'dialler',
      async handle (tx, events) {
        await facts.apply(tx, await facts.read(tx, events))
        // The end of a citizen's call frees a channel, too.
        if (events.some(event => endsChannel(event) && event.channel.startsWith('PJSIP/trunk'))) tx.afterCommit(wake)
      }
    },
    alarmHandlers: [{ family: 'dial', async ring () { wake() } }],
    sweeps: [
      { name: 'dialler-placing', pace: 'emergency', async run () { if (state.started) await placing.place() } },
      {
        name: 'dialler-overrunning',
        pace: 'ordinary',
        async run (now) {
          if (!state.started) return
          await Promise.all([...recoveries.values()].map(async recovery => { await recovery.sweep(now) }))
        }
      }
    ],
    async recover (node) { await recoveries.get(node)?.recover() },
    // A process that only takes requests reads no journal: the placing processes settle what became of a leg.
    originateFailed (leg) { if (state.started) doubt(recoveries, leg) },
    legOver ({ node, ...leg }) { if (state.started) recoveries.get(node)?.ended(leg) },
    wake,
    async trunkHeard (node, id, answers) {
      const mine = state.heard.then(async () => { await keepTrunk(state, wake, { node, id, answers }) })
      state.heard = mine.catch(() => {})
      await mine
    },
    silentTrunks,
    async start () { await start(state, wake) },
    async stop () { await stop(state, parts) }
  }
}

function createParts (state: DiallerState): Parts {
  const { db, sealing, clock, nodes, alarms, timeZone, instance, sampleLoaded, permission, isOutOfTown, lackedBy } = state
  const { listeners, log } = state
  const withdraw = (legs: readonly UnwantedLeg[]): void => { void hangUp(state, legs) }
  const placeNow = (): void => {
    state.woken = false
    placing.place().catch((error: unknown) => { log.error(error, 'placing failed; the sweep tries again') })
  }
  const wake = (): void => {
    if (!state.started) {
      db.wake(wakeChannel)
    } else if (!state.woken) {
      state.woken = true
      setImmediate(placeNow)
    }
  }
  const requests = createRequests({
    sealing,
    clock,
    alarms,
    listeners,
    permission,
    wake,
    placeWithin: async (tx, howMany) => { if (state.started) await placing.placeWithin(tx, howMany) },
    hangUp: withdraw,
    refusal: async queryable => await refusal(state, queryable)
  })
  const facts = createLegFacts({ alarms, listeners, wake, hangUp: withdraw })
  const placing = createPlacing({
    db,
    sealing,
    clock,
    nodes,
    instance,
    timeZone,
    sampleLoaded,
    permission,
    isOutOfTown,
    lackedBy,
    hangUp: withdraw,
    log,
    cancel: async (tx, ids, reason) => { await requests.cancel(tx, ids, reason) },
    onRefused: leg => { doubt(recoveries, leg) }
  })
  const recoveries = createRecoveries(state, placing, facts)
  return { requests, facts, placing, recoveries, wake }
}

function createRecoveries (state: DiallerState, placing: Placing, facts: LegFacts): Parts['recoveries'] {
  const { db, sealing, clock, nodes, timeZone, instance, sampleLoaded, catchUpJournal, log } = state
  const recoveries = new Map<string, Recovery>()
  nodes.each(node => {
    const recovery = createRecovery({
      db,
      sealing,
      clock,
      node,
      placing,
      instance,
      timeZone,
      sampleLoaded,
      catchUpJournal: async () => { await catchUpJournal(node.name) },
      apply: facts.apply,
      hangUp: async legs => { await hangUp(state, legs) },
      log
    })
    recoveries.set(node.name, recovery)
    return () => {
      recoveries.delete(node.name)
      void recovery.stop()
    }
  })
  return recoveries
}

function doubt (recoveries: Parts['recoveries'], { legId, node }: PlacedLeg): void {
  recoveries.get(node)?.doubt(legId)
}

function listen ({ listeners }: DiallerState, listener: LegListener): void {
  if (listeners.has(listener.purpose)) throw new Error(`legs of purpose ${listener.purpose} have a listener already`)
  listeners.set(listener.purpose, listener)
}

async function refusal ({ sampleLoaded }: DiallerState, queryable: Queryable): Promise<DiallerHealth['refusal']> {
  if (!await sampleLoaded(queryable)) return null
  const addresses = await trunkAddresses(queryable)
  return addresses.length > 0 && addresses.every(address => !isLoopback(address)) ? 'trunk-not-loopback' : null
}

async function keepTrunk (
  { db, clock, onTrunk }: DiallerState, wake: () => void, { node, id, answers }: { node: string, id: string, answers: boolean }
): Promise<void> {
  const at = clock.now()
  await db.tx(async tx => {
    const changed = await saveTrunkHeard(tx, { id, node, answers, at })
    if (changed === 'trunk') await onTrunk(tx, { id, silentSince: answers ? null : at, at })
    if (answers && changed !== 'nothing') tx.afterCommit(wake)
  })
}

async function health (state: DiallerState): Promise<DiallerHealth> {
  const { db, clock } = state
  const now = clock.now()
  const [counts, refused] = await Promise.all([
    diallerCounts(db, new Date(now.getTime() - 30_000)),
    refusal(state, db)
  ])
  return { ...counts, refusal: refused }
}

async function start (state: DiallerState, wake: () => void): Promise<void> {
  const { db, trunks, nodes, log } = state
  const kept = await db.tx(async tx => {
    const kept = await enterSettings(tx, trunks)
    saveShares(tx, nodes.all.map(node => node.name))
    return kept
  })
  if (kept.length > 0) log.info({ trunks: kept }, 'these trunks were changed on the page: the settings TRUNK_… do not hold for them')
  state.started = true
  state.unlisten = await state.db.listen(wakeChannel, wake)
  wake()
}

async function stop (state: DiallerState, { placing, recoveries }: Parts): Promise<void> {
  state.started = false
  await state.unlisten?.()
  await placing.stop()
  for (const recovery of recoveries.values()) await recovery.stop()
}
