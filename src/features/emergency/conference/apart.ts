import type { Tx } from '../../../db/database.ts'
import type { Outside } from '../../../db/outside.ts'
import { bind } from '../../../domain/bind.ts'
import type { Dialler } from '../../../dialler/dialler-types.ts'
import { DomainError } from '../../../domain/errors.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import type { Dialling } from '../dial/dialling.ts'
import type { EmergencyStore } from '../emergency-store.ts'
import type { Incident, Member } from '../emergency-types.ts'
import type { IncidentEventKind } from '../rules/incident-events.ts'
import { memberOn, runningWhole } from '../running-incident.ts'
import type { ConferenceSwitch } from './conference.ts'
import { isApart, nodeOf, roomApart, roomOf, seated, seatIn } from './seats.ts'

export interface ApartOptions {
  store: EmergencyStore
  dialling: Pick<Dialling, 'announce' | 'request'>
  dialler: Pick<Dialler, 'cancel'>
  clock: Clock
  /** the verbs of a PBX node */
  switchOn: (node: string) => Pick<ConferenceSwitch, 'bring' | 'tellOfRinging'>
}

function record (
  { store, clock }: ApartOptions, tx: Tx, actor: Actor, incidentId: string, kind: IncidentEventKind, detail: Record<string, unknown>
): void {
  store.record(tx, [{ incidentId, memberId: null, at: clock.now(), kind, actor: actor.id, detail }])
}

/** The seat of one of two who speak apart. */
const seatApart = (incident: Incident, member: Member, room: string): ReturnType<typeof seatIn> =>
  ({ ...seatIn(incident, { ...member, muted: false }, room), LD_ROLE: 'commander' })

/** Whether a member can be rung anew; a coordinator, or somebody who rang in without showing a number, cannot. */
const canBeRung = (member: Member): boolean => member.number_count > 0

/** The PBX on which two come together: of the one who cannot be rung, else the root's, where one of them is on it. */
const meetingNode = (incident: Incident, pair: readonly Member[]): string => {
  const stays = pair.find(member => !canBeRung(member))
  if (stays !== undefined) return nodeOf(incident, stays)
  const nodes = pair.map(member => nodeOf(incident, member))
  return nodes.includes(incident.node) ? incident.node : nodes[0] ?? incident.node
}

/**
 * Two members talk with each other alone; the conference goes on without them. Who sits on another PBX is told so and rung anew; until the
 * new line is there both stay in the conference.
 * @throws DomainError `guard-not-met` for somebody who is not in the conference, or has no number to be rung at
 */
async function connectPrivately (
  context: ApartOptions, tx: Tx, actor: Actor, input: { incidentId: string, memberIds: readonly [string, string] }
): Promise<Outside<void>> {
  const { store, dialling, switchOn } = context
  const { incident, members } = await runningWhole(store, tx, input.incidentId)
  const room = roomApart(incident)
  const pair = input.memberIds.map(id => memberOn(members, id))
  for (const member of pair) seated(member)
  const node = meetingNode(incident, pair)
  const far = pair.filter(member => nodeOf(incident, member) !== node)
  if (!far.every(canBeRung)) {
    throw new DomainError('guard-not-met', 'this person cannot be rung on the other telephone system', { guard: 'has-number' })
  }
  return {
    async act () {
      for (const member of far) await switchOn(nodeOf(incident, member)).tellOfRinging(seated(member).channel)
      if (far.length > 0) return
      for (const member of pair) await switchOn(node).bring(seated(member).channel, seatApart(incident, member, room))
    },
    async save (tx) {
      const now = await store.whole(tx, input.incidentId)
      const both = input.memberIds.map(id => memberOn(now.members, id)).filter(m => m.channel_id !== null)
      // One of them has left, or a PBX of theirs was lost, while this was done: nobody is rung for a room in which nobody would be.
      if (far.length > 0 && both.length < 2) for (const member of pair) seated(memberOn(now.members, member.id))
      const rung = both.filter(member => far.some(m => m.id === member.id))
      if (far.length === 0) for (const member of both) member.private_room = room
      else for (const member of both) member.moving_room = room
      for (const member of rung) member.dial_round += 1
      await dialling.request(tx, now.incident, rung, { actor: actor.id, because: 'other-pbx' }, { room, node })
      store.saveMembers(tx, both)
      record(context, tx, actor, incident.id, 'private', { members: input.memberIds })
      await dialling.announce(tx, now.incident, both)
    }
  }
}

/** Brings members back from their private talk, or calls it off while one of them is still being rung. */
async function reunite (
  context: ApartOptions, tx: Tx, actor: Actor, input: { incidentId: string, memberIds: readonly string[] }
): Promise<Outside<void>> {
  const { store, dialler, dialling, switchOn } = context
  const { incident, members } = await runningWhole(store, tx, input.incidentId)
  const away = input.memberIds.map(id => memberOn(members, id)).filter(m => isApart(m) && m.channel_name !== null)
  const ids = new Set(away.map(m => m.id))
  return {
    async act () {
      for (const member of away) {
        await switchOn(nodeOf(incident, member)).bring(seated(member).channel, seatIn(incident, member, roomOf(incident, member)))
      }
    },
    async save (tx) {
      const now = await store.whole(tx, input.incidentId)
      const back = now.members.filter(m => ids.has(m.id))
      for (const member of back) member.private_room = null
      const rooms = new Set(now.members.flatMap(m => m.moving_room !== null && input.memberIds.includes(m.id) ? m.moving_room : []))
      const awaited = now.members.filter(m => m.moving_room !== null && rooms.has(m.moving_room))
      const requests = awaited.flatMap(m => m.moving_request ?? [])
      for (const member of awaited) Object.assign(member, { moving_room: null, moving_request: null })
      store.saveMembers(tx, [...new Set([...back, ...awaited])])
      await dialler.cancel(tx, requests, 'they do not speak apart')
      record(context, tx, actor, incident.id, 'reunited', { members: back.map(m => m.id) })
      await dialling.announce(tx, incident, back)
    }
  }
}

/** Two members of a conference who speak apart from it. */
export const createApart = (context: ApartOptions) => bind(context, { connectPrivately, reunite })

export type Apart = ReturnType<typeof createApart>

/** Brings those who have waited for a member's new line into the room apart with them. */
export async function meet (
  { store, switchOn, onError }: Pick<ApartOptions, 'store' | 'switchOn'> & { onError: (error: unknown) => void },
  tx: Tx, incident: Incident, waiting: readonly Member[], room: string
): Promise<void> {
  for (const member of waiting) {
    member.moving_room = null
    if (member.channel_name === null) continue
    member.private_room = room
    const { channel } = seated(member)
    tx.afterCommit(() => { switchOn(nodeOf(incident, member)).bring(channel, seatApart(incident, member, room)).catch(onError) })
  }
  store.saveMembers(tx, waiting)
}
