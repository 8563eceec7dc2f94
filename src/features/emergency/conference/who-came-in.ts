import type { Tx } from '../../../db/database.ts'
import { isPbxAway } from '../../../domain/errors.ts'
import { newId } from '../../../domain/ids.ts'
import { callerNumber, maskNumber, numberKey } from '../../../domain/telephone/phone-number.ts'
import type { PbxEvent } from '../../../pbx/pbx-event.ts'
import { applyAll, rosterFor, type ApplyingContext } from '../dial/applying.ts'
import { uuid, type Change } from '../dial/leg-changes.ts'
import type { EmergencyStore } from '../emergency-store.ts'
import type { Incident, Member } from '../emergency-types.ts'
import { openDoor, type DoorsContext } from '../rooms/doors.ts'
import { recordOnWhenEmpty, recordWhatWaits } from '../rooms/moving.ts'
import { isPrivateRoom, nodeOfRoom, roomOn, rootRoom } from '../rooms/rules/rooms.ts'
import { hasVanished } from '../rules/roster.ts'
import { nodesOf, seatIn } from './seats.ts'
import type { DialList } from '../dial/dial-list.ts'

export interface WhoCameInContext extends ApplyingContext, DoorsContext {
  store: EmergencyStore
  dialList: DialList
}

/** What a room's event means for the member. */
function roomChange (event: PbxEvent): (Change & { incidentId: string }) | null {
  if (event.kind !== 'user') return null
  const { incident = '', member = '' } = event.name === 'LD_ROOM' || event.name === 'LD_VOICE' ? event.data : {}
  if (!uuid.test(incident)) return null
  const base = { memberId: member, incidentId: incident, at: event.at, channel: { name: event.channel, node: event.node } }
  if (event.name === 'LD_VOICE') {
    const on = event.data.muted === '1'
    return {
      ...base,
      event: { kind: 'self-mute', channelId: event.uniqueId, on },
      entry: { kind: on ? 'self-muted' : 'self-unmuted', actor: 'pbx', detail: {} }
    }
  }
  if (event.name !== 'LD_ROOM') return null
  const { room, verb, leg = '', result = '', cause = '' } = event.data
  const legId = leg === '' ? null : leg
  if (verb === 'refused') {
    return { ...base, event: { kind: 'locked-out' }, entry: { kind: 'refused-locked', actor: 'pbx', legId, detail: {} } }
  }
  return verb === 'join'
    ? {
        ...base,
        event: { kind: 'entered', channelId: event.uniqueId, room },
        entry: { kind: 'entered', actor: 'pbx', legId, detail: { room, ...(legId === null ? { channel: event.uniqueId } : {}) } }
      }
    : {
        ...base,
        vanished: hasVanished(Number(cause)),
        event: { kind: 'left', channelId: event.uniqueId, room, result: result.toLowerCase(), lost: false },
        entry: { kind: 'left', actor: 'pbx', legId, detail: { room, result, ...(cause === '' ? {} : { cause: Number(cause) }) } }
      }
}

/** How an attempt to come back with a wrong PIN is told. */
const tries: ReadonlySet<string> = new Set(['wrong-pin', 'barred'])

/** A member who came in by PIN from a number nobody knows: on the roster, so that the chair sees every listener. */
function unknownCaller (context: WhoCameInContext, incident: Incident, roster: readonly Member[], event: PbxEvent): Member {
  const { dialList, clock } = context
  const number = callerNumber(event.num)
  const name = number ? `来电 ${maskNumber(number)}` : '来电（号码未显示）'
  const { members } = dialList.rosterOf(incident, [], number ? [{ name, role: '', number }] : [], clock.now(), () => null, roster)
  const [row] = members
  return row ?? dialList.withoutNumber(incident, name, roster.length)
}

/** The seat an event is about: the channel says it, else the number that rang in, else the name the dialplan gave. */
function whose (
  context: WhoCameInContext, roster: readonly Member[], sits: ReadonlyMap<string, string>, change: Change, event: PbxEvent
): string | null {
  const seated = sits.get(event.uniqueId)
  if (seated !== undefined) return seated
  const named = roster.find(m => m.id === change.memberId)
  if (change.event?.kind !== 'entered' || change.entry.legId) return named?.id ?? null
  // One telephone may stand for several members: the first of them who is not in the conference comes in.
  const present = new Set(sits.values())
  const key = numberKey(event.num)
  const first = named && key !== ''
    ? roster.find(m => !present.has(m.id) && !m.removed && context.store.numbersOf(m).some(n => numberKey(n) === key))
    : undefined
  return first?.id ?? named?.id ?? null
}

/** A caller with a member's number did not know the PIN: the people who run an incident of this member see it, once a call. */
export async function wrongPins (context: WhoCameInContext, tx: Tx, events: readonly PbxEvent[]): Promise<void> {
  const { store, dialling } = context
  const tried = events.flatMap(e => e.kind === 'user' && e.name === 'LD_REJOIN' && tries.has(e.data.result) && e.data.number
    ? [{ key: numberKey(e.data.number), at: e.at }]
    : [])
  for (const { id } of tried.length === 0 ? [] : await store.open(tx)) {
    const incident = await store.lock(tx, id)
    if (!incident || incident.ended_at !== null) continue
    const roster = await store.members(tx, id)
    const owners = tried.flatMap(({ key, at }) => {
      const member = roster.find(m => !m.removed && store.numbersOf(m).some(n => numberKey(n) === key))
      return member ? [{ member, at }] : []
    })
    if (owners.length === 0) continue
    store.record(
      tx,
      owners.map(({ member, at }) => ({ incidentId: id, memberId: member.id, at, kind: 'wrong-pin', actor: 'pbx', detail: {} }))
    )
    await dialling.announce(tx, incident, owners.map(o => o.member))
  }
}

type RoomChange = { change: NonNullable<ReturnType<typeof roomChange>>, event: PbxEvent }

/** A row of coming in that is read long after the line has ended is a line of the timeline, and no seat. */
async function withoutTheGone ({ store }: WhoCameInContext, tx: Tx, changes: readonly RoomChange[]): Promise<RoomChange[]> {
  const of = (kind: 'entered' | 'left'): string[] => changes.flatMap(c => c.change.event?.kind === kind ? [c.event.uniqueId] : [])
  const left = new Set(of('left'))
  const seats = of('entered').filter(id => !left.has(id))
  const ends = seats.length > 0 ? await store.knownEnds(tx, seats) : new Map<string, number>()
  return changes.map(c => c.change.event?.kind === 'entered' && ends.has(c.event.uniqueId)
    ? { ...c, change: { ...c.change, event: null } }
    : c)
}

export async function rooms (context: WhoCameInContext, tx: Tx, events: readonly PbxEvent[]): Promise<void> {
  const { store } = context
  const changes = await withoutTheGone(context, tx, events.flatMap(e => {
    const change = roomChange(e)
    return change ? [{ change, event: e }] : []
  }))
  const ids = [...new Set(changes.map(c => c.change.incidentId))].sort()
  for (const id of ids) {
    const incident = await store.lock(tx, id)
    if (!incident) continue
    const of = changes.filter(c => c.change.incidentId === id)
    const rangIn = of.some(c => c.change.event?.kind === 'entered' && !c.change.entry.legId)
    const roster = rangIn ? await store.members(tx, id) : await rosterFor(context, tx, incident, of.map(c => c.change))
    const sits = new Map(roster.flatMap(m => m.channel_id === null ? [] : [[m.channel_id, m.id]]))
    const satBefore = new Set(sits.keys())
    const unknown: Member[] = []
    const mine = of.map(({ change, event }) => {
      let memberId = whose(context, roster, sits, change, event)
      if (memberId === null && change.event?.kind === 'entered') {
        const row = unknownCaller(context, incident, roster, event)
        row.id = newId()
        row.dial_round = 1
        roster.push(row)
        unknown.push(row)
        memberId = row.id
      }
      if (memberId === null) return change
      if (change.event?.kind === 'entered') sits.set(event.uniqueId, memberId)
      return { ...change, memberId }
    })
    store.insertMembers(tx, unknown)
    await applyAll(context, tx, incident, roster, mine)
    const came = mine.flatMap(change => cameBy(roster, change) ?? [])
    if (incident.ended_at !== null) for (const { node } of came) store.closeAgain(tx, id, node)
    else {
      bringIn(context, tx, incident, came)
      await endOtherLines(context, tx, incident, came.filter(({ rung, channelId }) => rung && !satBefore.has(channelId)))
      const root = rootRoom(incident.room_prefix)
      // The first in an empty room: what is to be recorded begins now.
      if (incident.recording !== null && came.some(({ room }) => room === root)) await recordWhatWaits(context, tx, incident)
      const left = mine.findLast(({ event }) =>
        (event?.kind === 'left' && event.room === root) || (event?.kind === 'entered' && isPrivateRoom(event.room)))
      if (left !== undefined) await recordOnWhenEmpty(context, tx, incident, left.at)
    }
  }
}

/** Who sits by this line now; `rung`: by the conference. */
interface Came { member: Member, channelId: string, name: string, node: string, room: string, rung: boolean }

function cameBy (roster: readonly Member[], { event, channel, entry }: Change): Came | null {
  if (event?.kind !== 'entered' || channel === undefined) return null
  const member = roster.find(m => m.channel_id === event.channelId && m.in_room === event.room)
  return member === undefined ? null : { member, ...event, ...channel, rung: Boolean(entry.legId) }
}

/**
 * Who waited on a PBX while its room was given to another comes into a room that is no part of the conference: the dialplan was told of
 * that one. They are brought into the PBX's own room.
 */
function bringIn (
  context: WhoCameInContext, tx: Tx, incident: Incident, came: readonly Came[]
): void {
  const { switchOn, onError } = context
  const { room_prefix: prefix } = incident
  for (const { member, name, node, room } of came) {
    if (isPrivateRoom(room) || nodeOfRoom(prefix, incident.rooms, room) === node) continue
    openDoor(context, tx, incident, node)
    const into = roomOn(prefix, incident.rooms, node, room, member.ordering)
    if (into !== null) tx.afterCommit(() => { switchOn(node).bring(name, seatIn(incident, member, into)).catch(onError) })
  }
}

/**
 * Who comes in by a line that we rang has no other: none waits outside with music, and nobody is in the conference twice. Who is being rung
 * anew for a talk apart keeps both.
 */
async function endOtherLines (
  { store, switchOn, onError }: WhoCameInContext, tx: Tx, incident: Incident, came: readonly Came[]
): Promise<void> {
  if (came.length === 0) return
  const others = await store.linesWithoutEnd(tx, came.map(({ member }) => member.id))
  for (const { member, channelId } of came) {
    if (member.moving_room !== null) continue
    const lines = (others.get(member.id) ?? []).filter(line => line !== channelId)
    if (lines.length === 0) continue
    tx.afterCommit(() => {
      for (const node of nodesOf(incident)) {
        for (const line of lines) switchOn(node).hangUp(line).catch((error: unknown) => { if (!isPbxAway(error)) onError(error) })
      }
    })
  }
}
