import type { Tx } from '../../../db/database.ts'
import type { Outside } from '../../../db/outside.ts'
import type { Dialler } from '../../../dialler/dialler-types.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import type { Actor } from '../../../domain/people/roles.ts'
import type { Feed } from '../../../feed/feed.ts'
import type { Desired } from '../../../pbx/desired/desired.ts'
import type { VariableName } from '../../../pbx/contract.ts'
import { bind } from '../../../domain/bind.ts'
import type { Dialling } from '../dial/dialling.ts'
import { incidentAudience } from '../emergency-settings.ts'
import type { EmergencyStore } from '../emergency-store.ts'
import { callOff } from '../dial/calling-off.ts'
import { applyToMember } from '../dial/member-changes.ts'
import type { IncidentEventKind } from '../rules/incident-events.ts'
import { memberOn, runningWhole } from '../running-incident.ts'
import type { Incident } from '../emergency-types.ts'
import { DomainError } from '../../../domain/errors.ts'
import { recordingFile, rootRoom } from '../rooms/rules/rooms.ts'
import { conferenceState } from './conference-state.ts'
import type { OpenLine } from './rejoin-access.ts'
import { nodeOf, nodesOf, seated } from './seats.ts'

/** The verbs a conference needs of a PBX's switchboard. Every verb waits for the PBX's answer and has a time-out. */
export interface ConferenceSwitch {
  mute: (room: string, channel: string, on: boolean) => Promise<void>
  /** everybody except commanders and links */
  muteParticipants: (room: string, on: boolean) => Promise<void>
  kick: (room: string, channel: string) => Promise<void>
  /** nobody joins by a key or rejoins; members inside stay, and the chair may bring others in */
  lock: (incidentId: string, on: boolean) => Promise<void>
  /** members who come in from now on are seated silent, commanders excepted */
  silence: (incidentId: string, on: boolean) => Promise<void>
  /** members who come in from now on hear first that they are recorded */
  tellOfRecording: (incidentId: string, on: boolean) => Promise<void>
  /** `file` is relative to the recordings folder */
  startRecording: (room: string, file: string) => Promise<void>
  stopRecording: (room: string) => Promise<void>
  /** says a prompt to everybody in the room */
  say: (room: string, prompt: string) => Promise<void>
  /** brings a living channel into a room with the contract's variables set */
  bring: (channel: string, variables: Partial<Record<VariableName, string>>) => Promise<void>
  /** tells a member who sits in a room that the own telephone will be rung anew */
  tellOfRinging: (channel: string) => Promise<void>
  /**
   * Rings a telephone of ours and brings it into a room once it is answered.
   * @param takesOver this call takes the place of the one that the telephone has on another PBX
   */
  ringInto: (
    extension: string, channelId: string, variables: Partial<Record<VariableName, string>>, takesOver?: boolean
  ) => Promise<void>
  /** fetches a member whose line is open into a room apart; left alone there, the member goes back to the dialplan's question */
  bringApart: (channel: string, room: string) => Promise<void>
  /** by name or unique id; a channel that is gone already is no error */
  hangUp: (channel: string) => Promise<void>
  /** takes a channel's voice off the line, or gives it back, beside what the room does with it */
  stifle: (channel: string, on: boolean) => Promise<void>
  /** whether a telephone of ours can be rung at all */
  isRegistered: (extension: string) => Promise<boolean>
  /** whether these members join or rejoin muted */
  silenceMembers: (memberIds: readonly string[], on: boolean) => Promise<void>
}

export interface ConferenceOptions {
  store: EmergencyStore
  dialling: Dialling
  dialler: Dialler
  clock: Clock
  feed: Feed
  /** the verbs of a PBX node */
  switchOn: (node: string) => ConferenceSwitch
  desired: Pick<Desired, 'change'>
  /** the list of members who may ring back has changed */
  rejoinAccessChanged: (tx: Tx, incidentId: string) => void
  /** lets everybody in its rooms go, and these lines: members still being told how many are in are in no room yet */
  onEnded: (incidentId: string, lines: readonly OpenLine[]) => void
}

export type Conference = ReturnType<typeof createConference>

/** PBXs of the conference that did not do what was asked of all; the row says it, and they are given it as soon as they can be. */
interface Obeyed { notObeyed: string[] }

const disobeying = (notObeyed: readonly string[]): Record<string, unknown> => notObeyed.length === 0 ? {} : { notObeyed }

/** Does this on each PBX of the conference. @returns those that did not. @throws DomainError when none did */
async function onEach (nodes: readonly string[], work: (node: string) => Promise<void>): Promise<string[]> {
  const results = await Promise.allSettled(nodes.map(work))
  const failures = results.flatMap((result, i) =>
    result.status === 'rejected' ? [{ node: nodes[i] ?? '', reason: result.reason as unknown }] : [])
  const odd = failures.find(({ reason }) => !(reason instanceof DomainError))
  if (odd) throw odd.reason
  if (failures.length === nodes.length) throw failures[0]?.reason
  return failures.map(({ node }) => node)
}

function record (
  context: ConferenceOptions,
  tx: Tx,
  actor: Actor,
  incidentId: string,
  kind: IncidentEventKind,
  memberId: string | null = null,
  detail: Record<string, unknown> = {}
): void {
  context.store.record(tx, [{ incidentId, memberId, at: context.clock.now(), kind, actor: actor.id, detail }])
}

async function tell (context: ConferenceOptions, tx: Tx, incident: Incident, topic: string, data: Record<string, unknown>): Promise<void> {
  await context.feed.publish(tx, { topic, subject: incident.id, at: context.clock.now(), data, audience: incidentAudience })
}

async function mute (
  context: ConferenceOptions, tx: Tx, actor: Actor, input: { incidentId: string, memberId: string, on: boolean }
): Promise<Outside<void>> {
  const { store, desired, dialling, switchOn } = context
  const { incident, members } = await runningWhole(store, tx, input.incidentId)
  const seatedMember = memberOn(members, input.memberId)
  const { room, channel } = seated(seatedMember)
  return {
    async act () {
      // Kept where the dialplan looks: a silenced member who drops and comes back, by whatever way, stays silent.
      const pbx = switchOn(nodeOf(incident, seatedMember))
      await pbx.silenceMembers([input.memberId], input.on)
      await pbx.mute(room, channel, input.on)
    },
    async save (tx) {
      const now = await store.whole(tx, input.incidentId)
      const member = memberOn(now.members, input.memberId)
      member.muted = input.on
      store.saveMembers(tx, [member])
      desired.change(tx, conferenceState(now.incident, [member]))
      record(context, tx, actor, now.incident.id, input.on ? 'muted' : 'unmuted', member.id)
      await dialling.announce(tx, now.incident, [member])
    }
  }
}

/** Silences everybody but the commanders, also later arrivals; or gives all their voices back, also to members who are away. */
async function muteAll (
  context: ConferenceOptions, tx: Tx, actor: Actor, input: { incidentId: string, on: boolean }
): Promise<Outside<Obeyed>> {
  const { store, dialling, switchOn, rejoinAccessChanged } = context
  const { incident, members } = await runningWhole(store, tx, input.incidentId)
  const muted = members.filter(m => m.muted).map(m => m.id)
  let notObeyed: string[] = []
  return {
    async act () {
      notObeyed = await onEach(nodesOf(incident), async node => {
        const pbx = switchOn(node)
        await pbx.silence(incident.id, input.on)
        if (!input.on) await pbx.silenceMembers(muted, false)
        const rooms = new Set(members.flatMap(m => m.in_room !== null && nodeOf(incident, m) === node ? m.in_room : []))
        for (const room of rooms) await pbx.muteParticipants(room, input.on)
      })
    },
    async save (tx) {
      const now = await store.whole(tx, input.incidentId)
      now.incident.muted_all = input.on
      store.saveMutedAll(tx, now.incident.id, input.on)
      store.saveBehind(tx, now.incident.id, notObeyed)
      const changed = now.members.filter(m => !m.commander && m.chair_login === null && (m.in_room !== null || !input.on))
      for (const m of changed) m.muted = input.on
      store.saveMembers(tx, changed)
      record(context, tx, actor, now.incident.id, input.on ? 'muted-all' : 'unmuted-all', null, disobeying(notObeyed))
      await tell(context, tx, now.incident, 'incident.muted-all', { on: input.on })
      await dialling.announce(tx, now.incident, changed)
      rejoinAccessChanged(tx, now.incident.id)
      return { notObeyed }
    }
  }
}

/** Puts a member out; ringing back in is refused until the member is dialled again. */
async function remove (
  context: ConferenceOptions, tx: Tx, actor: Actor, input: { incidentId: string, memberId: string, reason: string }
): Promise<Outside<void>> {
  const { store, dialling, dialler, clock, switchOn, rejoinAccessChanged } = context
  const { incident, members } = await runningWhole(store, tx, input.incidentId)
  const seatedMember = memberOn(members, input.memberId)
  const { room, channel } = seated(seatedMember)
  return {
    act: async () => { await switchOn(nodeOf(incident, seatedMember)).kick(room, channel) },
    async save (tx) {
      const { incident, members } = await store.whole(tx, input.incidentId)
      const member = memberOn(members, input.memberId)
      applyToMember(member, { kind: 'removed' }, clock.now())
      store.saveMembers(tx, [member])
      // Rung anew for a talk apart, or because the own PBX was lost in this moment: by no way they come in again.
      await callOff(context, tx, incident, members, { gone: [member], at: clock.now(), actor: actor.id, because: 'removed' })
      await dialler.cancel(tx, member.request_id === null ? [] : [member.request_id], 'put out by the coordinator', true)
      record(context, tx, actor, incident.id, 'removed', member.id, { reason: input.reason })
      await dialling.announce(tx, incident, [member])
      rejoinAccessChanged(tx, incident.id)
    }
  }
}

/** Nobody joins any room or rejoins; members inside stay. */
async function lock (
  context: ConferenceOptions, tx: Tx, actor: Actor, input: { incidentId: string, on: boolean }
): Promise<Outside<Obeyed>> {
  const { store, desired, dialling, switchOn } = context
  const { incident } = await runningWhole(store, tx, input.incidentId)
  let notObeyed: string[] = []
  return {
    async act () { notObeyed = await onEach(nodesOf(incident), async node => { await switchOn(node).lock(incident.id, input.on) }) },
    async save (tx) {
      const now = await store.whole(tx, input.incidentId)
      store.saveLocked(tx, incident.id, input.on)
      desired.change(tx, conferenceState({ ...now.incident, locked: input.on }, []))
      const refused = input.on ? [] : now.members.filter(m => m.locked_out)
      for (const m of refused) m.locked_out = false
      store.saveMembers(tx, refused)
      record(context, tx, actor, incident.id, input.on ? 'locked' : 'unlocked', null, disobeying(notObeyed))
      await tell(context, tx, incident, 'incident.locked', { on: input.on })
      await dialling.announce(tx, now.incident, refused)
      return { notObeyed }
    }
  }
}

/** Records the whole conference at its root; everybody hears that it is recorded. */
async function recordConference (
  context: ConferenceOptions, tx: Tx, actor: Actor, input: { incidentId: string, on: boolean }
): Promise<Outside<Obeyed>> {
  const { store, desired, clock, switchOn } = context
  const { incident } = await runningWhole(store, tx, input.incidentId)
  const root = rootRoom(incident.room_prefix)
  const file = input.on ? recordingFile(incident.number, clock.now()) : null
  let notObeyed: string[] = []
  const tellMembers = async (): Promise<void> => {
    notObeyed = await onEach(nodesOf(incident), async node => { await switchOn(node).tellOfRecording(incident.id, input.on) })
  }
  return {
    async act () {
      const pbx = switchOn(incident.node)
      if (file === null) {
        await pbx.stopRecording(root)
        await tellMembers()
      } else {
        await tellMembers()
        await pbx.say(root, 'conference-recorded')
        await pbx.startRecording(root, file)
      }
    },
    async save (tx) {
      const now = await store.whole(tx, input.incidentId)
      // The PBX of its root was lost in this moment: what it did went with it, and the roster says what goes on.
      if (now.incident.node !== incident.node) throw new DomainError('changed-at-once', 'the conference has moved; try again')
      const at = clock.now()
      store.saveRecording(tx, incident.id, file)
      store.endRecording(tx, incident.id, at)
      if (file !== null) store.beginRecording(tx, { incidentId: incident.id, node: incident.node, file, at, begunAt: at })
      desired.change(tx, conferenceState({ ...now.incident, recording: file }, []))
      record(context, tx, actor, incident.id, file === null ? 'recording-stopped' : 'recording-started', null,
        { file: file ?? incident.recording, ...disobeying(notObeyed) })
      await tell(context, tx, incident, 'incident.recording', { on: input.on })
      return { notObeyed }
    }
  }
}

/** Ends it: nobody is rung any more, everybody is hung up, nobody can rejoin. */
async function end (context: ConferenceOptions, tx: Tx, actor: Actor, incidentId: string): Promise<void> {
  const { store, dialler, clock, onEnded } = context
  const { incident, members } = await runningWhole(store, tx, incidentId)
  // First: the cancellations below must find it ended.
  store.saveEnd(tx, incident.id, { at: clock.now(), by: actor.id })
  await dialler.cancel(tx, members.flatMap(m => [m.request_id, m.moving_request]).filter(id => id !== null), 'the incident was ended', true)
  const people = members.filter(m => m.chair_login === null)
  record(context, tx, actor, incident.id, 'ended', null, { joined: people.filter(m => m.state === 'joined').length, people: people.length })
  await tell(context, tx, incident, 'incident.ended', {})
  const lines = members.flatMap(m => m.channel_name === null ? [] : [{ node: nodeOf(incident, m), channel: m.channel_name }])
  tx.afterCommit(() => { onEnded(incident.id, lines) })
}

/** The verbs of the chair. PBX first, then the row. */
export const createConference = (context: ConferenceOptions) => bind(context, {
  mute, muteAll, remove, lock, recordConference, end
})
