import type { Logger } from 'pino'
import type { Database, Queryable } from '../db/database.ts'
import type { Sealing } from '../db/sealing.ts'
import type { Clock } from '../domain/time/clock.ts'
import { withoutExtension, type PhoneNumber } from '../domain/telephone/phone-number.ts'
import type { Feed, FeedAudience } from '../feed/feed.ts'
import type { HealthCheck } from '../domain/health-check.ts'
import type { Module } from '../module.ts'
import type { LiveState } from '../pbx/live-state.ts'
import type { Nodes } from '../pbx/nodes.ts'
import type { Alarms, Sweep } from '../queue/alarms.ts'
import type { Speech } from '../speech/speech-types.ts'
import { createDialler, type RunningDialler } from './dialler.ts'
import type { TrunkSetting } from './dialler-types.ts'
import type { DialPermission } from './permission/dial-permission.ts'
import { createLegQueries } from './legs/leg-queries.ts'
import { legRoutes } from './legs/leg-routes.ts'
import type { LegNode } from './legs/leg-nodes.ts'
import { nodesWithoutTrunk } from './placing/trunk-store.ts'
import { isOutOfTown, trunkSpelling } from './permission/rules/dialled-number.ts'

export interface DiallerNeeds {
  db: Database
  sealing: Sealing
  clock: Clock
  feed: Feed
  alarms: Alarms
  nodes: Nodes<LegNode & { live: Pick<LiveState, 'subscribe' | 'trunks'> }>
  log: Logger
  permission: DialPermission
  /** the one trunk; `localMobiles` are those before which the carrier wants no prefix */
  trunk: TrunkSetting & { localMobiles: readonly string[] }
  timeZone: string
  sampleLoaded: (q: Queryable) => Promise<boolean>
  catchUpJournal: (node: string) => Promise<void>
  /** the PBXs that lack one of these spoken prompts */
  lackedBy: Speech['lackedBy']
  /** a unit and every unit above it, without the Centre */
  ancestors: (unitId: string | null) => Promise<readonly string[]>
}

export interface DiallerModule extends Module {
  dialler: RunningDialler
  /** nodes that no carrier answers */
  nodesWithoutTrunk: (q: Queryable) => Promise<string[]>
  /** how the carrier wants a number */
  carrierNumber: (number: PhoneNumber) => string
}

/** Roles told that the carrier has stopped answering. */
export const trunkAudience: FeedAudience = {
  roles: ['SHIFT_LEADER', 'SUPERVISOR', 'LEADER', 'EMERGENCY_COORDINATOR', 'CALLBACK_OFFICER', 'ADMINISTRATOR']
}

/** Every outbound call. */
export function diallerModule ({ feed, trunk: { localMobiles, ...trunk }, ancestors, ...needs }: DiallerNeeds): DiallerModule {
  const { db, sealing, nodes, log } = needs
  const local = new Set(localMobiles)
  // Without a prefix every number is spelled the same, whatever its town.
  const outOfTown = (number: PhoneNumber): boolean => trunk.outOfTownPrefix !== '' && isOutOfTown(withoutExtension(number), local)
  const dialler = createDialler({
    ...needs,
    trunks: [trunk],
    isOutOfTown: outOfTown,
    async onTrunk (tx, { id, silentSince, at }) {
      const topic = silentSince ? 'trunk.silent' : 'trunk.back'
      await feed.publish(tx, { topic, subject: id, at, data: { since: silentSince }, audience: trunkAudience })
    }
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
    carrierNumber: number => trunkSpelling(number, trunk.outOfTownPrefix, outOfTown(number)),
    routes: [legRoutes({ db, legs: createLegQueries({ sealing }), dialler, ancestors })],
    journal: { handler: dialler.journalHandler, after: ['calls'] },
    alarms: dialler.alarmHandlers,
    sweeps: [trunkSweep({ nodes, dialler }), ...dialler.sweeps],
    health: healthOf(db, dialler),
    exchangeIsUp: dialler.recover,
    start: dialler.start,
    stop: dialler.stop
  }
}

/** Stores the state of the trunks: the PBX does not repeat a change it reported while the database was away. */
export const trunkSweep = ({ nodes, dialler }: {
  nodes: { all: ReadonlyArray<{ name: string, live: Pick<LiveState, 'trunks'> }> }
  dialler: Pick<RunningDialler, 'trunkHeard'>
}): Sweep => ({
  name: 'what is known of trunks',
  pace: 'ordinary',
  async run () {
    for (const { name, live } of nodes.all) {
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
