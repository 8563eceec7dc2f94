import type { Logger } from 'pino'
import type { ReaderUnit } from '../domain/people/reader-unit.ts'
import type { Database, Queryable } from '../db/database.ts'
import type { Sealing } from '../db/sealing.ts'
import type { Clock } from '../domain/time/clock.ts'
import { withoutExtension, type PhoneNumber } from '../domain/telephone/phone-number.ts'
import type { Feed, FeedAudience } from '../feed/feed.ts'
import type { Desired } from '../pbx/desired/desired.ts'
import type { HealthCheck } from '../domain/health-check.ts'
import type { Module } from '../module.ts'
import type { LiveState } from '../pbx/live-state.ts'
import type { Nodes } from '../pbx/nodes.ts'
import type { Alarms, Sweep } from '../queue/alarms.ts'
import type { LackedBy } from './placing/deciding.ts'
import { createDialler, type RunningDialler } from './dialler.ts'
import type { TrunkSetting } from './dialler-types.ts'
import type { DialPermission } from './permission/dial-permission.ts'
import { createLegQueries } from './legs/leg-queries.ts'
import { legRoutes } from './legs/leg-routes.ts'
import type { LegNode } from './legs/leg-nodes.ts'
import { isOutOfTown, trunkSpelling } from './permission/rules/dialled-number.ts'
import { createTrials } from './trunks/trials.ts'
import { trunkRoutes } from './trunks/trunk-routes.ts'
import { nodesWithoutTrunk, watchedTrunks } from './trunks/trunk-store.ts'
import { createTrunks, type TrunkNode, type Trunks } from './trunks/trunks.ts'
import { declinedNumbers, legNumbers, requestNumbers, unallocatedNumbers } from './sealed-numbers-store.ts'

export interface DiallerNeeds {
  db: Database
  sealing: Sealing
  clock: Clock
  feed: Feed
  alarms: Alarms
  desired: Pick<Desired, 'change'>
  nodes: Nodes<LegNode & TrunkNode & { switchboard: LegNode['switchboard'], live: Pick<LiveState, 'subscribe' | 'trunks' | 'watch'> }>
  log: Logger
  permission: DialPermission
  /** the trunk of the settings */
  trunk: TrunkSetting
  /** mobiles before which no carrier wants a prefix */
  localMobiles: readonly string[]
  /** hosts of edges in front of the PBXs */
  edges: readonly string[]
  timeZone: string
  sampleLoaded: (q: Queryable) => Promise<boolean>
  catchUpJournal: (node: string) => Promise<void>
  /** the PBXs that lack one of these spoken prompts */
  lackedBy: LackedBy
  /** a unit and every unit above it, without the Centre */
  readerUnit: (unitId: string | null) => Promise<ReaderUnit>
}

export interface DiallerModule extends Module {
  dialler: RunningDialler
  /** nodes that no carrier answers */
  nodesWithoutTrunk: (q: Queryable) => Promise<string[]>
  /** how the carrier of the trunks that the dialplan itself uses wants a number */
  carrierNumber: (q: Queryable, number: PhoneNumber) => Promise<string>
}

/** Roles told that the carrier has stopped answering. */
export const trunkAudience: FeedAudience = {
  roles: ['SHIFT_LEADER', 'SUPERVISOR', 'LEADER', 'EMERGENCY_COORDINATOR', 'CALLBACK_OFFICER', 'ADMINISTRATOR']
}

/** Every outbound call. */
export function diallerModule ({ feed, trunk, localMobiles, edges, readerUnit, desired, ...needs }: DiallerNeeds): DiallerModule {
  const { db, sealing, clock, nodes, log } = needs
  const local = new Set(localMobiles)
  const outOfTown = (number: PhoneNumber): boolean => local.size > 0 && isOutOfTown(withoutExtension(number), local)
  const dialler = createDialler({
    ...needs,
    trunks: [trunk],
    isOutOfTown: outOfTown,
    async onTrunk (tx, { id, silentSince, at }) {
      const topic = silentSince ? 'trunk.silent' : 'trunk.back'
      await feed.publish(tx, { topic, subject: id, at, data: { since: silentSince }, audience: trunkAudience })
    }
  })
  const trunks = createTrunks({ db, clock, nodes, desired, edges, knowsLocalMobiles: local.size > 0, wake: dialler.wake, log })
  const trials = createTrials({ db, dialler })
  const given = keptGiven(trunks, log)
  // Each has a share of each trunk, and there is one less, or one more.
  nodes.each(() => {
    given.again()
    return given.again
  })
  // Events without a journal row: a leg that got no channel, a leg's end whose row was lost, a carrier that has stopped answering.
  nodes.each(({ name, live }) => live.subscribe(change => {
    if (change.kind === 'originated' && !change.ok) dialler.originateFailed({ legId: change.channelId, node: name })
    if (change.kind === 'leg-over') {
      const { leg: legId, cause, sip, state } = change
      dialler.legOver({ legId, node: name, cause, sip, state })
    }
    if (change.kind !== 'trunk') return
    dialler.trunkHeard(name, change.id, change.answers).catch((error: unknown) => {
      log.warn({ err: error }, 'what the PBX said of a trunk could not be kept')
    })
  }))
  return {
    name: 'dialler',
    dialler,
    nodesWithoutTrunk,
    carrierNumber: async (q, number) => trunkSpelling(number, await trunks.dialplanPrefix(q), outOfTown(number)),
    routes: [legRoutes({ db, legs: createLegQueries({ sealing }), readerUnit }), trunkRoutes({ db, trunks, trials })],
    journal: { handler: dialler.journalHandler, after: ['calls'] },
    alarms: dialler.alarmHandlers,
    sweeps: [trunkSweep({ nodes, dialler, watched: async () => await watchedTrunks(db) }), trials.sweep, ...dialler.sweeps],
    health: healthOf(db, dialler),
    resealed: { numbers: [legNumbers, declinedNumbers, unallocatedNumbers], values: [requestNumbers] },
    exchangeIsUp: dialler.recover,
    async start () {
      await dialler.start()
      await given.start()
    },
    stop: dialler.stop
  }
}

/** Gives the PBXs their trunks from the start on, and again when a PBX joins or leaves. */
function keptGiven (trunks: Trunks, log: Logger): { start: () => Promise<void>, again: () => void } {
  let started = false
  return {
    async start () {
      started = true
      await trunks.give()
    },
    again () {
      if (started) trunks.give().catch((error: unknown) => { log.error(error, 'the shares of the trunks could not be given anew') })
    }
  }
}

/** Stores the state of the trunks: the PBX does not repeat a change it reported while the database was away. */
export const trunkSweep = ({ nodes, dialler, watched }: {
  nodes: { readonly all: ReadonlyArray<{ name: string, live: Pick<LiveState, 'trunks' | 'watch'> }> }
  dialler: Pick<RunningDialler, 'trunkHeard'>
  watched: () => Promise<readonly string[]>
}): Sweep => ({
  name: 'what is known of trunks',
  pace: 'ordinary',
  async run () {
    const ids = await watched()
    for (const { name, live } of nodes.all) {
      live.watch(ids)
      for (const [id, answers] of live.trunks()) await dialler.trunkHeard(name, id, answers)
    }
  }
})

const healthOf = (db: Database, dialler: RunningDialler): HealthCheck[] => [
  {
    name: 'dialler',
    vital: false,
    async check () {
      const health = await dialler.health()
      return { ok: health.refusal === null && health.inDoubt === 0, detail: { ...health } }
    }
  },
  {
    name: 'trunk',
    vital: false,
    async check () {
      const [silent] = await dialler.silentTrunks(db)
      if (!silent) return { ok: true }
      return { ok: false, detail: `the carrier has not answered since ${silent.silentSince.toISOString()}: callbacks wait for it` }
    }
  }
]
