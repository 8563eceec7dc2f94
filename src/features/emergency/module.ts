import type { Logger } from 'pino'
import type { Database } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { DialPermission } from '../../dialler/permission/dial-permission.ts'
import type { Dialler } from '../../dialler/dialler-types.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { Feed } from '../../feed/feed.ts'
import type { Module } from '../../module.ts'
import type { Desired } from '../../pbx/desired/desired.ts'
import type { LiveState } from '../../pbx/live-state.ts'
import type { Nodes } from '../../pbx/nodes.ts'
import type { Switchboard } from '../../pbx/switchboard.ts'
import type { AttemptPolicies } from '../../policy/rules/attempt-policy.ts'
import type { Sms } from '../../sms/sms-types.ts'
import type { Speech } from '../../speech/speech-types.ts'
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
import { createHolding } from './conference/holding.ts'
import { createIncidentQueries } from './incident-view.ts'
import { createTalks } from './conference/talks.ts'
import { rejoinAccessOn } from './conference/rejoin-access-switch.ts'
import { createRejoinAccess } from './conference/rejoin-access.ts'

export interface EmergencyNeeds {
  db: Database
  sealing: Sealing
  clock: Clock
  feed: Feed
  log: Logger
  dialler: Dialler
  permission: DialPermission
  sms: Sms
  speech: Pick<Speech, 'render'>
  nodes: Nodes<{ name: string, switchboard: Switchboard, live: Pick<LiveState, 'subscribe'>, isUp: () => boolean }>
  desired: Desired
  attempts: () => Promise<AttemptPolicies>
  settings: EmergencySettings
  /** which of these orders a person may see */
  seenOrders: SeenOrders
}

/** The emergency dial (应急呼叫) and its conference. */
export function emergencyModule ({
  db, sealing, clock, feed, log, dialler, permission, sms, speech, nodes, desired, attempts, settings, seenOrders
}: EmergencyNeeds): Module & { emergency: Emergency } {
  const store = createEmergencyStore(sealing)
  const dialList = createDialList({ store, clock, permission, settings })
  const rejoinAccess = createRejoinAccess({
    db,
    store,
    clock,
    desired,
    switchOn (node) {
      const { switchboard, isUp } = nodes.get(node)
      return rejoinAccessOn(switchboard, isUp)
    },
    nodes: () => nodes.all.map(node => node.name),
    onError: error => { log.warn({ err: error }, 'rejoining of a conference could not be prepared; a sweep does it') }
  })
  const { changed: rejoinAccessChanged } = rejoinAccess
  const dialling = createDialling({ store, dialList, clock, dialler, feed, sms, attempts, settings, rejoinAccessChanged })
  const emergency = createEmergency({
    store,
    dialList,
    dialling,
    clock,
    dialler,
    feed,
    speech,
    settings,
    conferenceNode: () => nodes.choose('conference').name,
    seenOrders,
    rejoinAccessChanged
  })
  const switchOn = (node: string): ConferenceSwitch => conferenceOn(nodes.get(node), desired)
  const conference = createConference({
    store,
    dialling,
    dialler,
    clock,
    feed,
    switchOn,
    desired,
    rejoinAccessChanged,
    onEnded: (incidentId, channels) => { void rejoinAccess.closeEnded(incidentId, channels) }
  })
  const telephones = createChairTelephones({ db, store, dialling })
  const channelOfLeg = async (node: string, legId: string): Promise<string | null> =>
    (await nodes.get(node).switchboard.livingChannels()).find(c => c.uniqueId === legId)?.channel ?? null
  const chair = createChair({ db, store, dialList, dialling, clock, telephones, switchOn, channelOfLeg })
  const warn = (error: unknown): void => {
    log.warn({ err: error }, 'a member or a coordinator could not be brought to their room of a conference')
  }
  const talks = createTalks({ db, store, dialling, switchOn, channelOfLeg, onError: warn })
  const turns = createTurns({
    db, store, dialling, onError: error => { log.error({ err: error }, 'an emergency dial could not go on; tried again') }
  })
  const holding = createHolding({ db, store, switchOn, onError: warn })
  const events = createEmergencyEvents({ store, dialList, dialling, clock, talks, telephones })
  const incidents = createIncidentQueries({ db, store, today: dialList.today, seenOrders })
  dialler.listen(events.legListener)
  nodes.each(({ name, live }) => live.subscribe(change => { if (change.kind === 'hold') holding.onHold(name, change) }))
  return {
    name: 'emergency',
    emergency,
    routes: [emergencyRoutes({ emergency, incidents }), conferenceRoutes({ emergency, conference, chair })],
    journal: { handler: events.journalHandler, after: ['calls', 'dialler', 'switching'] },
    sweeps: emergencySweeps({ telephones, talks, turns, rejoinAccess }),
    believedChannels: async node => await store.seats(db, node),
    exchangeIsUp: rejoinAccess.exchangeIsUp
  }
}
