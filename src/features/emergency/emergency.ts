import { randomInt } from 'node:crypto'
import { DateTime } from 'luxon'
import type { Queryable, Tx } from '../../db/database.ts'
import { DomainError } from '../../domain/errors.ts'
import { newId } from '../../domain/ids.ts'
import type { Actor } from '../../domain/people/roles.ts'
import { within } from '../../domain/time/within.ts'
import type { Speech } from '../../speech/speech-types.ts'
import { bind } from '../../domain/bind.ts'
import type { AdHocMember, DialList } from './dial/dial-list.ts'
import { incidentAudience, type EmergencySettings } from './emergency-settings.ts'
import { leafRoomsFor } from './conference/rules/rooms.ts'
import { memberOn, running } from './running-incident.ts'
import type { Incident } from './emergency-types.ts'
import { dialMember, reorder, resume, skip, stop, type RunningDialContext } from './dial/running-dial.ts'

export interface EmergencyOptions extends RunningDialContext {
  dialList: DialList
  speech: Pick<Speech, 'render'>
  settings: EmergencySettings
  /** PBX node that is to hold a new conference */
  conferenceNode: () => string
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

/** Longest wait of the dial for its own sentence, ms; after it the fixed one is said alone. */
const maxVoiceMs = 2000

export type Emergency = ReturnType<typeof createEmergency>

const sentence = (input: Pick<StartInput, 'title' | 'place' | 'level' | 'drill'>): string => {
  const drill = input.drill ? '演练，演练，演练。' : ''
  return `${drill}应急通知：${input.title}${input.level ? `，${input.level}响应` : ''}${input.place ? `，地点${input.place}` : ''}。${drill}`
}

/** Adds people while it runs; a person on the list already is not added twice. @throws DomainError `not-found`: nobody to stand in for */
async function add (
  context: EmergencyOptions,
  tx: Tx,
  actor: Actor,
  input: { incidentId: string, members: readonly AdHocMember[], standInFor?: string | null }
): Promise<{ added: number, already: number, locked: boolean }> {
  const { store, dialList, dialling, clock, rejoinAccessChanged } = context
  const incident = await running(store, tx, input.incidentId)
  const roster = await store.members(tx, incident.id)
  if (input.standInFor) memberOn(roster, input.standInFor)
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
  rejoinAccessChanged(tx, incident.id)
  return { added: members.length, already: entries.length + named.length - members.length, locked: incident.locked }
}

/** It was started a moment ago: this dial joins it, and people not on that list are added. */
async function joinIn (
  context: EmergencyOptions, tx: Tx, actor: Actor, incident: Incident, members: readonly AdHocMember[]
): Promise<Omit<Started, 'withoutOrder'>> {
  if (members.length > 0) await add(context, tx, actor, { incidentId: incident.id, members })
  return { incidentId: incident.id, number: incident.number, joined: true }
}

/** Renders the message before the transaction; a silent or slow voice is no reason not to dial. */
async function prepare (context: EmergencyOptions, input: Pick<StartInput, 'title' | 'place' | 'level' | 'drill'>): Promise<string | null> {
  return await within(maxVoiceMs, context.speech.render(sentence(input))).catch(() => null)
}

/**
 * Starts the dial of a plan or an ad-hoc list. Two coordinators who start the same for the same incident get the
 * same one: `joined` says that it ran already. The dial starts also when this person may not know of the order.
 * @throws DomainError `unknown-plan`, `unknown-person`, `nobody-to-dial`, `not-a-phone-number`, `emergency-number-refused`,
 *   `number-not-permitted`
 */
async function start (context: EmergencyOptions, tx: Tx, actor: Actor, input: StartInput): Promise<Started> {
  const { store, dialList, clock, settings, conferenceNode, seenOrders } = context
  const now = clock.now()
  const asked = input.orderId ?? null
  const orderId = asked !== null && (await seenOrders(tx, actor, [asked])).has(asked) ? asked : null
  const withoutOrder = orderId !== asked
  const planCode = input.planCode ?? null
  const dedupKey = dedupKeyOf(input, orderId)
  const begun = await store.openWithDedupKey(tx, dedupKey)
  if (begun) return { ...await joinIn(context, tx, actor, begun, input.members ?? []), withoutOrder }
  const { entries, named, gone, why } = await dialList.list(tx, planCode, input.members ?? [])
  const people = entries.length + named.length
  if (people === 0) throw new DomainError('nobody-to-dial', 'this list is empty')
  const id = newId()
  const leafRooms = leafRoomsFor(people, settings.roomSize)
  const incident = await store.insertIncident(tx, {
    id,
    node: conferenceNode(),
    dedupKey,
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
    const other = await store.openWithDedupKey(tx, dedupKey)
    if (!other) throw new DomainError('incident-ended', 'the incident ended while it was started; try again')
    return { ...await joinIn(context, tx, actor, other, input.members ?? []), withoutOrder }
  }
  const { members, notes } = dialList.rosterOf(incident, entries, named, now, why)
  await begin(context, tx, actor, { incident, members, notes, gone, now })
  return { incidentId: id, number: incident.number, joined: false, withoutOrder }
}

/** The same answer for a second start of the same dial. A real incident never joins a drill of the same name: it would ring nobody. */
function dedupKeyOf ({ planCode = null, place, title, drill }: StartInput, orderId: string | null): string {
  const kind = drill === true ? 'drill:' : ''
  return kind + (orderId !== null
    ? `order:${orderId}:${planCode ?? ''}`
    : `plan:${planCode ?? ''}:${(place ?? '').trim()}:${title.trim()}`)
}

/** A new incident's roster is written and announced, and its dial begins. */
async function begin (
  { store, dialling, feed, rejoinAccessChanged }: EmergencyOptions, tx: Tx, actor: Actor,
  { incident, members, notes, gone, now }: { incident: Incident, gone: readonly string[], now: Date } & ReturnType<DialList['rosterOf']>
): Promise<void> {
  const { id, plan_code: planCode } = incident
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
  rejoinAccessChanged(tx, id)
}

/** The emergency dial (指挥部成员呼叫): a command staff reached and brought into one conference. */
export const createEmergency = (context: EmergencyOptions) => bind(context, {
  prepare, start, add, dialMember, skip, reorder, stop, resume
})
