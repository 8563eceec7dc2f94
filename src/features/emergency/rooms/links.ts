import type { Queryable, Tx } from '../../../db/database.ts'
import { bind } from '../../../domain/bind.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import { newId } from '../../../domain/ids.ts'
import { endsChannel, type PbxEvent } from '../../../pbx/pbx-event.ts'
import type { Dialling } from '../dial/dialling.ts'
import type { EmergencyStore } from '../emergency-store.ts'
import type { Incident, IncidentEntry } from '../emergency-types.ts'
import { recordOnWhenEmpty } from './moving.ts'
import { roomName, rootRoom } from './rules/rooms.ts'

/** What joining rooms needs of a PBX. */
export interface LinkSwitch {
  /** joins a leaf room to its root; `over`: the root is on that other PBX */
  link: (leaf: string, root: string, linkId: string, over: { node: string, incidentId: string } | null) => Promise<void>
  /** channels that join leaves to a root now, by leaf */
  linked: () => Promise<Map<string, string[]>>
  /** a channel that is gone already is no error */
  hangUp: (channel: string) => Promise<void>
}

export interface LinksOptions {
  store: EmergencyStore
  db: Parameters<EmergencyStore['claimLink']>[0]
  clock: Clock
  dialling: Pick<Dialling, 'announce'>
  /** the one of a PBX node */
  switchOn: (node: string) => LinkSwitch
  /** whether there is a link to this PBX */
  isUp: (node: string) => boolean
  /** PBXs to which any process has a link */
  linked: (q: Queryable) => Promise<readonly string[]>
  /** a link is to be made again */
  changed: (tx: Tx, incidentId: string) => void
}

/** Joins the leaves of one PBX that are not joined to their root. @returns whether all of them are, or will be by another process */
async function linkOn ({ db, store, clock, switchOn }: LinksOptions, incident: Incident, node: string): Promise<boolean> {
  const pbx = switchOn(node)
  const { id: incidentId, room_prefix: prefix } = incident
  const living = await pbx.linked()
  const made = await Promise.all(incident.rooms.filter(room => room.number > 0 && room.node === node).map(async room => {
    const leaf = roomName(prefix, room.number)
    const present = living.get(leaf) ?? []
    if (room.linkId !== null && present.includes(room.linkId)) return true
    const linkId = `link-${newId()}`
    if (!await store.claimLink(db, { incidentId, number: room.number, before: room.linkId, linkId, at: clock.now() })) return false
    // To a root that is elsewhere now.
    for (const old of present) await pbx.hangUp(old)
    await pbx.link(leaf, rootRoom(prefix), linkId, node === incident.node ? null : { node: incident.node, incidentId })
    return true
  }))
  return made.every(Boolean)
}

/**
 * Joins all rooms to the root. A PBX to which no process has a link is left out: its rooms are joined after its login.
 * @returns false: a process with a link is still to do it
 */
async function join (context: LinksOptions, incident: Incident): Promise<boolean> {
  const { db, isUp, linked } = context
  const nodes = [...new Set(incident.rooms.filter(room => room.number > 0).map(room => room.node))]
  const ready = nodes.filter(isUp)
  if (nodes.length > 0 && ready.length === 0) return false
  const results = await Promise.allSettled(ready.map(async node => await linkOn(context, incident, node)))
  for (const result of results) if (result.status === 'rejected') throw result.reason
  if (!results.every(result => result.status === 'fulfilled' && result.value)) return false
  if (ready.length === nodes.length) return true
  const byOthers = await linked(db)
  return nodes.every(node => ready.includes(node) || !byOthers.includes(node))
}

const isLink = (event: PbxEvent): boolean => /^link-[0-9a-f-]{36}$/.test(event.uniqueId) &&
  (event.kind === 'bridge-enter' || event.kind === 'bridge-exit' || endsChannel(event))

/** What the journal tells of links: a leaf that hears the root, that is cut off, whose link is gone. */
async function hear ({ store, dialling, changed }: LinksOptions, tx: Tx, events: readonly PbxEvent[]): Promise<void> {
  const told = events.filter(isLink)
  if (told.length === 0) return
  for (const incident of await store.lockOfLinks(tx, [...new Set(told.map(e => e.uniqueId))])) {
    const entries: IncidentEntry[] = []
    const rooms = new Set<string>()
    for (const event of told) {
      const room = incident.rooms.find(r => r.linkId === event.uniqueId)
      if (!room) continue
      const name = roomName(incident.room_prefix, room.number)
      const note = (kind: 'link-cut' | 'link-restored'): void => {
        rooms.add(name)
        entries.push({ incidentId: incident.id, at: event.at, kind, actor: 'pbx', detail: { room: name, node: room.node } })
      }
      if (event.kind === 'bridge-enter') {
        if (await store.saveJoined(tx, event.uniqueId)) note('link-restored')
        continue
      }
      const over = endsChannel(event)
      if (await store.saveCut(tx, event.uniqueId, event.at, over)) {
        note('link-cut')
        room.joined = false
        await recordOnWhenEmpty({ store, rejoinAccessChanged: changed }, tx, incident, event.at)
      }
      if (over) changed(tx, incident.id)
    }
    store.record(tx, entries)
    if (rooms.size === 0) continue
    const members = await store.members(tx, incident.id)
    await dialling.announce(tx, incident, members.filter(m => m.in_room !== null && rooms.has(m.in_room)))
  }
}

/** The links between the rooms of a conference: a star, each leaf joined to the root by one. */
export const createLinks = (context: LinksOptions) => bind(context, { join, hear })

export type Links = ReturnType<typeof createLinks>
