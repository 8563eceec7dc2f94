import type { Foundation } from './foundation.ts'
import type { RunningDialler } from '../dialler/create-dialler.ts'
import type { DialPermission } from '../dialler/dial-permission.ts'
import { createConference, type Conference } from '../features/emergency/conference.ts'
import { createDialList } from '../features/emergency/dial-list.ts'
import { createDialling } from '../features/emergency/dialling.ts'
import { createEmergencyEvents } from '../features/emergency/emergency-events.ts'
import { createEmergencyStore } from '../features/emergency/emergency-store.ts'
import { createEmergency, type Emergency } from '../features/emergency/emergency.ts'
import { createIncidentQueries, type IncidentQueries } from '../features/emergency/incident-view.ts'
import { createWayIn } from '../features/emergency/way-in.ts'
import type { JournalHandler } from '../pbx/pbx-event.ts'
import type { Sms } from '../sms/sms.ts'
import type { Speech } from '../speech/speech.ts'

export interface EmergencyParts {
  emergency: Emergency
  conference: Conference
  incidents: IncidentQueries
  journalHandler: JournalHandler
  /** rooms and the way back in of every open incident, after the PBX came back */
  reopenAll: () => Promise<void>
}

/** The emergency dial and its conference, put together. */
export function createEmergencyParts ({ config, db, sealing, clock, feed, exchange, log }: Foundation, { dialler, permission, sms, speech }: { dialler: RunningDialler, permission: DialPermission, sms: Sms, speech: Speech }): EmergencyParts {
  const settings = { ...config.emergency, timeZone: config.timeZone, hotlineNumber: config.hotlineNumber }
  const store = createEmergencyStore(sealing)
  const dialList = createDialList({ store, clock, permission, settings })
  const wayIn = createWayIn({ db, store, wayInSwitch: exchange.wayIn, onError: error => { log.warn({ err: error }, 'the way into a conference could not be prepared; it is tried again when the PBX is back') } })
  const refresh = (incidentId: string): void => { void wayIn.open(incidentId) }
  const dialling = createDialling({ store, dialList, clock, dialler, feed, sms, settings, onListChanged: refresh })
  const emergency = createEmergency({ store, dialList, dialling, clock, dialler, feed, speech, settings, onStarted: refresh, onListChanged: refresh })
  const conference = createConference({
    store,
    emergency,
    dialList,
    dialling,
    dialler,
    clock,
    feed,
    conferenceSwitch: exchange.conference,
    channelOfLeg: exchange.channelOfLeg,
    onListChanged: refresh,
    onEnded: (incidentId, rooms) => { void wayIn.close(incidentId, rooms) }
  })
  const events = createEmergencyEvents({ store, dialList, dialling, clock })
  dialler.listen(events.legListener)
  return { emergency, conference, incidents: createIncidentQueries({ db, store }), journalHandler: events.journalHandler, reopenAll: wayIn.reopenAll }
}
