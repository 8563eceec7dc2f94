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
import { memberRooms, rootRoom } from './rules/rooms.ts'

/** PBX verbs that rejoining a conference by telephone (回拨入会) needs. */
export interface RejoinAccessSwitch {
  /** whether there is a link to the PBX */
  ready: () => boolean
  /** joins a leaf room to its root by a Local channel whose both ends sit in a room */
  link: (leaf: string, root: string) => Promise<void>
  /** leaves that are joined to a root now */
  linked: () => Promise<Set<string>>
  endRoom: (room: string) => Promise<void>
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
  /** all PBX nodes of now */
  nodes: () => readonly string[]
  onError: (error: unknown) => void
}

// Seats of one number: the PBX reads a value up to some 900 characters.
const maxSeats = 8
// Channels hung up at once.
const bunch = 50

/** The process that changed something tells the PBX at once; after this time a worker does, ms. */
const leftAfterMs = 2000

/** Joins the leaves that are not joined to their root. */
async function link ({ switchOn }: RejoinAccessOptions, incident: Incident): Promise<void> {
  if (incident.leaf_rooms === 0) return
  const pbx = switchOn(incident.node)
  const living = await pbx.linked()
  const missing = memberRooms(incident.room_prefix, incident.leaf_rooms).filter(leaf => !living.has(leaf))
  await Promise.all(missing.map(async leaf => { await pbx.link(leaf, rootRoom(incident.room_prefix)) }))
}

const keysOf = (store: EmergencyStore, member: Member): string[] => store.numbersOf(member).map(numberKey)

/**
 * What each number may come back to on this PBX: a seat for every conference of it that goes on, the newest first; the PIN chooses.
 * A telephone of several members of one incident counts as the first of them.
 */
async function seats ({ store }: RejoinAccessOptions, tx: Tx, node: string): Promise<Map<string, string[]>> {
  const of = new Map<string, string[]>()
  for (const { id } of (await store.open(tx, node)).reverse()) {
    const seated = new Set<string>()
    for (const member of await store.members(tx, id)) {
      const keys = member.removed ? [] : keysOf(store, member).filter(key => !seated.has(key))
      for (const key of keys) {
        seated.add(key)
        const seat = [id, member.id, member.room, member.muted ? 'muted' : roleOf(member)].join(':')
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

/** The roster's numbers, the PIN, the lock and who is silent, as they stand. */
async function tell (context: RejoinAccessOptions, tx: Tx, { id, node }: Pick<Incident, 'id' | 'node'>): Promise<void> {
  const { store, desired } = context
  await inOrder(tx, node)
  const incident = await store.read(tx, id)
  if (!incident || incident.ended_at) return
  const members = await store.members(tx, id)
  desired.change(tx, { put: [{ section: 'incident-pin', key: id, node, value: store.pinOf(incident) }] })
  desired.change(tx, conferenceState(incident, members))
  await seat(context, tx, node, members)
}

async function guarded ({ onError }: RejoinAccessOptions, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    onError(error)
  }
}

async function open (context: RejoinAccessOptions, incidentId: string): Promise<void> {
  const { db, store } = context
  await guarded(context, async () => {
    const incident = await store.read(db, incidentId)
    if (!incident || incident.ended_at) return
    await db.tx(async tx => { await tell(context, tx, incident) })
    await link(context, incident)
    await store.rejoinAccessTold(db, incident)
  })
}

/** Forgets who may rejoin, and hangs up everybody. */
async function close (context: RejoinAccessOptions, { id, node, rooms }: EndedIncident, channels: readonly string[]): Promise<void> {
  const { db, store, desired, switchOn } = context
  const pbx = switchOn(node)
  await db.tx(async tx => {
    await inOrder(tx, node)
    const members = await store.members(tx, id)
    desired.change(tx, conferenceOver({ id, node }, members))
    await seat(context, tx, node, members)
  })
  // Who is hung up does not come in again; a PBX that takes its time keeps nobody in the conference.
  await desired.applied({ section: 'incident-pin', key: id, node }).catch((error: unknown) => { if (!isPbxAway(error)) throw error })
  await Promise.all(rooms.map(async room => { await pbx.endRoom(room) }))
  await inBunches(channels, pbx.hangUp)
  await store.saveClosed(db, id)
}

/**
 * The members who may come in have changed, or rooms are to be joined: told after the commit. The row keeps it until then: this process
 * may end first, or have no link.
 */
function changed (context: RejoinAccessOptions, tx: Tx, incidentId: string): void {
  context.store.rejoinAccessDue(tx, incidentId, context.clock.now())
  tx.afterCommit(() => { void open(context, incidentId) })
}

/** Repairs what a PBX was not told. */
async function repair (context: RejoinAccessOptions, now: Date): Promise<void> {
  const { db, store, nodes, switchOn } = context
  const up = new Set(nodes().filter(node => switchOn(node).ready()))
  if (up.size === 0) return
  const before = new Date(now.getTime() - leftAfterMs)
  for (const { id, node } of await store.dueRejoinAccess(db, before)) if (up.has(node)) await open(context, id)
  for (const ended of await store.endedButOpen(db, { before })) {
    if (!up.has(ended.node)) continue
    await guarded(context, async () => { await close(context, ended, await store.channelsIn(db, ended.id)) })
  }
}

/**
 * After a PBX or the connection to it came back: incidents ended meanwhile are closed, open ones get their rooms and numbers.
 * Of an ended one only the rooms are emptied: a restarted PBX has given its channels' names to others.
 */
async function exchangeIsUp (context: RejoinAccessOptions, node: string): Promise<void> {
  const { db, store } = context
  const ended = (await store.endedButOpen(db)).filter(incident => incident.node === node)
  for (const incident of ended) await guarded(context, async () => { await close(context, incident, []) })
  for (const { id } of await store.open(db, node)) await open(context, id)
}

/** Closes an incident that has just ended, with the channels of members who are in no room yet. */
async function closeEnded (context: RejoinAccessOptions, incidentId: string, channels: readonly string[]): Promise<void> {
  const { db, store } = context
  await guarded(context, async () => {
    for (const ended of await store.endedButOpen(db, { id: incidentId })) await close(context, ended, channels)
  })
}

/**
 * Keeps a conference's PBX able to run it by itself: rooms linked, and the numbers that may ring back in, with their PIN, in the
 * PBX's own database.
 */
export const createRejoinAccess = (context: RejoinAccessOptions) => bind(context, { changed, repair, exchangeIsUp, closeEnded })

export type RejoinAccess = ReturnType<typeof createRejoinAccess>
