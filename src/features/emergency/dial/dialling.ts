import type { Tx } from '../../../db/database.ts'
import type { Dialler, DialRequest } from '../../../dialler/dialler-types.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import { legPriority } from '../../../domain/telephone/legs.ts'
import type { Feed, FeedEvent } from '../../../feed/feed.ts'
import type { Sms } from '../../../sms/sms-types.ts'
import { bind } from '../../../domain/bind.ts'
import { isMobile, type PhoneNumber } from '../../../domain/telephone/phone-number.ts'
import { attemptPolicyAt, named, type AttemptPolicies, type PolicyOf } from '../../../policy/rules/attempt-policy.ts'
import type { DialList } from './dial-list.ts'
import { incidentAudience, type EmergencySettings } from '../emergency-settings.ts'
import type { EmergencyStore } from '../emergency-store.ts'
import { applyToMember } from './member-changes.ts'
import { nodeOfRoom } from '../rooms/rules/rooms.ts'
import type { IncidentEventKind } from '../rules/incident-events.ts'
import { dialFacts, type Incident, type IncidentEntry, type Member } from '../emergency-types.ts'
import { isAwaited, nextDials, turnSeconds, type DialFacts } from './rules/next-dial.ts'

export interface DiallingOptions {
  store: EmergencyStore
  dialList: DialList
  clock: Clock
  dialler: Dialler
  feed: Feed
  sms: Sms
  attempts: () => Promise<AttemptPolicies>
  settings: EmergencySettings
  /** the list has grown: members who ring back must be known */
  rejoinAccessChanged: (tx: Tx, incidentId: string) => void
}

/** Calls go first: hundreds of texts sent in the same second would only delay them, ms. */
const textsAfterMs = 3000

/** How the member comes in. The dialplan reads at that moment whether everybody is silenced: it may have changed since the dial. */
export const roleOf = (member: Pick<Member, 'commander'>): 'commander' | 'member' => member.commander ? 'commander' : 'member'

export type Dialling = ReturnType<typeof createDialling>

type EmergencyAttempts = PolicyOf<'emergency'>

/** A member who is to be rung, and at which numbers. */
interface Due { member: Member, numbers: PhoneNumber[] }

/** Who has somebody dialled, as the timeline says it. `wasIn`: they left the conference through no wish of theirs; a lock lets them in. */
export interface DialledBy { actor: string, because?: string, wasIn?: boolean }

/** A room apart on a PBX: who sits on another one is rung anew for it. */
export interface Into { room: string, node: string }

/** Key 2 brings in also where nobody else is let in. */
const letIn = { LD_MOVE: '1' } as const

/** Said before the question when somebody is rung anew. */
const rungAnew = 'conference-rung-anew'

const requestFor = (
  context: DiallingOptions, incident: Incident, { member, numbers }: Due, { attempts, gapSeconds, ringSeconds }: EmergencyAttempts,
  into: Into | null, wasIn: boolean
): DialRequest => ({
  key: `incident-member-${member.id}-${member.dial_round}`,
  purpose: 'emergency',
  priority: legPriority.emergency,
  order: member.ordering,
  subject: `member:${member.id}`,
  numbers,
  attempts: into === null ? attempts : 1,
  gapSeconds,
  ringSeconds,
  talkSeconds: 4 * 3600,
  node: into?.node ?? nodeOfRoom(incident.room_prefix, incident.rooms, member.room) ?? incident.node,
  script: {
    name: 'emergency',
    variables: {
      LD_SAY: into === null ? incident.prompt ?? 'emergency-generic' : rungAnew,
      LD_INCIDENT: incident.id,
      LD_MEMBER: member.id,
      LD_ROOM: into?.room ?? member.room,
      ...(into === null && !wasIn ? {} : letIn),
      LD_KEY_SECONDS: String(context.settings.keySeconds),
      LD_ROLE: roleOf(member)
    }
  }
})

function announce (
  context: DiallingOptions, tx: Tx, incident: Incident, members: readonly Member[], topic: string = 'incident.member'
): Promise<void> {
  const at = context.clock.now()
  return context.feed.publish(tx, ...members.map((m): FeedEvent => ({
    topic,
    subject: incident.id,
    at,
    data: { memberId: m.id, state: m.state, joins: m.joins, muted: m.muted, removed: m.removed, room: m.in_room },
    audience: incidentAudience
  })))
}

/** The text message beside the call, seconds after it: what happened, and how to come in by ringing back. */
async function text (context: DiallingOptions, tx: Tx, incident: Incident, members: readonly Member[]): Promise<void> {
  const { store, clock, sms, settings } = context
  const drill = incident.drill ? '【演练】' : ''
  const body = `${drill}应急通知：${incident.title}${incident.level
    ? `，${incident.level}响应`
    : ''}${incident.place ? `，地点${incident.place}` : ''}。` +
    `请接听${settings.hotlineNumber}来电，或回拨${settings.hotlineNumber}入会，会议密码${store.pinOf(incident)}。`
  const notBefore = new Date(clock.now().getTime() + textsAfterMs)
  const messages = members.filter(m => m.dial_round === 1).flatMap(m => {
    const mobile = store.numbersOf(m).find(isMobile)
    return mobile ? [{ key: `incident-${incident.id}-${m.id}`, to: mobile, body, subject: `incident:${incident.id}`, notBefore }] : []
  })
  if (messages.length > 0) await sms.send(tx, ...messages)
}

/**
 * Asks the rule which members are due and dials them, until it has nothing more to say. `members` is the whole roster and is
 * changed in place; the caller saves nothing it did not change itself.
 */
async function advance (context: DiallingOptions, tx: Tx, incident: Incident, members: Member[]): Promise<void> {
  const { store, dialList, clock, rejoinAccessChanged } = context
  if (incident.state !== 'dialling') return
  const changed = new Set<Member>()
  const added: Member[] = []
  const entries: IncidentEntry[] = []
  const now = clock.now()
  const note = (member: Member | null, kind: IncidentEventKind, detail: Record<string, unknown> = {}): void => {
    entries.push({ incidentId: incident.id, memberId: member?.id ?? null, at: now, kind, actor: 'system', detail })
  }
  const passed = incident.mode === 'simultaneous'
    ? []
    : members.filter(m => m.turn_until !== null && m.turn_until <= now && isAwaited(dialFacts(m, now)))
  for (const m of passed) {
    m.turn_until = null
    note(m, 'turn-over')
  }
  const byId = new Map(members.map(m => [m.id, m]))
  // Asked for below, all in one statement; until then they count as being dialled.
  const facts = (): DialFacts[] =>
    members.map(m => ({ ...dialFacts(m, now), ...(changed.has(m) ? { dialOpen: true, turnOver: false } : {}) }))
  for (let steps = nextDials(incident.mode, facts()); steps.length > 0; steps = nextDials(incident.mode, facts())) {
    const deputies = steps.filter(s => s.kind === 'call-deputy')
    const people = deputies.length > 0 ? await store.people(tx, deputies.map(s => s.personId), dialList.today()) : []
    const why = deputies.length > 0 ? await dialList.refuses(tx) : () => null
    for (const step of steps) {
      if (step.kind === 'call-deputy') {
        const principal = byId.get(step.forMemberId)
        const person = people.find(p => p.personId === step.personId)
        if (!principal) continue
        if (!person) {
          principal.deputy_person_id = null
          note(principal, 'deputy-unknown', { personId: step.personId })
          continue
        }
        const { deputy, refused } = dialList.deputyOf(incident, principal, person, members, why)
        members.push(deputy)
        byId.set(deputy.id, deputy)
        added.push(deputy)
        note(deputy, 'deputy-called', { forMemberId: principal.id, refused })
        continue
      }
      const member = byId.get(step.memberId)
      if (!member) continue
      changed.add(member)
      if (step.kind === 'no-number') {
        applyToMember(member, { kind: 'no-number' }, now)
        note(member, 'no-number')
      } else {
        member.dial_round += 1
        applyToMember(member, { kind: 'dialled' }, now)
      }
    }
  }
  store.insertMembers(tx, added)
  const dialled = [...changed].filter(m => m.number_count > 0)
  store.record(tx, entries)
  const rung = await request(context, tx, incident, dialled, { actor: 'system' })
  await text(context, tx, incident, rung)
  store.saveMembers(tx, [...changed, ...passed])
  if (changed.size + added.length > 0) await announce(context, tx, incident, [...changed, ...added])
  if (added.length > 0) rejoinAccessChanged(tx, incident.id)
  // It is the turn of those who come after a member whose numbers are refused, or of a deputy.
  if (rung.length < dialled.length) await advance(context, tx, incident, members)
}

/** The attempt policy of this moment. */
const standing = async ({ attempts, clock }: DiallingOptions): Promise<EmergencyAttempts> =>
  attemptPolicyAt(await attempts(), 'emergency', clock.now())

/**
 * Asks the dialler for these members; the rows are changed in place. Numbers that may not be rung any more are left out, and a member who
 * has no other is unreached: one refusal must not stop the dial of everybody. @returns those who are rung
 */
async function request (
  context: DiallingOptions, tx: Tx, incident: Incident, members: readonly Member[], { actor, wasIn = false, ...why }: DialledBy,
  into: Into | null = null
): Promise<Member[]> {
  if (members.length === 0) return []
  const { store, dialList, dialler, clock, settings } = context
  const policy = await standing(context)
  const refuses = await dialList.refuses(tx)
  const now = clock.now()
  const due: Due[] = []
  const entries: IncidentEntry[] = []
  for (const member of members) {
    const line = { incidentId: incident.id, memberId: member.id, at: now, actor }
    const numbers: PhoneNumber[] = []
    const codes: string[] = []
    for (const number of store.numbersOf(member)) {
      const refused = refuses(number)
      if (refused === null) numbers.push(number)
      else codes.push(refused.code)
    }
    if (codes.length > 0) entries.push({ ...line, kind: 'number-refused', detail: { codes } })
    if (numbers.length === 0) {
      applyToMember(member, { kind: 'no-number' }, now)
      continue
    }
    due.push({ member, numbers })
    entries.push({ ...line, kind: 'dialled', detail: { round: member.dial_round, ...why, ...named(policy) } })
  }
  const made = await dialler.request(tx, ...due.map(one => requestFor(context, incident, one, policy, into, wasIn)))
  const turnUntil = new Date(now.getTime() + turnSeconds(policy.ringSeconds, settings.keySeconds) * 1000)
  due.forEach(({ member }, i) => {
    const requestId = made[i]?.requestId ?? null
    Object.assign(member, into === null ? { request_id: requestId, turn_until: turnUntil } : { moving_request: requestId })
  })
  store.record(tx, entries)
  return due.map(({ member }) => member)
}

/** The dialler repeats by itself what its own legs lost: these members were in the conference, and a lock lets them in. */
async function repeated ({ dialler }: DiallingOptions, tx: Tx, incident: Incident, members: readonly Member[]): Promise<void> {
  await dialler.moveWaiting(tx, members.flatMap(m => m.request_id === null
    ? []
    : { requestId: m.request_id, node: nodeOfRoom(incident.room_prefix, incident.rooms, m.room) ?? incident.node, variables: letIn }))
}

/** Takes back calls no longer needed; members on the line stay on it. */
async function withdraw (context: DiallingOptions, tx: Tx, members: readonly Member[]): Promise<void> {
  const open = members.flatMap(m => m.request_id ?? [])
  if (open.length > 0) await context.dialler.cancel(tx, open, 'in the conference by another call')
}

/** Turns what the rule says about a roster into requests to the dialler, text messages and timeline entries. */
export const createDialling = (context: DiallingOptions) => bind(context, { advance, announce, request, repeated, withdraw })
