import type { Logger } from 'pino'
import type { Database, Queryable, Tx } from '../../../db/database.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import type { Dialler } from '../../../dialler/dialler-types.ts'
import type { Desired } from '../../../pbx/desired/desired.ts'
import type { Nodes, PbxNode } from '../../../pbx/nodes.ts'
import { nodeReach } from '../../../pbx/reach/reach-reads.ts'
import type { ConferenceSwitch } from '../conference/conference.ts'
import { rejoinAccessOn } from '../conference/rejoin-access-switch.ts'
import { createRejoinAccess, type RejoinAccess, type RejoinAccessSwitch } from '../conference/rejoin-access.ts'
import type { Dialling } from '../dial/dialling.ts'
import { createElsewhere, type Elsewhere } from '../dial/elsewhere.ts'
import type { EmergencyStore } from '../emergency-store.ts'
import { createLeaving, type Leaving } from './leaving.ts'
import { createLinks, type Links, type LinkSwitch } from './links.ts'
import { createRecordings } from './recordings.ts'
import { createStrays, type StraySwitch } from './strays.ts'
import { createVoices, type Voices } from './voices.ts'

export interface RoomsNeeds {
  db: Database
  store: EmergencyStore
  clock: Clock
  log: Logger
  desired: Desired
  nodes: Nodes<Pick<PbxNode, 'name' | 'switchboard' | 'isUp' | 'state'>>
  /** the verbs of a PBX node */
  switchOn: (node: string) => ConferenceSwitch
  dialler: Pick<Dialler, 'moveTo' | 'moveWaiting'>
  /** PBXs that can ring members */
  ringingNodes: (tx: Tx) => Promise<readonly string[]>
  /** @param changed rooms are to be joined, and their PBXs told who may come in */
  diallingWith: (changed: (tx: Tx, incidentId: string) => void) => Dialling
}

/** The rooms of a conference on its PBXs: joined, known there without the service, and as the roster says. */
export function createRooms ({ diallingWith, ...needs }: RoomsNeeds): {
  rejoinAccess: RejoinAccess
  rejoinAccessChanged: (tx: Tx, incidentId: string) => void
  dialling: Dialling
  links: Links
  voices: Voices
  leaving: Leaving
  elsewhere: Elsewhere
} {
  const { db, store, clock, log, desired, nodes, switchOn } = needs
  const onError = (error: unknown): void => {
    log.warn({ err: error }, 'the rooms of a conference are not yet as they should be; a sweep does it')
  }
  const roomsOf = (node: string): RejoinAccessSwitch & LinkSwitch & StraySwitch => rejoinAccessOn(nodes.get(node).switchboard)
  // One that was removed has no link either.
  const isUp = (name: string): boolean => nodes.all.some(node => node.name === name && node.isUp())
  const isActive = (node: Pick<PbxNode, 'state'>): boolean => node.state() === 'active'
  const names = (some: typeof nodes.all): string[] => some.map(node => node.name)
  const { resume } = createRecordings({ db, store, clock, switchOn })
  const rejoinAccess = createRejoinAccess({
    db,
    store,
    clock,
    desired,
    switchOn: roomsOf,
    isUp,
    nodes: () => names(nodes.all),
    open: () => names(nodes.all.filter(isActive)),
    join: async incident => await links.join(incident),
    gather: async (incident, node) => { await strays.gather(incident, node) },
    record: resume,
    onError
  })
  const { changed: rejoinAccessChanged } = rejoinAccess
  const strays = createStrays({ db, store, switchOn: roomsOf, rejoinAccessChanged })
  const dialling = diallingWith(rejoinAccessChanged)
  const reachable = async (q: Queryable, yes: boolean): Promise<string[]> =>
    (await nodeReach(q)).filter(({ unreachableSince }) => (unreachableSince === null) === yes).map(({ node }) => node)
  const links = createLinks({
    store, db, clock, dialling, switchOn: roomsOf, isUp, linked: async q => await reachable(q, true), changed: rejoinAccessChanged
  })
  const voices = createVoices({ db, store, switchOn, isUp, onError })
  const leaving = createLeaving({
    ...needs, rejoinAccessChanged, forget: rejoinAccess.forget, onError, stays: name => names(nodes.all.filter(isActive)).includes(name)
  })
  const elsewhere = createElsewhere({ ...needs, rejoinAccessChanged, onError, unreachable: async q => await reachable(q, false) })
  return { rejoinAccess, rejoinAccessChanged, dialling, links, voices, leaving, elsewhere }
}
