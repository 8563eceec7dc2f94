import type { Tx } from '../../db/database.ts'
import type { Dialler } from '../../dialler/dialler.ts'
import type { Clock } from '../../domain/clock.ts'
import { DomainError } from '../../domain/errors.ts'
import { newId } from '../../domain/ids.ts'
import type { Actor } from '../../domain/roles.ts'
import type { Feed } from '../../feed/feed.ts'
import type { DialList } from './dial-list.ts'
import { roleOf, type Dialling } from './dialling.ts'
import { incidentAudience } from './emergency-settings.ts'
import type { EmergencyStore, Incident, Member } from './emergency-store.ts'
import type { Emergency } from './emergency.ts'
import { applyToMember } from './member-changes.ts'
import { memberRooms, rootRoom } from './rules/rooms.ts'

/** What a conference asks of the switchboard. Every verb waits for the PBX's answer and has a time-out. */
export interface ConferenceSwitch {
  mute: (room: string, channel: string, on: boolean) => Promise<void>
  /** everybody who is no commander and no link */
  muteParticipants: (room: string, on: boolean) => Promise<void>
  kick: (room: string, channel: string) => Promise<void>
  /** closes every way in: a key, ringing back; who is inside stays, whom the chair brings may come */
  lock: (incidentId: string, on: boolean) => Promise<void>
  /** whoever comes in from now on is seated silent, commanders excepted */
  silence: (incidentId: string, on: boolean) => Promise<void>
  /** whoever comes in from now on hears first that he is recorded */
  tellOfRecording: (incidentId: string, on: boolean) => Promise<void>
  /** `file` is relative to the recordings folder */
  startRecording: (room: string, file: string) => Promise<void>
  stopRecording: (room: string) => Promise<void>
  /** says a prompt to everybody in the room */
  say: (room: string, prompt: string) => Promise<void>
  /** brings a living channel into a room with the contract's variables set */
  bring: (channel: string, variables: Record<string, string>) => Promise<void>
  /** rings a telephone of ours and brings it into a room once it is answered */
  ringInto: (extension: string, channelId: string, variables: Record<string, string>) => Promise<void>
}

export interface ConferenceOptions {
  store: EmergencyStore
  emergency: Pick<Emergency, 'running' | 'member'>
  dialList: DialList
  dialling: Dialling
  dialler: Dialler
  clock: Clock
  feed: Feed
  conferenceSwitch: ConferenceSwitch
  /** name of the living channel of a leg; null when it lives no more */
  channelOfLeg: (legId: string) => Promise<string | null>
  /** who may ring back has changed; after commit, must not throw */
  onListChanged: (incidentId: string) => void
  onEnded: (incidentId: string, rooms: readonly string[]) => void
}

const chairName = (extension: string): string => `协调员 ${extension}`

export type Conference = ReturnType<typeof createConference>

/** The verbs of the chair. The PBX does it first; only what it did is written down. */
export function createConference ({ store, emergency, dialList, dialling, dialler, clock, feed, conferenceSwitch: pbx, channelOfLeg, onListChanged, onEnded }: ConferenceOptions) {
  const allRooms = (incident: Incident): string[] => [...new Set([rootRoom(incident.room_prefix), ...memberRooms(incident.room_prefix, incident.leaf_rooms)])]
  const privateRoom = (incident: Incident): string => `${incident.room_prefix}-9${newId().replace(/\D/g, '').slice(0, 6)}`

  async function roster (tx: Tx, incidentId: string): Promise<{ incident: Incident, members: Member[] }> {
    const incident = await emergency.running(tx, incidentId)
    return { incident, members: await store.members(tx, incident.id) }
  }

  /** A member who sits in a room. @throws DomainError `guard-not-met` */
  function seated (member: Member): { channel: string, room: string } {
    if (member.channel_name === null || member.in_room === null) throw new DomainError('guard-not-met', 'this person is not in the conference')
    return { channel: member.channel_name, room: member.in_room }
  }

  function record (tx: Tx, actor: Actor, incidentId: string, kind: string, memberId: string | null = null, detail: Record<string, unknown> = {}): void {
    store.record(tx, [{ incidentId, memberId, at: clock.now(), kind, actor: actor.id, detail }])
  }

  async function tell (tx: Tx, incident: Incident, topic: string, data: Record<string, unknown>): Promise<void> {
    await feed.publish(tx, { topic, subject: incident.id, at: clock.now(), data, audience: incidentAudience })
  }

  const seat = (incident: Incident, member: Member, room: string): Record<string, string> => ({
    LD_INCIDENT: incident.id, LD_MEMBER: member.id, LD_ROOM: room, LD_ROLE: member.muted ? 'muted' : roleOf(member)
  })

  return {
    async mute (tx: Tx, actor: Actor, input: { incidentId: string, memberId: string, on: boolean }): Promise<void> {
      const { incident, members } = await roster(tx, input.incidentId)
      const member = emergency.member(members, input.memberId)
      const { room, channel } = seated(member)
      await pbx.mute(room, channel, input.on)
      member.muted = input.on
      store.saveMembers(tx, [member])
      record(tx, actor, incident.id, input.on ? 'muted' : 'unmuted', member.id)
      await dialling.announce(tx, incident, [member])
    },

    /** Silences everybody but the commanders, also those who come later; or gives all their voices back. */
    async muteAll (tx: Tx, actor: Actor, input: { incidentId: string, on: boolean }): Promise<void> {
      const { incident, members } = await roster(tx, input.incidentId)
      const inRoom = members.filter(m => m.in_room !== null)
      await pbx.silence(incident.id, input.on)
      for (const room of new Set(inRoom.flatMap(m => m.in_room ?? []))) await pbx.muteParticipants(room, input.on)
      incident.muted_all = input.on
      await tx.query('update incident set muted_all = $2, revision = revision + 1 where id = $1', [incident.id, input.on])
      const changed = inRoom.filter(m => !m.commander)
      for (const m of changed) m.muted = input.on
      store.saveMembers(tx, changed)
      record(tx, actor, incident.id, input.on ? 'muted-all' : 'unmuted-all')
      await tell(tx, incident, 'incident.muted-all', { on: input.on })
      await dialling.announce(tx, incident, changed)
      tx.afterCommit(() => { onListChanged(incident.id) })
    },

    /** Puts somebody out; he cannot come back by ringing in until he is dialled again. */
    async remove (tx: Tx, actor: Actor, input: { incidentId: string, memberId: string, reason: string }): Promise<void> {
      const { incident, members } = await roster(tx, input.incidentId)
      const member = emergency.member(members, input.memberId)
      const { room, channel } = seated(member)
      await pbx.kick(room, channel)
      applyToMember(member, { kind: 'removed' }, clock.now())
      store.saveMembers(tx, [member])
      record(tx, actor, incident.id, 'removed', member.id, { reason: input.reason })
      await dialling.announce(tx, incident, [member])
      tx.afterCommit(() => { onListChanged(incident.id) })
    },

    /** Closes the way in to every room; who is inside stays. */
    async lock (tx: Tx, actor: Actor, input: { incidentId: string, on: boolean }): Promise<void> {
      const { incident } = await roster(tx, input.incidentId)
      await pbx.lock(incident.id, input.on)
      await tx.query('update incident set locked = $2, revision = revision + 1 where id = $1', [incident.id, input.on])
      record(tx, actor, incident.id, input.on ? 'locked' : 'unlocked')
      await tell(tx, incident, 'incident.locked', { on: input.on })
    },

    /** Records the whole conference at its root; everybody hears that it is recorded. */
    async recordConference (tx: Tx, actor: Actor, input: { incidentId: string, on: boolean }): Promise<{ file: string | null }> {
      const { incident } = await roster(tx, input.incidentId)
      const root = rootRoom(incident.room_prefix)
      const file = input.on ? `conference/${incident.number}-${clock.now().getTime()}.wav` : null
      if (file === null) {
        await pbx.stopRecording(root)
        await pbx.tellOfRecording(incident.id, false)
      } else {
        await pbx.tellOfRecording(incident.id, true)
        await pbx.say(root, 'conference-recorded')
        await pbx.startRecording(root, file)
      }
      await tx.query('update incident set recording = $2, revision = revision + 1 where id = $1', [incident.id, file])
      record(tx, actor, incident.id, file === null ? 'recording-stopped' : 'recording-started', null, { file: file ?? incident.recording })
      await tell(tx, incident, 'incident.recording', { on: input.on })
      return { file: file ?? incident.recording }
    },

    /** Two members talk with each other alone; the conference goes on without them. */
    async connectPrivately (tx: Tx, actor: Actor, input: { incidentId: string, memberIds: readonly [string, string] }): Promise<void> {
      const { incident, members } = await roster(tx, input.incidentId)
      const pair = input.memberIds.map(id => emergency.member(members, id))
      const room = privateRoom(incident)
      const seats = pair.map(member => ({ member, ...seated(member) }))
      for (const { member, channel } of seats) {
        await pbx.bring(channel, { ...seat(incident, { ...member, muted: false }, room), LD_ROLE: 'commander' })
        member.private_room = room
      }
      store.saveMembers(tx, pair)
      record(tx, actor, incident.id, 'private', null, { members: input.memberIds })
      await dialling.announce(tx, incident, pair)
    },

    /** Brings members back from their private talk. */
    async reunite (tx: Tx, actor: Actor, input: { incidentId: string, memberIds: readonly string[] }): Promise<void> {
      const { incident, members } = await roster(tx, input.incidentId)
      const back = input.memberIds.map(id => emergency.member(members, id)).filter(m => m.private_room !== null && m.channel_name !== null)
      for (const member of back) {
        await pbx.bring(seated(member).channel, seat(incident, member, member.room))
        member.private_room = null
      }
      store.saveMembers(tx, back)
      record(tx, actor, incident.id, 'reunited', null, { members: back.map(m => m.id) })
      await dialling.announce(tx, incident, back)
    },

    /** Rings the coordinator's own telephone into the conference, as its chair. */
    async joinAsChair (tx: Tx, actor: Actor, input: { incidentId: string }): Promise<{ memberId: string }> {
      const { incident, members } = await roster(tx, input.incidentId)
      const extension = own(actor)
      let member = chairAt(members, extension)
      if (!member) {
        member = { ...dialList.withoutNumber(incident, chairName(extension), members.length, ['应急协调员']), commander: true, room: rootRoom(incident.room_prefix) }
        store.insertMembers(tx, [member])
      }
      if (member.channel_id !== null) throw new DomainError('already-done', 'you are in the conference already')
      // He has no turn of the dial: he rings himself.
      member.skipped = true
      member.state = 'ringing'
      store.saveMembers(tx, [member])
      record(tx, actor, incident.id, 'chair-rung', member.id)
      const { id } = member
      const variables = { ...seat(incident, member, member.room), LD_ROLE: 'coordinator' }
      await pbx.ringInto(extension, `chair-${newId()}`, variables)
      await dialling.announce(tx, incident, [member])
      return { memberId: id }
    },

    /** The coordinator speaks alone with somebody whose line is open but who pressed nothing, or who waits after key 1. */
    async speakWith (tx: Tx, actor: Actor, input: { incidentId: string, memberId: string }): Promise<void> {
      const { incident, members } = await roster(tx, input.incidentId)
      const member = emergency.member(members, input.memberId)
      const extension = own(actor)
      const channel = await livingLeg(member)
      const room = privateRoom(incident)
      const chair = chairAt(members, extension)
      if (chair?.channel_name) {
        // He sits in the conference: he leaves it for this talk, and admitting brings both in.
        await pbx.bring(chair.channel_name, { ...seat(incident, chair, room), LD_ROLE: 'coordinator' })
        chair.private_room = room
        store.saveMembers(tx, [chair])
        await dialling.announce(tx, incident, [chair])
      } else {
        await pbx.ringInto(extension, `chair-${newId()}`, { LD_INCIDENT: '', LD_MEMBER: '', LD_ROOM: room, LD_ROLE: 'coordinator' })
      }
      await pbx.bring(channel, { LD_INCIDENT: '', LD_MEMBER: '', LD_ROOM: room, LD_ROLE: 'member' })
      store.record(tx, [{ incidentId: incident.id, memberId: member.id, legId: member.leg_id, at: clock.now(), kind: 'spoke', actor: actor.id }])
    },

    /**
     * Lets somebody in without a key: only the coordinator who spoke with him on this very leg may, and it is written down.
     * @throws DomainError `guard-not-met` when he did not
     */
    async admit (tx: Tx, actor: Actor, input: { incidentId: string, memberId: string }): Promise<void> {
      const { incident, members } = await roster(tx, input.incidentId)
      const member = emergency.member(members, input.memberId)
      const [spoke] = await tx.query('select 1 from incident_event where incident_id = $1 and member_id = $2 and leg_id = $3 and kind = \'spoke\' and actor = $4', [incident.id, member.id, member.leg_id, actor.id])
      if (!spoke) throw new DomainError('guard-not-met', 'only a coordinator who spoke with him on this call may admit him')
      await pbx.bring(await livingLeg(member), seat(incident, member, member.room))
      applyToMember(member, { kind: 'admitted' }, clock.now())
      member.admitted_by = actor.id
      const chair = actor.extension === null ? undefined : chairAt(members, actor.extension)
      const back = chair?.channel_name && chair.private_room !== null ? [chair] : []
      for (const c of back) {
        await pbx.bring(seated(c).channel, { ...seat(incident, c, c.room), LD_ROLE: 'coordinator' })
        c.private_room = null
      }
      store.saveMembers(tx, [member, ...back])
      store.record(tx, [{ incidentId: incident.id, memberId: member.id, legId: member.leg_id, at: clock.now(), kind: 'admitted', actor: actor.id }])
      await dialling.announce(tx, incident, [member, ...back])
    },

    /** Ends it: nobody is rung any more, everybody is let go, the way in is closed. */
    async end (tx: Tx, actor: Actor, incidentId: string): Promise<void> {
      const { incident, members } = await roster(tx, incidentId)
      // First: what is cancelled below must find it ended.
      await tx.query('update incident set state = \'ended\', ended_at = $2, ended_by = $3, revision = revision + 1 where id = $1', [incident.id, clock.now(), actor.id])
      await dialler.cancel(tx, members.flatMap(m => m.request_id ?? []), 'the incident was ended', true)
      record(tx, actor, incident.id, 'ended', null, { joined: members.filter(m => m.state === 'joined').length, people: members.length })
      await tell(tx, incident, 'incident.ended', {})
      const rooms = [...new Set([...allRooms(incident), ...members.flatMap(m => m.in_room ?? [])])]
      tx.afterCommit(() => { onEnded(incident.id, rooms) })
    }
  }

  /** The coordinator's own row on the roster, once he has joined as its chair. */
  function chairAt (members: readonly Member[], extension: string): Member | undefined {
    return members.find(m => m.person_id === null && m.name === chairName(extension))
  }

  function own (actor: Actor): string {
    if (actor.extension === null) throw new DomainError('guard-not-met', 'this login has no telephone')
    return actor.extension
  }

  async function livingLeg (member: Member): Promise<string> {
    const channel = member.leg_id === null ? null : await channelOfLeg(member.leg_id)
    if (channel === null) throw new DomainError('call-ended', 'his line is not open')
    return channel
  }
}
