import type { Logger } from 'pino'
import type { Database, Queryable, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { DialPermission } from '../../dialler/permission/dial-permission.ts'
import type { Dialler } from '../../dialler/dialler-types.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { Feed } from '../../feed/feed.ts'
import type { Module } from '../../module.ts'
import type { Desired } from '../../pbx/desired/desired.ts'
import type { LiveState } from '../../pbx/live-state.ts'
import type { Nodes, PbxNode } from '../../pbx/nodes.ts'
import type { AttemptPolicies } from '../../policy/rules/attempt-policy.ts'
import type { Sms } from '../../sms/sms-types.ts'
import type { Speech } from '../../speech/speech-types.ts'
import { createApart } from './conference/apart.ts'
import { createChairTelephones } from './conference/chair-telephones.ts'
import { createChair } from './conference/chair.ts'
import { conferenceRoutes } from './conference/conference-routes.ts'
import { conferenceOn } from './conference/conference-switch.ts'
import { createConference, type ConferenceSwitch } from './conference/conference.ts'
import { createDialList } from './dial/dial-list.ts'
import { createDialling } from './dial/dialling.ts'
import { createTurns } from './dial/turns.ts'
import { createEmergencyEvents } from './emergency-events.ts'
import { emergencySweeps } from './emergency-jobs.ts'
import { emergencyRoutes } from './emergency-routes.ts'
import type { EmergencySettings } from './emergency-settings.ts'
import { createEmergencyStore } from './emergency-store.ts'
import { createEmergency, type Emergency, type SeenOrders } from './emergency.ts'
import { createRooms } from './rooms/rooms.ts'
import { createHolding } from './conference/holding.ts'
import { createIncidentQueries } from './incident-view.ts'
import { createTalks } from './conference/talks.ts'
import { incidentPins, memberNumbers } from './sealed-incidents-store.ts'

export interface EmergencyNeeds {
  db: Database
  sealing: Sealing
  clock: Clock
  feed: Feed
  log: Logger
  dialler: Dialler
  /** PBXs that no carrier answers */
  nodesWithoutTrunk: (q: Queryable) => Promise<string[]>
  permission: DialPermission
  sms: Sms
  speech: Pick<Speech, 'render'>
  nodes: Nodes<Pick<PbxNode, 'name' | 'switchboard' | 'isUp' | 'state' | 'reaches'> & { live: Pick<LiveState, 'subscribe'> }>
  desired: Desired
  attempts: () => Promise<AttemptPolicies>
  settings: EmergencySettings
  /** which of these orders a person may see */
  seenOrders: SeenOrders
}

/** The emergency dial (应急呼叫) and its conference. */
export function emergencyModule (needs: EmergencyNeeds): Module & { emergency: Emergency } {
  const { db, sealing, clock, feed, log, dialler, permission, sms, speech, nodes, desired, attempts, settings, seenOrders } = needs
  const store = createEmergencyStore(sealing)
  const dialList = createDialList({ store, clock, permission, settings })
  const where = whereConferencesStand(needs)
  const switchOn = (node: string): ConferenceSwitch => conferenceOn(nodes.get(node), desired)
  const { rejoinAccess, rejoinAccessChanged, dialling, links, voices, leaving, elsewhere } = createRooms({
    ...needs,
    store,
    switchOn,
    ringingNodes: where.ringing,
    diallingWith: changed => createDialling({
      store, dialList, clock, dialler, feed, sms, attempts, settings, rejoinAccessChanged: changed
    })
  })
  const emergency = createEmergency({
    store,
    dialList,
    dialling,
    clock,
    dialler,
    feed,
    speech,
    settings,
    conferenceNodes: where.conferenceNodes,
    seenOrders,
    rejoinAccessChanged
  })
  const conference = createConference({
    store,
    dialling,
    dialler,
    clock,
    feed,
    switchOn,
    desired,
    rejoinAccessChanged,
    onEnded: (incidentId, lines) => { void rejoinAccess.closeEnded(incidentId, lines) }
  })
  const apart = createApart({ store, dialling, dialler, clock, switchOn })
  const telephones = createChairTelephones({ db, store, dialling })
  const channelOfLeg = async (node: string, legId: string): Promise<string | null> =>
    (await nodes.get(node).switchboard.livingChannels()).find(c => c.uniqueId === legId)?.channel ?? null
  const chair = createChair({ db, store, dialList, dialling, clock, telephones, switchOn, channelOfLeg })
  const onError = (error: unknown): void => {
    log.warn({ err: error }, 'a member or a coordinator could not be brought to their room of a conference')
  }
  const talks = createTalks({ db, store, dialling, switchOn, channelOfLeg, onError })
  const turns = createTurns({
    db, store, dialling, onError: error => { log.error({ err: error }, 'an emergency dial could not go on; tried again') }
  })
  const holding = createHolding({ db, store, switchOn, onError })
  const events = createEmergencyEvents({
    store, dialList, dialling, clock, talks, telephones, links, rejoinAccessChanged, dialler, ringingNodes: where.ringing, switchOn, onError
  })
  const incidents = createIncidentQueries({ db, store, today: dialList.today, seenOrders })
  dialler.listen(events.legListener)
  nodes.each(({ name, live }) => live.subscribe(change => { if (change.kind === 'hold') holding.onHold(name, change) }))
  return {
    name: 'emergency',
    emergency,
    routes: [emergencyRoutes({ emergency, incidents }), conferenceRoutes({ emergency, conference, apart, chair })],
    journal: { handler: events.journalHandler, after: ['calls', 'dialler', 'switching'] },
    resealed: { values: [incidentPins, memberNumbers] },
    sweeps: emergencySweeps({ telephones, talks, turns, elsewhere, rejoinAccess, voices, leaving }),
    believedChannels: async node => await store.seats(db, node),
    exchangeIsUp: rejoinAccess.exchangeIsUp
  }
}

/**
 * PBXs for conferences: those with a link and a carrier that are not draining can ring members. Where there is none, others with a link
 * must: an emergency does not wait.
 */
function whereConferencesStand ({ nodes, nodesWithoutTrunk }: Pick<EmergencyNeeds, 'nodes' | 'nodesWithoutTrunk'>) {
  const ringing = async (tx: Tx): Promise<string[]> => {
    const without = await nodesWithoutTrunk(tx)
    const up = nodes.all.filter(node => node.isUp())
    const answered = up.filter(node => !without.includes(node.name))
    const open = answered.filter(node => node.state() === 'active')
    return (open.length > 0 ? open : answered.length > 0 ? answered : up).map(node => node.name)
  }
  return {
    ringing,
    async conferenceNodes (tx: Tx) {
      const able = await ringing(tx)
      const { name: root } = nodes.choose('conference', node => able.length === 0 || able.includes(node.name))
      const active = nodes.all.filter(node => node.state() === 'active')
      // Nobody is rung into a room that could not be joined to the root.
      const joinable = new Set(active.filter(node => node.name === root || node.reaches.now().has(root)).map(node => node.name))
      return { root, ringing: able.filter(node => joinable.has(node)), all: active.map(node => node.name) }
    }
  }
}
