import type { Database, Tx } from '../../../db/database.ts'
import type { Outside } from '../../../db/outside.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import { DomainError, isPbxAway } from '../../../domain/errors.ts'
import { newId } from '../../../domain/ids.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import { bind } from '../../../domain/bind.ts'
import type { ChairTelephones } from './chair-telephones.ts'
import type { ConferenceSwitch } from './conference.ts'
import type { DialList } from '../dial/dial-list.ts'
import type { Dialling } from '../dial/dialling.ts'
import type { EmergencyStore } from '../emergency-store.ts'
import { applyToMember } from '../dial/member-changes.ts'
import { memberOn, runningWhole } from '../running-incident.ts'
import type { Incident, Member } from '../emergency-types.ts'
import { roomOn, rootRoom } from '../rooms/rules/rooms.ts'
import { minTalkMs, talkedMs } from './rules/talk.ts'
import { nodeOf, nodesOf, roomApart, roomOf, seatIn } from './seats.ts'

export interface ChairOptions {
  db: Database
  store: EmergencyStore
  dialList: DialList
  dialling: Dialling
  clock: Clock
  telephones: Pick<ChairTelephones, 'ended'>
  /** the verbs of a PBX node */
  switchOn: (node: string) => Pick<ConferenceSwitch, 'bring' | 'ringInto' | 'isRegistered' | 'tellOfRinging'>
  /** name of the living channel of a leg on this node; null when it lives no more */
  channelOfLeg: (node: string, legId: string) => Promise<string | null>
}

export type Chair = ReturnType<typeof createChair>

/** The coordinator's own row on the roster, once joined as its chair. */
const chairOf = (members: readonly Member[], actor: Actor): Member | undefined => members.find(m => m.chair_login === actor.id)

function own (actor: Actor): string {
  if (actor.extension === null) throw new DomainError('guard-not-met', 'this login has no telephone', { guard: 'own-extension' })
  return actor.extension
}

/**
 * The first of these PBXs that can ring this telephone. Asked first: for an unregistered telephone the PBX makes no channel, and the
 * journal gets no row. @throws DomainError `telephone-not-registered`
 */
async function canBeRung (context: ChairOptions, nodes: readonly string[], extension: string): Promise<string> {
  let away: unknown = new DomainError('telephone-not-registered', 'your telephone is not registered')
  for (const node of nodes) {
    try {
      if (await context.switchOn(node).isRegistered(extension)) return node
    } catch (error) {
      if (!isPbxAway(error)) throw error
      if (nodes.length === 1) away = error
    }
  }
  throw away
}

/** The leg was dialled from the PBX of the member's room. */
async function livingLeg (context: ChairOptions, incident: Incident, member: Member): Promise<string> {
  const channel = member.leg_id === null ? null : await context.channelOfLeg(nodeOf(incident, member), member.leg_id)
  if (channel === null) throw new DomainError('call-ended', 'the line of this member is not open')
  return channel
}

/** Asterisk has the channel of a rung telephone within this time, ms; before, a missing one proves nothing. */
const channelAppearsMs = 5_000

/** The chair's leg that is written as ringing and rings no more: the page with the telephone was reloaded, for example. */
async function vanishedLeg (context: ChairOptions, node: string, chair: Member | undefined): Promise<string | null> {
  if (chair?.state !== 'ringing' || chair.leg_id === null) return null
  if (context.clock.now().getTime() - chair.state_at.getTime() < channelAppearsMs) return null
  return await context.channelOfLeg(node, chair.leg_id) === null ? chair.leg_id : null
}

/**
 * Rings the coordinator's own telephone into the conference, as its chair. While it rings, another join is the same join: the telephone is
 * not rung twice, and nobody has two seats.
 * @throws DomainError `already-done` in the conference, `telephone-not-registered`
 */
async function joinAsChair (
  context: ChairOptions, tx: Tx, actor: Actor, input: { incidentId: string }
): Promise<Outside<{ memberId: string }>> {
  const { db, store, dialList, dialling, clock, telephones, switchOn } = context
  const { incident: begun, members } = await runningWhole(store, tx, input.incidentId)
  const extension = own(actor)
  const before = chairOf(members, actor)
  if (before?.channel_id) {
    throw new DomainError('already-done', 'you are in the conference already', { guard: 'you-are-in' })
  }
  const leg = `chair-${newId()}`
  let memberId = ''

  /** Written before the telephone rings, so that the journal knows its owner. */
  async function ringing (tx: Tx, node: string, vanished: string | null): Promise<Record<string, string> | null> {
    const { incident, members } = await runningWhole(store, tx, input.incidentId)
    let member = chairOf(members, actor)
    if (member && (member.channel_id !== null || (member.state === 'ringing' && member.leg_id !== vanished))) {
      memberId = member.id
      return null
    }
    if (!member) {
      const row = dialList.withoutNumber(incident, `协调员 ${extension}`, members.length, ['应急协调员'])
      member = { ...row, chair_login: actor.id, commander: true }
      store.insertMembers(tx, [member])
    }
    const { room_prefix: prefix, rooms } = incident
    const root = rootRoom(prefix)
    // The chair has no turn of the dial: the coordinator rings in personally.
    member.room = node === incident.node ? root : roomOn(prefix, rooms, node, root, 0) ?? root
    Object.assign(member, { skipped: true, state: 'ringing', state_at: clock.now(), leg_id: leg })
    store.saveMembers(tx, [member])
    store.record(tx, [{
      incidentId: incident.id, memberId: member.id, legId: leg, at: clock.now(), kind: 'chair-rung', actor: actor.id
    }])
    await dialling.announce(tx, incident, [member])
    memberId = member.id
    return seatIn(incident, member, member.room)
  }

  return {
    async act () {
      const node = await canBeRung(context, nodesOf(begun), extension)
      const vanished = await vanishedLeg(context, before ? nodeOf(begun, before) : node, before)
      const variables = await db.tx(async tx => await ringing(tx, node, vanished))
      if (variables === null) return
      try {
        await switchOn(node).ringInto(extension, leg, variables)
      } catch (error) {
        // Unanswered it may ring all the same: the journal says so, or the sweep lets it go.
        if (!(error instanceof DomainError) || error.code === 'pbx-no-answer') throw error
        await db.tx(async tx => { await telephones.ended(tx, [leg], clock.now()) })
        throw error
      }
    },
    save: async () => ({ memberId })
  }
}

/** Written before the chair is rung anew: the old line ends when the chair comes by the new one. */
async function awaited ({ store }: ChairOptions, tx: Tx, incidentId: string, chairId: string, room: string): Promise<void> {
  const { members } = await store.whole(tx, incidentId)
  const chair = memberOn(members, chairId)
  chair.moving_room = room
  store.saveMembers(tx, [chair])
}

/**
 * The coordinator speaks alone with a member whose line is open: one who pressed nothing, or who waits after key 1.
 * The member is fetched from the music when the coordinator is there, and goes back to it afterwards. A coordinator whose seat is on
 * another PBX than the member's line is told so and rung anew there.
 * @throws DomainError `call-ended`, `telephone-not-registered`, `guard-not-met` for a member in the conference
 */
async function speakWith (
  context: ChairOptions, tx: Tx, actor: Actor, input: { incidentId: string, memberId: string }
): Promise<Outside<void>> {
  const { db, store, dialling, clock, switchOn } = context
  const { incident, members } = await runningWhole(store, tx, input.incidentId)
  const member = memberOn(members, input.memberId)
  const extension = own(actor)
  if (member.channel_id !== null) {
    throw new DomainError('guard-not-met', 'this person is in the conference', { guard: 'outside-conference' })
  }
  const chair = chairOf(members, actor)
  const room = roomApart(incident)
  const talkId = newId()
  // The talk is on the member's PBX.
  const node = nodeOf(incident, member)
  const seated = chair?.channel_name ?? null
  const beside = chair !== undefined && seated !== null && nodeOf(incident, chair) === node
  return {
    async act () {
      await livingLeg(context, incident, member)
      if (!beside) await canBeRung(context, [node], extension)
      if (chair && seated && !beside) await switchOn(nodeOf(incident, chair)).tellOfRinging(seated)
      await db.tx(async tx => {
        store.beginTalk(tx, {
          id: talkId,
          incident_id: incident.id,
          member_id: member.id,
          leg_id: member.leg_id ?? '',
          room,
          login: actor.id,
          begun_at: clock.now()
        })
        if (chair && seated && !beside) await awaited(context, tx, incident.id, chair.id, room)
      })
      // A chair who sits in the conference leaves it for this talk; afterwards the chair is brought back.
      const seat = { ...chair && seated ? seatIn(incident, chair, room) : { LD_ROOM: room }, LD_ROLE: 'coordinator' }
      if (seated && beside) await switchOn(node).bring(seated, seat)
      else await switchOn(node).ringInto(extension, `chair-${talkId}`, seat, seated !== null)
    },
    async save (tx) {
      if (!chair || !beside) return
      const now = await store.whole(tx, input.incidentId)
      const chairNow = memberOn(now.members, chair.id)
      if (chairNow.channel_id === null) return
      chairNow.private_room = room
      store.saveMembers(tx, [chairNow])
      await dialling.announce(tx, incident, [chairNow])
    }
  }
}

/**
 * Lets a member in without a key. Only the coordinator who spoke with the member on this very leg may; it is written down.
 * They spoke when both were on the line together; that the telephone was rung is not enough.
 * @throws DomainError `guard-not-met` when they did not, `call-ended`
 */
async function admit (
  context: ChairOptions, tx: Tx, actor: Actor, input: { incidentId: string, memberId: string }
): Promise<Outside<void>> {
  const { store, dialling, clock, switchOn } = context
  const { incident, members } = await runningWhole(store, tx, input.incidentId)
  const member = memberOn(members, input.memberId)
  const talks = await store.talksOf(tx, member.id, member.leg_id ?? '', actor.id)
  if (!talks.some(talk => talkedMs(talk, clock.now()) >= minTalkMs)) {
    throw new DomainError('guard-not-met', 'only a coordinator who spoke with this member on this call may do so', { guard: 'spoken-with' })
  }
  return {
    async act () {
      const channel = await livingLeg(context, incident, member)
      await switchOn(nodeOf(incident, member)).bring(channel, seatIn(incident, member, roomOf(incident, member)))
    },
    async save (tx) {
      const now = await store.whole(tx, input.incidentId)
      const admitted = memberOn(now.members, member.id)
      applyToMember(admitted, { kind: 'admitted' }, clock.now())
      admitted.admitted_by = actor.id
      store.saveMembers(tx, [admitted])
      store.record(tx, [{
        incidentId: incident.id,
        memberId: member.id,
        legId: member.leg_id,
        at: clock.now(),
        kind: 'admitted',
        actor: actor.id
      }])
      await dialling.announce(tx, incident, [admitted])
    }
  }
}

/** The coordinator in person: takes the chair, speaks with a member apart, lets a member in who pressed no key. */
export const createChair = (context: ChairOptions) => bind(context, { joinAsChair, speakWith, admit })
