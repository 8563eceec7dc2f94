import type { Database, Tx } from '../../../db/database.ts'
import type { Outside } from '../../../db/outside.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import { DomainError } from '../../../domain/errors.ts'
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
import { rootRoom } from './rules/rooms.ts'
import { minTalkMs, talkedMs } from './rules/talk.ts'
import { nodeOf, roomApart, seatIn } from './seats.ts'

export interface ChairOptions {
  db: Database
  store: EmergencyStore
  dialList: DialList
  dialling: Dialling
  clock: Clock
  telephones: Pick<ChairTelephones, 'ended'>
  /** the verbs of a PBX node */
  switchOn: (node: string) => Pick<ConferenceSwitch, 'bring' | 'ringInto' | 'isRegistered'>
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

/** Asked first: for an unregistered telephone the PBX makes no channel, and the journal gets no row. */
async function canBeRung (context: ChairOptions, node: string, extension: string): Promise<void> {
  if (await context.switchOn(node).isRegistered(extension)) return
  throw new DomainError('telephone-not-registered', 'your telephone is not registered')
}

/** The leg was dialled from the node of the conference. */
async function livingLeg (context: ChairOptions, incident: Incident, member: Member): Promise<string> {
  const channel = member.leg_id === null ? null : await context.channelOfLeg(incident.node, member.leg_id)
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
  const { incident: { node }, members } = await runningWhole(store, tx, input.incidentId)
  const extension = own(actor)
  const before = chairOf(members, actor)
  if (before?.channel_id) {
    throw new DomainError('already-done', 'you are in the conference already', { guard: 'you-are-in' })
  }
  const leg = `chair-${newId()}`
  let memberId = ''

  /** Written before the telephone rings, so that the journal knows its owner. */
  async function ringing (tx: Tx, vanished: string | null): Promise<Record<string, string> | null> {
    const { incident, members } = await runningWhole(store, tx, input.incidentId)
    let member = chairOf(members, actor)
    if (member && (member.channel_id !== null || (member.state === 'ringing' && member.leg_id !== vanished))) {
      memberId = member.id
      return null
    }
    if (!member) {
      const row = dialList.withoutNumber(incident, `协调员 ${extension}`, members.length, ['应急协调员'])
      member = { ...row, chair_login: actor.id, commander: true, room: rootRoom(incident.room_prefix) }
      store.insertMembers(tx, [member])
    }
    // The chair has no turn of the dial: the coordinator rings in personally.
    Object.assign(member, { skipped: true, state: 'ringing', state_at: clock.now(), leg_id: leg })
    store.saveMembers(tx, [member])
    store.record(tx, [{ incidentId: incident.id, memberId: member.id, at: clock.now(), kind: 'chair-rung', actor: actor.id }])
    await dialling.announce(tx, incident, [member])
    memberId = member.id
    return seatIn(incident, member, member.room)
  }

  return {
    async act () {
      await canBeRung(context, node, extension)
      const vanished = await vanishedLeg(context, node, before)
      const variables = await db.tx(async tx => await ringing(tx, vanished))
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

/**
 * The coordinator speaks alone with a member whose line is open: one who pressed nothing, or who waits after key 1.
 * The member is fetched from the music when the coordinator is there, and goes back to it afterwards.
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
  return {
    async act () {
      await livingLeg(context, incident, member)
      if (!chair?.channel_name) await canBeRung(context, incident.node, extension)
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
      })
      // A chair who sits in the conference leaves it for this talk; afterwards the chair is brought back.
      if (chair?.channel_name) {
        const seat = { ...seatIn(incident, chair, room), LD_ROLE: 'coordinator' }
        await switchOn(nodeOf(incident, chair)).bring(chair.channel_name, seat)
      } else {
        await switchOn(incident.node).ringInto(extension, `chair-${talkId}`, { LD_ROOM: room, LD_ROLE: 'coordinator' })
      }
    },
    async save (tx) {
      if (!chair?.channel_name) return
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
      await switchOn(incident.node).bring(await livingLeg(context, incident, member), seatIn(incident, member, member.room))
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
