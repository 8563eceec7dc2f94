import type { Database, Tx } from '../../../db/database.ts'
import type { PbxEvent } from '../../../pbx/pbx-event.ts'
import { bind } from '../../../domain/bind.ts'
import type { ConferenceSwitch } from './conference.ts'
import type { Dialling } from '../dial/dialling.ts'
import type { EmergencyStore } from '../emergency-store.ts'
import type { Talk } from '../emergency-types.ts'
import { isPrivateRoom } from '../rooms/rules/rooms.ts'
import { minTalkMs, talkedMs } from './rules/talk.ts'
import { roomOf, seatIn } from './seats.ts'

export interface TalksOptions {
  db: Database
  store: EmergencyStore
  dialling: Pick<Dialling, 'announce'>
  /** the verbs of a PBX node */
  switchOn: (node: string) => Pick<ConferenceSwitch, 'bring' | 'bringApart' | 'hangUp'>
  /** name of the living channel of a leg on this node; null when it lives no more */
  channelOfLeg: (node: string, legId: string) => Promise<string | null>
  onError: (error: unknown) => void
}

/** @param node the PBX their room is on */
async function fetchMember ({ channelOfLeg, switchOn }: TalksOptions, node: string, talk: Talk): Promise<void> {
  const channel = await channelOfLeg(node, talk.leg_id)
  if (channel !== null) await switchOn(node).bringApart(channel, talk.room)
  else await switchOn(node).hangUp(`chair-${talk.id}`)
}

/** Notes that they spoke, once both have been on the line for long enough; commands such as `admit` may rely on it. */
async function tellOf ({ store, dialling }: TalksOptions, tx: Tx, talk: Talk, at: Date): Promise<void> {
  if (talk.said || talkedMs(talk, at) < minTalkMs) return
  talk.said = true
  store.record(tx, [{ incidentId: talk.incident_id, memberId: talk.member_id, legId: talk.leg_id, at, kind: 'spoke', actor: talk.login }])
  const { incident, members } = await store.whole(tx, talk.incident_id)
  await dialling.announce(tx, incident, members.filter(m => m.id === talk.member_id))
}

/** The member has left: a chair of the conference is brought back to it, a telephone rung for this talk is let go. */
async function sendChairBack ({ store, dialling, switchOn, onError }: TalksOptions, tx: Tx, node: string, talk: Talk): Promise<void> {
  const { incident, members } = await store.whole(tx, talk.incident_id)
  const chair = members.find(m => m.chair_login === talk.login && m.in_room === talk.room)
  if (!chair || incident.ended_at !== null) {
    tx.afterCommit(() => { switchOn(node).hangUp(`chair-${talk.id}`).catch(onError) })
    return
  }
  chair.private_room = null
  store.saveMembers(tx, [chair])
  await dialling.announce(tx, incident, [chair])
  const { channel_name: channel } = chair
  if (channel === null) return
  const seat = seatIn(incident, chair, roomOf(incident, chair))
  tx.afterCommit(() => { switchOn(node).bring(channel, seat).catch(onError) })
}

/** What the journal tells of rooms in which a coordinator and a member are apart. */
async function hear (context: TalksOptions, tx: Tx, events: readonly PbxEvent[]): Promise<void> {
  const { store, onError } = context
  const apart = events.flatMap(
    e => e.kind === 'user' && e.name === 'LD_ROOM' && isPrivateRoom(e.data.room)
      ? [{ at: e.at, node: e.node, uniqueId: e.uniqueId, ...e.data }]
      : []
  )
  if (apart.length === 0) return
  for (const talk of await store.openTalks(tx, [...new Set(apart.map(e => e.room))])) {
    for (const e of apart.filter(e => e.room === talk.room)) {
      if (talk.over_at !== null) continue
      const isMember = e.uniqueId === talk.leg_id
      if (e.verb === 'join') {
        if (!isMember && talk.chair_in_at === null) tx.afterCommit(() => { fetchMember(context, e.node, talk).catch(onError) })
        if (isMember) talk.member_in_at ??= e.at
        else talk.chair_in_at ??= e.at
      } else {
        talk.over_at = e.at
        await tellOf(context, tx, talk, e.at)
        if (isMember) await sendChairBack(context, tx, e.node, talk)
      }
    }
    store.saveTalk(tx, talk)
  }
}

/** Talks that go on and have lasted long enough by now. */
async function tellDue (context: TalksOptions, now: Date): Promise<void> {
  await context.db.tx(async tx => {
    for (const talk of await context.store.untoldTalks(tx)) {
      await tellOf(context, tx, talk, now)
      if (talk.said) context.store.saveTalk(tx, talk)
    }
  })
}

/**
 * A coordinator's talk with a member apart. The coordinator comes first, then the member is fetched from the music: nobody waits in
 * an empty room for a telephone that is not answered.
 */
export const createTalks = (context: TalksOptions) => bind(context, { hear, tellDue })

export type Talks = ReturnType<typeof createTalks>
