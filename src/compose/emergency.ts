import type { Foundation } from './foundation.ts'
import type { RunningDialler } from '../dialler/create-dialler.ts'
import type { DialPermission } from '../dialler/dial-permission.ts'
import { createChair, type Chair } from '../features/emergency/chair.ts'
import { createChairTelephones } from '../features/emergency/chair-telephones.ts'
import { createConference, type Conference } from '../features/emergency/conference.ts'
import { createDialList } from '../features/emergency/dial-list.ts'
import { createDialling } from '../features/emergency/dialling.ts'
import { createEmergencyEvents } from '../features/emergency/emergency-events.ts'
import { createEmergencyStore } from '../features/emergency/emergency-store.ts'
import { createEmergency, type Emergency, type SeenOrders } from '../features/emergency/emergency.ts'
import { createHolding, type Holding } from '../features/emergency/holding.ts'
import { createIncidentQueries, type IncidentQueries } from '../features/emergency/incident-view.ts'
import { createTalks } from '../features/emergency/talks.ts'
import { createWayIn } from '../features/emergency/way-in.ts'
import type { BelievedChannel } from '../pbx/journal/lost-channels.ts'
import type { JournalHandler } from '../pbx/pbx-event.ts'
import type { Sweep } from '../queue/alarms.ts'
import type { Sms } from '../sms/sms.ts'
import type { Speech } from '../speech/speech.ts'

export interface EmergencyParts {
  emergency: Emergency
  conference: Conference
  chair: Chair
  incidents: IncidentQueries
  journalHandler: JournalHandler
  sweeps: Sweep[]
  onHold: Holding['onHold']
  /** channels of this node that sit in a conference */
  seats: (node: string) => Promise<BelievedChannel[]>
  /** rooms and the way back in of every open incident, after the PBX came back */
  exchangeIsUp: () => Promise<void>
}

/** The emergency dial and its conference, put together. */
export function createEmergencyParts (
  { config, db, sealing, clock, feed, exchange, log }: Foundation,
  { dialler, permission, sms, speech, seenOrders }: {
    dialler: RunningDialler, permission: DialPermission, sms: Sms, speech: Speech, seenOrders: SeenOrders
  }
): EmergencyParts {
  const settings = { ...config.emergency, timeZone: config.timeZone, hotlineNumber: config.hotlineNumber }
  const store = createEmergencyStore(sealing)
  const dialList = createDialList({ store, clock, permission, settings })
  const wayIn = createWayIn({ db, store, clock, wayInSwitch: exchange.wayIn, onError: error => { log.warn({ err: error }, 'the way into a conference could not be prepared; a sweep does it') } })
  const { changed: wayInChanged } = wayIn
  const dialling = createDialling({ store, dialList, clock, dialler, feed, sms, settings, wayInChanged })
  const emergency = createEmergency(
    {
      store,
      dialList,
      dialling,
      clock,
      dialler,
      feed,
      speech,
      settings,
      node: config.pbxNode,
      seenOrders,
      wayInChanged
    }
  )
  const conference = createConference({
    store,
    emergency,
    dialling,
    dialler,
    clock,
    feed,
    conferenceSwitch: exchange.conference,
    wayInChanged,
    onEnded: (incidentId, channels) => { void wayIn.closeEnded(incidentId, channels) }
  })
  const telephones = createChairTelephones({ db, store, dialling })
  const { channelOfLeg, conference: conferenceSwitch } = exchange
  const chair = createChair({ db, store, emergency, dialList, dialling, clock, telephones, conferenceSwitch, channelOfLeg })
  const warn = (error: unknown): void => { log.warn({ err: error }, 'a member or a coordinator could not be brought where he belongs in a conference') }
  const talks = createTalks({ db, store, dialling, conferenceSwitch, channelOfLeg, onError: warn })
  const holding = createHolding({ db, conferenceSwitch, onError: warn })
  const events = createEmergencyEvents({ store, dialList, dialling, clock, talks, telephones })
  dialler.listen(events.legListener)
  return {
    emergency,
    conference,
    chair,
    incidents: createIncidentQueries({ db, store, today: dialList.today, seenOrders }),
    journalHandler: events.journalHandler,
    sweeps: [telephones.sweep, talks.sweep, wayIn.sweep],
    onHold: holding.onHold,
    seats: async node => await store.seats(db, node),
    exchangeIsUp: wayIn.exchangeIsUp
  }
}
