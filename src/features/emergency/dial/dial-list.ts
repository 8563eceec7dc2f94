import { DateTime } from 'luxon'
import type { Queryable } from '../../../db/database.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import type { DialPermission } from '../../../dialler/permission/dial-permission.ts'
import { DomainError } from '../../../domain/errors.ts'
import { newId } from '../../../domain/ids.ts'
import { parsePhoneNumber, parseTypedNumber, type PhoneNumber } from '../../../domain/telephone/phone-number.ts'
import { bind } from '../../../domain/bind.ts'
import type { EmergencySettings } from '../emergency-settings.ts'
import type { EmergencyStore } from '../emergency-store.ts'
import { numbersInOrder, oncePerPerson, oncePerTelephone, type ListedPerson, type MemberEntry } from './rules/member-list.ts'
import { roomFor } from '../rooms/rules/rooms.ts'
import type { Incident, IncidentEntry, Member } from '../emergency-types.ts'

/** An entry of an ad-hoc list: a person of the directory, or a name with a number. */
export type AdHocMember = { personId: string } | { name: string, number: string, role?: string }

/** A person who is not in the directory. */
export interface NamedMember { name: string, role: string, number: PhoneNumber }

/** Why an emergency dial does not ring a number; null when it does. */
export type Refuses = (number: PhoneNumber) => DomainError | null

export type DialList = ReturnType<typeof createDialList>

export interface DialListContext {
  store: EmergencyStore
  clock: Clock
  permission: Pick<DialPermission, 'now'>
  settings: EmergencySettings
}

const localHour = (context: DialListContext, now: Date): number => DateTime.fromJSDate(now, { zone: context.settings.timeZone }).hour

const today = ({ clock, settings }: DialListContext): string =>
  DateTime.fromJSDate(clock.now(), { zone: settings.timeZone }).toFormat('yyyy-MM-dd')

function memberRow (
  context: DialListContext,
  incident: Incident,
  entry: Omit<MemberEntry, 'personId'> & { personId: string | null },
  numbers: PhoneNumber[],
  index: number,
  deputyOf: string | null
): Member {
  return {
    id: newId(),
    incident_id: incident.id,
    person_id: entry.personId,
    name: entry.name,
    roles: entry.roles,
    unit_id: entry.unitId,
    ordering: entry.callOrder,
    commander: entry.commander,
    must_answer: entry.mustAnswer,
    numbers_sealed: context.store.sealNumbers(numbers),
    number_count: numbers.length,
    deputy_person_id: entry.deputyPersonId,
    deputy_of: deputyOf,
    state: 'waiting',
    state_at: context.clock.now(),
    dial_round: 0,
    request_id: null,
    turn_until: null,
    missed_legs: 0,
    skipped: false,
    leg_id: null,
    channel_id: null,
    channel_name: null,
    room: roomFor(incident.room_prefix, incident.leaf_rooms, index),
    in_room: null,
    acknowledged_at: null,
    joined_at: null,
    left_at: null,
    joins: 0,
    muted: false,
    removed: false,
    private_room: null,
    moving_room: null,
    moving_request: null,
    moved_from: null,
    admitted_by: null,
    channel_node: null,
    chair_login: null,
    same_telephone_as: null,
    self_muted: false,
    locked_out: false
  }
}

/** The dial permission as it stands in this transaction. */
async function refuses (context: DialListContext, tx: Queryable): Promise<Refuses> {
  const why = await context.permission.now(tx)
  return number => why(number, 'emergency')
}

/** A typed number that may be rung. @throws DomainError naming the field */
function typed (text: string, field: string, why: Refuses): PhoneNumber {
  try {
    const { number } = parseTypedNumber(text)
    const refused = why(number)
    if (refused) throw refused
    return number
  } catch (error) {
    if (error instanceof DomainError) throw new DomainError(error.code, error.message, { ...error.details, field })
    throw error
  }
}

/** Numbers as they are to be tried now; others, and numbers that may not be rung, are left out and reported. */
function numbersOf (
  context: DialListContext, entry: Pick<MemberEntry, 'mobile' | 'office'>, now: Date, why: Refuses
): { numbers: PhoneNumber[], refused: string[] } {
  const numbers: PhoneNumber[] = []
  const refused: string[] = []
  for (const text of numbersInOrder(entry, localHour(context, now))) {
    try {
      const number = parsePhoneNumber(text)
      const forbidden = why(number)
      if (forbidden) throw forbidden
      numbers.push(number)
    } catch (error) {
      refused.push(error instanceof DomainError ? error.code : 'not-a-phone-number')
    }
  }
  return { numbers, refused }
}

/** Each telephone once; a member answered for at another's keeps the numbers for ringing back, and is not dialled. */
function shareTelephones (context: DialListContext, fresh: readonly Member[], known: readonly Member[]): void {
  const { store } = context
  const taken = new Map(
    known.flatMap(m => m.number_count === 0 ? [] : store.numbersOf(m).slice(0, 1).map(n => [n, m.id] as const))
  )
  const shares = oncePerTelephone(fresh.map(m => ({ id: m.id, numbers: store.numbersOf(m), commander: m.commander })), taken)
  for (const member of fresh) {
    const share = shares.get(member.id)
    if (!share || share.numbers.length === member.number_count) continue
    member.number_count = share.numbers.length
    member.same_telephone_as = share.sameTelephoneAs
    if (share.sameTelephoneAs === null) member.numbers_sealed = store.sealNumbers(share.numbers)
  }
}

/** The list with each person once, from a plan and from what was typed; `gone`: people of the plan who are not here today. */
async function list (
  context: DialListContext, tx: Queryable, planCode: string | null, adHoc: readonly AdHocMember[]
): Promise<{ entries: MemberEntry[], named: NamedMember[], gone: string[], why: Refuses }> {
  const { store } = context
  if (planCode !== null && !await store.planExists(tx, planCode)) throw new DomainError('unknown-plan', 'there is no such plan')
  const planned = planCode === null ? [] : await store.planMembers(tx, planCode, today(context))
  const listed = planned.filter(p => p.here).map(({ here, ...person }) => person)
  const ids = adHoc.flatMap(m => 'personId' in m ? [m.personId] : [])
  const people = ids.length > 0 ? await store.people(tx, ids, today(context)) : []
  const missing = ids.filter(id => !people.some(p => p.personId === id))
  if (missing.length > 0) {
    throw new DomainError('unknown-person', 'a person on the list is not in the directory', { personIds: missing })
  }
  const after = Math.max(0, ...listed.map(l => l.callOrder))
  const numbers = new Set<string>()
  const why = await refuses(context, tx)
  const named = adHoc.flatMap((m, i) => {
    if ('personId' in m) return []
    const number = typed(m.number, `members.${i}.number`, why)
    if (numbers.has(number)) return []
    numbers.add(number)
    return [{ name: m.name, role: m.role ?? '', number }]
  })
  return {
    entries: oncePerPerson([...listed, ...people.map(p => ({ ...p, callOrder: after + p.callOrder }))]),
    named,
    gone: [...new Set(planned.filter(p => !p.here).map(p => p.personId))],
    why
  }
}

/** Rows for these people beside those already on the roster, whose rooms go on filling evenly. */
function rosterOf (
  context: DialListContext,
  incident: Incident,
  entries: readonly MemberEntry[],
  named: readonly NamedMember[],
  now: Date,
  why: Refuses,
  known: readonly Member[] = [],
  deputyOf: string | null = null
): { members: Member[], notes: IncidentEntry[] } {
  const offset = known.length
  const notes: IncidentEntry[] = []
  const members = entries.map((entry, i) => {
    const { numbers, refused } = numbersOf(context, entry, now, why)
    const row = memberRow(context, incident, entry, numbers, offset + i, deputyOf)
    if (refused.length > 0) {
      notes.push({
        incidentId: incident.id,
        memberId: row.id,
        at: now,
        kind: 'number-refused',
        actor: 'system',
        detail: { codes: refused }
      })
    }
    return row
  })
  const last = Math.max(offset, ...members.map(m => m.ordering))
  const strangers = named.map((n, i) => memberRow(context, incident, {
    personId: null,
    name: n.name,
    roles: n.role
      ? [n.role]
      : [],
    unitId: null,
    callOrder: last + i + 1,
    commander: false,
    mustAnswer: false,
    mobile: null,
    office: null,
    deputyPersonId: null
  }, [n.number], offset + members.length + i, deputyOf))
  const fresh = [...members, ...strangers]
  shareTelephones(context, fresh, known)
  for (const m of fresh) {
    if (m.same_telephone_as !== null) {
      notes.push({
        incidentId: incident.id,
        memberId: m.id,
        at: now,
        kind: 'same-telephone',
        actor: 'system',
        detail: { as: m.same_telephone_as }
      })
    }
  }
  return { members: fresh, notes }
}

/** A member without any number: a coordinator's own telephone, or a caller whose number is hidden. */
function withoutNumber (context: DialListContext, incident: Incident, name: string, index: number, roles: string[] = []): Member {
  return memberRow(context, incident, {
    personId: null,
    name,
    roles,
    unitId: null,
    callOrder: index + 1,
    commander: false,
    mustAnswer: false,
    mobile: null,
    office: null,
    deputyPersonId: null
  }, [], index, null)
}

/** The row of a deputy, in the principal's turn and role. */
function deputyOf (
  context: DialListContext, incident: Incident, principal: Member, person: ListedPerson, known: readonly Member[], why: Refuses
): { deputy: Member, refused: string[] } {
  const { numbers, refused } = numbersOf(context, person, context.clock.now(), why)
  const deputy = memberRow(
    context,
    incident,
    { ...person, roles: principal.roles, callOrder: principal.ordering, commander: principal.commander },
    numbers,
    known.length,
    principal.id
  )
  shareTelephones(context, [deputy], known)
  return { deputy, refused }
}

/** Makes rows of a roster out of plans, people and typed numbers. */
export const createDialList = (context: DialListContext) => bind(context, { refuses, today, list, rosterOf, withoutNumber, deputyOf })
