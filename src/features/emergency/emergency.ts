import { randomInt } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { DateTime } from 'luxon'
import type { Queryable, Tx } from '../../db/database.ts'
import type { Dialler } from '../../dialler/dialler.ts'
import type { Clock } from '../../domain/clock.ts'
import { DomainError } from '../../domain/errors.ts'
import { newId } from '../../domain/ids.ts'
import type { Actor } from '../../domain/roles.ts'
import type { Feed } from '../../feed/feed.ts'
import type { Speech } from '../../speech/speech.ts'
import type { AdHocMember, DialList } from './dial/dial-list.ts'
import type { Dialling } from './dial/dialling.ts'
import { incidentAudience, type EmergencySettings } from './emergency-settings.ts'
import type { EmergencyStore, Incident, Member } from './emergency-store.ts'
import { applyToMember } from './dial/member-changes.ts'
import { leafRoomsFor } from './conference/rules/rooms.ts'

export interface EmergencyOptions {
  store: EmergencyStore
  dialList: DialList
  dialling: Dialling
  clock: Clock
  dialler: Dialler
  feed: Feed
  speech: Speech
  settings: EmergencySettings
  /** PBX node that holds the conferences */
  node: string
  /** rooms and the way back in are to be prepared */
  wayInChanged: (tx: Tx, incidentId: string) => void
  seenOrders: SeenOrders
}

/** Which of these orders this person may know of. */
export type SeenOrders = (q: Queryable, actor: Actor, ids: readonly string[]) => Promise<ReadonlySet<string>>

/** `withoutOrder`: the order named is not one this person knows of; the dial does not wait for it. */
export interface Started { incidentId: string, number: string, joined: boolean, withoutOrder: boolean }

export interface StartInput {
  planCode?: string | null
  members?: readonly AdHocMember[]
  title: string
  place?: string
  level?: string
  reason: string
  orderId?: string | null
  drill?: boolean
  mode: 'simultaneous' | 'sequential'
  /** prompt rendered before the transaction; null: the fixed sentence alone */
  prompt?: string | null
}

/** So long the dial waits for its own sentence, ms; after it the fixed one is said alone. */
const longestVoiceMs = 2000

export type Emergency = ReturnType<typeof createEmergency>

/** The emergency dial (指挥部成员呼叫): a command staff reached and brought into one conference. */
export function createEmergency ({
  store, dialList, dialling, clock, dialler, feed, speech, settings, node, wayInChanged, seenOrders
}: EmergencyOptions) {
  const sentence = (input: Pick<StartInput, 'title' | 'place' | 'level' | 'drill'>): string => {
    const drill = input.drill ? '演练，演练，演练。' : ''
    return `${drill}应急通知：${input.title}${input.level ? `，${input.level}响应` : ''}${input.place ? `，地点${input.place}` : ''}。${drill}`
  }

  return {
    /** Renders the message before the transaction; a silent or slow voice is no reason not to dial. */
    async prepare (input: Pick<StartInput, 'title' | 'place' | 'level' | 'drill'>): Promise<string | null> {
      const late = new AbortController()
      const spoken = speech.render(sentence(input)).catch(() => null)
      const waited = wait(longestVoiceMs, null, { signal: late.signal }).catch(() => null)
      return await Promise.race([spoken, waited]).finally(() => { late.abort() })
    },

    /**
     * Starts the dial of a plan or an ad-hoc list. Two coordinators who start the same for the same incident get the
     * same one: `joined` says that it ran already. An order that is not this person's to know of is no reason not to dial.
     * @throws DomainError `unknown-plan`, `unknown-person`, `nobody-to-dial`, `not-a-phone-number`, `emergency-number-refused`,
     *   `number-not-permitted`
     */
    async start (tx: Tx, actor: Actor, input: StartInput): Promise<Started> {
      const now = clock.now()
      const asked = input.orderId ?? null
      const orderId = asked !== null && (await seenOrders(tx, actor, [asked])).has(asked) ? asked : null
      const withoutOrder = orderId !== asked
      const planCode = input.planCode ?? null
      // A real incident never joins a drill of the same name: it would ring nobody.
      const kind = input.drill === true ? 'drill:' : ''
      const sameness = kind +
        (orderId !== null
          ? `order:${orderId}:${planCode ?? ''}`
          : `plan:${planCode ?? ''}:${(input.place ?? '').trim()}:${input.title.trim()}`)
      const begun = await store.openWithSameness(tx, sameness)
      if (begun) return { ...await joinIn(tx, actor, begun, input.members ?? []), withoutOrder }
      const { entries, named, gone, why } = await dialList.list(tx, planCode, input.members ?? [])
      const people = entries.length + named.length
      if (people === 0) throw new DomainError('nobody-to-dial', 'there is nobody on this list')
      const id = newId()
      const leafRooms = leafRoomsFor(people, settings.roomSize)
      const incident = await store.insertIncident(tx, {
        id,
        node,
        sameness,
        plan_code: planCode,
        order_id: orderId,
        title: input.title,
        place: input.place ?? '',
        level: input.level ?? '',
        reason: input.reason,
        drill: input.drill ?? false,
        mode: input.mode,
        pin_sealed: store.sealPin(String(randomInt(0, 1_000_000)).padStart(6, '0')),
        room_prefix: `7${String(randomInt(0, 1_000_000_000)).padStart(9, '0')}`,
        leaf_rooms: leafRooms,
        message: sentence(input),
        prompt: input.prompt ?? null,
        started_by: actor.id,
        started_at: now,
        day: DateTime.fromJSDate(now, { zone: settings.timeZone }).toFormat('yyyyMMdd')
      })
      if (!incident) {
        const other = await store.openWithSameness(tx, sameness)
        if (!other) throw new DomainError('incident-ended', 'the incident ended while it was started; try again')
        return { ...await joinIn(tx, actor, other, input.members ?? []), withoutOrder }
      }
      const { members, notes } = dialList.rosterOf(incident, entries, named, now, why)
      store.insertMembers(tx, members)
      store.record(tx, [
        {
          incidentId: id,
          at: now,
          kind: 'started',
          actor: actor.id,
          detail: { plan: planCode, mode: incident.mode, people: members.length, drill: incident.drill, reason: incident.reason }
        },
        ...gone.map(personId => ({ incidentId: id, at: now, kind: 'not-in-office' as const, actor: 'system', detail: { personId } })),
        ...notes
      ])
      await feed.publish(tx, {
        topic: 'incident.started',
        subject: id,
        at: now,
        data: { number: incident.number, plan: planCode, drill: incident.drill, people: members.length, mode: incident.mode },
        audience: incidentAudience
      })
      await dialling.advance(tx, incident, members)
      wayInChanged(tx, id)
      return { incidentId: id, number: incident.number, joined: false, withoutOrder }
    },

    add,

    /** Rings somebody (again): a dropped, unreached or skipped member, or the next one out of turn. */
    async dialMember (
      tx: Tx, actor: Actor, input: { incidentId: string, memberIds: readonly string[] }
    ): Promise<{ dialled: number, locked: boolean }> {
      const incident = await running(tx, input.incidentId)
      const roster = await store.members(tx, incident.id)
      const now = clock.now()
      // Who is answered for at another's telephone is rung there.
      const asked = new Set(
        input.memberIds.map(id => member(roster, id)).map(m => m.same_telephone_as === null ? m : member(roster, m.same_telephone_as))
      )
      const chosen = [...asked].filter(m => m.state !== 'joined' && m.state !== 'ringing' && m.number_count > 0)
      await dialler.cancel(tx, chosen.flatMap(m => m.request_id ?? []), 'dialled again')
      for (const m of chosen) {
        m.dial_round += 1
        m.skipped = false
        applyToMember(m, { kind: 'dialled' }, now)
      }
      await dialling.request(tx, incident, chosen)
      store.saveMembers(tx, chosen)
      store.record(
        tx,
        chosen.map(m => ({
          incidentId: incident.id, memberId: m.id, at: now, kind: 'dialled', actor: actor.id, detail: { round: m.dial_round }
        }))
      )
      await dialling.announce(tx, incident, chosen)
      // Who was put out may ring back in again.
      wayInChanged(tx, incident.id)
      return { dialled: chosen.length, locked: incident.locked }
    },

    /** Leaves somebody out: his call is taken back if nobody answered it yet, and the next one's turn begins. */
    async skip (tx: Tx, actor: Actor, input: { incidentId: string, memberId: string }): Promise<void> {
      const incident = await running(tx, input.incidentId)
      const roster = await store.members(tx, incident.id)
      const m = member(roster, input.memberId)
      m.skipped = true
      if (m.request_id) await dialler.cancel(tx, [m.request_id], 'skipped by the coordinator')
      store.saveMembers(tx, [m])
      store.record(tx, [{ incidentId: incident.id, memberId: m.id, at: clock.now(), kind: 'skipped', actor: actor.id }])
      await dialling.announce(tx, incident, [m])
      await dialling.advance(tx, incident, roster)
    },

    /** New order of those whose turn has not come; the others keep their places. */
    async reorder (tx: Tx, actor: Actor, input: { incidentId: string, memberIds: readonly string[] }): Promise<void> {
      const incident = await running(tx, input.incidentId)
      const roster = await store.members(tx, incident.id)
      const moved = input.memberIds.map(id => member(roster, id)).filter(m => m.dial_round === 0)
      const places = moved.map(m => m.ordering).sort((a, b) => a - b)
      moved.forEach((m, i) => { m.ordering = places[i] ?? m.ordering })
      store.saveMembers(tx, moved)
      store.record(tx, [{
        incidentId: incident.id,
        at: clock.now(),
        kind: 'reordered',
        actor: actor.id,
        detail: { order: moved.map(m => m.id) }
      }])
      await dialling.announce(tx, incident, moved)
    },

    /** Stops dialling: nobody new is rung, ringing telephones fall silent, who talks goes on talking. */
    async stop (tx: Tx, actor: Actor, incidentId: string): Promise<void> {
      const incident = await running(tx, incidentId)
      const roster = await store.members(tx, incident.id)
      await tx.query('update incident set state = \'stopped\', stopped_at = $2, revision = revision + 1 where id = $1',
        [incident.id, clock.now()])
      await dialler.cancel(tx, roster.flatMap(m => m.request_id ?? []), 'stopped by the coordinator')
      store.record(tx, [{ incidentId, at: clock.now(), kind: 'stopped', actor: actor.id }])
      await feed.publish(tx, { topic: 'incident.stopped', subject: incidentId, at: clock.now(), data: {}, audience: incidentAudience })
    },

    /** Goes on dialling after a stop. */
    async resume (tx: Tx, actor: Actor, incidentId: string): Promise<void> {
      const incident = await running(tx, incidentId)
      if (incident.state === 'dialling') return
      incident.state = 'dialling'
      await tx.query('update incident set state = \'dialling\', stopped_at = null, revision = revision + 1 where id = $1', [incident.id])
      store.record(tx, [{ incidentId, at: clock.now(), kind: 'resumed', actor: actor.id }])
      await feed.publish(tx, { topic: 'incident.resumed', subject: incidentId, at: clock.now(), data: {}, audience: incidentAudience })
      // Whose call is still being taken back is dialled as soon as it has ended.
      await dialling.advance(tx, incident, await store.members(tx, incident.id))
    },

    running,
    member
  }

  /** Adds people while it runs; who is on the list already is not added twice. @throws DomainError `not-found`: nobody to stand in for */
  async function add (
    tx: Tx, actor: Actor, input: { incidentId: string, members: readonly AdHocMember[], standInFor?: string | null }
  ): Promise<{ added: number, already: number, locked: boolean }> {
    const incident = await running(tx, input.incidentId)
    const roster = await store.members(tx, incident.id)
    if (input.standInFor) member(roster, input.standInFor)
    const { entries, named, why } = await dialList.list(tx, null, input.members)
    const known = new Set(roster.map(m => m.person_id))
    const knownNumbers = new Set(roster.flatMap(m => store.numbersOf(m)))
    const fresh = entries.filter(e => !known.has(e.personId))
    const freshNamed = named.filter(n => !knownNumbers.has(n.number))
    const last = Math.max(0, ...roster.map(m => m.ordering))
    const now = clock.now()
    const { members, notes } = dialList.rosterOf(
      incident,
      fresh.map((e, i) => ({ ...e, callOrder: last + i + 1 })),
      freshNamed,
      now,
      why,
      roster,
      input.standInFor ?? null
    )
    store.insertMembers(tx, members)
    store.record(tx, [
      ...members.map(m => ({
        incidentId: incident.id,
        memberId: m.id,
        at: now,
        kind: 'added' as const,
        actor: actor.id,
        detail: { standInFor: input.standInFor ?? null }
      })),
      ...notes
    ])
    await dialling.advance(tx, incident, [...roster, ...members])
    wayInChanged(tx, incident.id)
    return { added: members.length, already: entries.length + named.length - members.length, locked: incident.locked }
  }

  /** Somebody started it a moment ago: his dial is this one too, and whom he did not list is added to it. */
  async function joinIn (
    tx: Tx, actor: Actor, incident: Incident, members: readonly AdHocMember[]
  ): Promise<Omit<Started, 'withoutOrder'>> {
    if (members.length > 0) await add(tx, actor, { incidentId: incident.id, members })
    return { incidentId: incident.id, number: incident.number, joined: true }
  }

  /** The incident, locked and not ended. @throws DomainError `not-found`, `incident-ended` */
  async function running (tx: Tx, id: string): Promise<Incident> {
    const incident = await store.lock(tx, id)
    if (!incident) throw new DomainError('not-found', 'there is no such incident')
    if (incident.ended_at) throw new DomainError('incident-ended', 'this incident has ended')
    return incident
  }

  function member (roster: readonly Member[], id: string): Member {
    const found = roster.find(m => m.id === id)
    if (!found) throw new DomainError('not-found', 'this person is not on the list')
    return found
  }
}
