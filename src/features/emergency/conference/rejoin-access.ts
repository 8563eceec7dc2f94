import type { Database, Tx } from '../../../db/database.ts'
import { lockNamed } from '../../../db/lock-store.ts'
import { bind } from '../../../domain/bind.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import { isPbxAway } from '../../../domain/errors.ts'
import { numberKey } from '../../../domain/telephone/phone-number.ts'
import type { Desired } from '../../../pbx/desired/desired.ts'
import { roleOf } from '../dial/dialling.ts'
import type { EmergencyStore } from '../emergency-store.ts'
import type { EndedIncident, Incident, Member } from '../emergency-types.ts'
import { conferenceOver, conferenceState } from './conference-state.ts'
import { roomOn, withDoors } from '../rooms/rules/rooms.ts'
import { nodesOf } from './seats.ts'

/** PBX verbs that rejoining a conference by telephone (回拨入会) needs. */
export interface RejoinAccessSwitch {
  /** everybody in rooms of these names' beginning is hung up */
  endRooms: (prefix: string) => Promise<void>
  /** unique ids of all its channels */
  lines: () => Promise<readonly string[]>
  /** a channel that is gone already is no error */
  hangUp: (channel: string) => Promise<void>
}

export interface RejoinAccessOptions {
  db: Database
  store: EmergencyStore
  clock: Clock
  desired: Pick<Desired, 'change' | 'applied'>
  /** the one of a PBX node */
  switchOn: (node: string) => RejoinAccessSwitch
  /** whether there is a link to this PBX */
  isUp: (node: string) => boolean
  /** all PBX nodes of now */
  nodes: () => readonly string[]
  /** those that get something new */
  open: () => readonly string[]
  /** joins the rooms to the root; false: another process is at it */
  join: (incident: Incident) => Promise<boolean>
  /** brings lines that stayed on a PBX, whose rooms stand elsewhere now, into the conference again */
  gather: (incident: Incident, node: string) => Promise<void>
  /** begins the recording that is asked for and has not begun; false: it has yet to begin */
  record: (incident: Incident) => Promise<boolean>
  onError: (error: unknown) => void
}

// Seats of one number: the PBX reads a value up to some 900 characters.
const maxSeats = 8
// Channels hung up at once.
const bunch = 50

/** The process that changed something tells the PBX at once; after this time a worker does, ms. */
const leftAfterMs = 2000

const keysOf = (store: EmergencyStore, member: Member): string[] => store.numbersOf(member).map(numberKey)

/**
 * What each number may come back to on this PBX: a seat for every conference with a room there that goes on, the newest first; the PIN
 * chooses. A telephone of several members of one incident counts as the first of them.
 */
async function seats ({ store }: RejoinAccessOptions, tx: Tx, node: string): Promise<Map<string, string[]>> {
  const of = new Map<string, string[]>()
  for (const { id, room_prefix: prefix, rooms } of (await store.open(tx, node)).reverse()) {
    const seated = new Set<string>()
    for (const [index, member] of (await store.members(tx, id)).entries()) {
      const keys = member.removed ? [] : keysOf(store, member).filter(key => !seated.has(key))
      const room = roomOn(prefix, rooms, node, member.room, index)
      if (room === null) continue
      for (const key of keys) {
        seated.add(key)
        const seat = [id, member.id, room, member.muted ? 'muted' : roleOf(member)].join(':')
        of.set(key, [...of.get(key) ?? [], seat].slice(0, maxSeats))
      }
    }
  }
  return of
}

async function inBunches<T> (items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let i = 0; i < items.length; i += bunch) await Promise.all(items.slice(i, i + bunch).map(work))
}

/** What these members' numbers may come back to, from this transaction on; one incident of a PBX after the other. */
async function seat ({ store, desired, ...context }: RejoinAccessOptions, tx: Tx, node: string, members: readonly Member[]): Promise<void> {
  const standing = await seats({ store, desired, ...context }, tx, node)
  const keys = [...new Set(members.flatMap(member => keysOf(store, member)))]
  desired.change(tx, {
    put: keys.flatMap(key => {
      const mine = standing.get(key)
      return mine ? [{ section: 'rejoin', key, node, value: mine.join('&') }] : []
    }),
    withdraw: keys.filter(key => !standing.has(key)).map(key => ({ section: 'rejoin', key, node }))
  })
}

const inOrder = async (tx: Tx, node: string): Promise<void> => { await lockNamed(tx, `rejoin access on ${node}`) }

/** The roster's numbers, the PIN, the lock and who is silent, as they stand, on each PBX with a room. */
async function tell (context: RejoinAccessOptions, tx: Tx, known: Pick<Incident, 'id' | 'node' | 'rooms'>): Promise<void> {
  const { store, desired } = context
  const { id } = known
  const nodes = nodesOf(known)
  for (const node of nodes.toSorted()) await inOrder(tx, node)
  const incident = await store.read(tx, id)
  if (!incident || incident.ended_at) return
  const members = await store.members(tx, id)
  desired.change(tx, { put: nodes.map(node => ({ section: 'incident-pin', key: id, node, value: store.pinOf(incident) })) })
  desired.change(tx, conferenceState(incident, members))
  for (const node of nodes) await seat(context, tx, node, members)
}

/** A PBX that has joined since the conference began gets a room of it. */
async function withDoorsOpen ({ db, store, open: openNodes }: RejoinAccessOptions, incidentId: string): Promise<Incident | null> {
  const incident = await store.read(db, incidentId)
  if (!incident || incident.ended_at) return null
  const doors = withDoors(incident.rooms, openNodes()).slice(incident.rooms.length)
  if (doors.length === 0) return incident
  await db.tx(async tx => { if (await store.lock(tx, incidentId)) store.addRooms(tx, incidentId, doors) })
  return await store.read(db, incidentId)
}

async function guarded ({ onError }: RejoinAccessOptions, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    onError(error)
  }
}

async function open (context: RejoinAccessOptions, incidentId: string): Promise<void> {
  const { db, store, join, record } = context
  await guarded(context, async () => {
    const incident = await withDoorsOpen(context, incidentId)
    if (!incident) return
    await db.tx(async tx => { await tell(context, tx, incident) })
    const joined = await join(incident)
    const recorded = await record(incident)
    if (joined && recorded) await store.rejoinAccessTold(db, incident)
  })
}

/** These PBXs know nothing of the conference any more. */
async function forget (context: RejoinAccessOptions, tx: Tx, incidentId: string, nodes: readonly string[]): Promise<void> {
  const { store, desired } = context
  for (const node of nodes) await inOrder(tx, node)
  const members = await store.members(tx, incidentId)
  desired.change(tx, conferenceOver(incidentId, nodes, members))
  for (const node of nodes) await seat(context, tx, node, members)
}

/** A line in a conference, on one PBX. */
export interface OpenLine { node: string, channel: string }

/** Forgets who may rejoin, and hangs up everybody, on the PBXs with a link. */
async function close (
  context: RejoinAccessOptions, { id, revision, nodes: all, prefix }: EndedIncident, lines: readonly OpenLine[]
): Promise<void> {
  const { db, store, desired, clock, switchOn, isUp } = context
  const nodes = all.filter(isUp)
  if (nodes.length === 0 && all.length > 0) return
  await db.tx(async tx => { await forget(context, tx, id, all) })
  await Promise.all(nodes.map(async node => {
    const pbx = switchOn(node)
    // Who is hung up does not come in again; a PBX that takes its time keeps nobody in the conference.
    await desired.applied({ section: 'incident-pin', key: id, node }).catch((error: unknown) => { if (!isPbxAway(error)) throw error })
    await pbx.endRooms(prefix)
    await inBunches(lines.flatMap(line => line.node === node ? line.channel : []), pbx.hangUp)
    // In no room, or between two; a PBX that was cut off may have them although by the rows they are over.
    await inBunches([...(await store.ownersOfLines(db, id, await pbx.lines())).keys()], pbx.hangUp)
  }))
  await store.saveClosed(db, { id, revision, nodes, all: nodes.length === all.length, at: clock.now() })
}

/**
 * The members who may come in have changed, or rooms are to be joined: told after the commit. The row keeps it until then: this process
 * may end first, or have no link.
 */
function changed (context: RejoinAccessOptions, tx: Tx, incidentId: string): void {
  context.store.rejoinAccessDue(tx, incidentId, context.clock.now())
  tx.afterCommit(() => { void open(context, incidentId) })
}

/** Of these PBXs those that the service still has: one that was removed has no rooms. */
const standing = ({ nodes }: RejoinAccessOptions, ended: EndedIncident): EndedIncident =>
  ({ ...ended, nodes: ended.nodes.filter(node => nodes().includes(node)) })

/** Repairs what a PBX was not told. */
async function repair (context: RejoinAccessOptions, now: Date): Promise<void> {
  const { db, store, nodes, isUp } = context
  if (!nodes().some(isUp)) return
  const before = new Date(now.getTime() - leftAfterMs)
  for (const { id } of await store.dueRejoinAccess(db, before)) await open(context, id)
  for (const ended of await store.endedButOpen(db, { before })) {
    await guarded(context, async () => { await close(context, standing(context, ended), await store.linesOf(db, ended.id)) })
  }
}

/**
 * After a PBX or the connection to it came back: incidents ended meanwhile are closed, open ones get their rooms and numbers.
 * Of an ended one only the rooms are emptied, and legs ended: a restarted PBX has given its channels' names to others.
 */
async function exchangeIsUp (context: RejoinAccessOptions, node: string): Promise<void> {
  const { db, store } = context
  const closing = (await store.endedButOpen(db)).map(row => standing(context, row)).filter(ended => ended.nodes.includes(node))
  for (const ended of closing) {
    await guarded(context, async () => { await close(context, ended, []) })
  }
  for (const { id } of await store.open(db)) await open(context, id)
  for (const incident of await store.open(db)) await guarded(context, async () => { await context.gather(incident, node) })
}

/** Closes an incident that has just ended, with the lines of members who are in no room yet. */
async function closeEnded (context: RejoinAccessOptions, incidentId: string, lines: readonly OpenLine[]): Promise<void> {
  const { db, store } = context
  await guarded(context, async () => {
    for (const ended of await store.endedButOpen(db, { id: incidentId })) await close(context, standing(context, ended), lines)
  })
}

/**
 * Keeps a conference's PBXs able to run it by themselves: rooms linked, and the numbers that may ring back in, with their PIN, in each
 * PBX's own database.
 */
export const createRejoinAccess = (context: RejoinAccessOptions) => bind(context, { changed, forget, repair, exchangeIsUp, closeEnded })

export type RejoinAccess = ReturnType<typeof createRejoinAccess>
