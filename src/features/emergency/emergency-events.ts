import type { Tx } from '../../db/database.ts'
import type { LegEvent, LegListener } from '../../dialler/dialler.ts'
import type { Clock } from '../../domain/clock.ts'
import { newId } from '../../domain/ids.ts'
import type { LegOutcome } from '../../domain/legs.ts'
import { maskNumber, callerNumber, numberKey } from '../../domain/phone-number.ts'
import { endsChannel, type JournalHandler, type PbxEvent } from '../../pbx/pbx-event.ts'
import type { DialList } from './dial/dial-list.ts'
import type { Dialling } from './dial/dialling.ts'
import type { ChairTelephones } from './conference/chair-telephones.ts'
import { memberFacts, type EmergencyStore, type Incident, type IncidentEntry, type Member } from './emergency-store.ts'
import { applyToMember } from './dial/member-changes.ts'
import type { IncidentEventKind } from './rules/incident-events.ts'
import { hasVanished, statedWith, type MemberEvent } from './rules/roster.ts'
import type { createTalks } from './conference/talks.ts'

export interface EmergencyEventsOptions {
  store: EmergencyStore
  dialList: DialList
  dialling: Dialling
  clock: Clock
  talks: Pick<ReturnType<typeof createTalks>, 'hear'>
  telephones: Pick<ChairTelephones, 'ended'>
}

/** One thing a batch says about one member. */
interface Change {
  memberId: string
  requestId?: string
  at: Date
  event: MemberEvent | null
  entry: Omit<IncidentEntry, 'incidentId' | 'memberId' | 'at'>
  legId?: string
  /** the channel he came in by */
  channel?: { name: string, node: string }
  /** of who left: his telephone is gone without having hung up */
  vanished?: boolean
}

/** Taken back between two calls he is not missed, whatever the first one came to. */
const finishedAs = (outcome: LegOutcome, takenBack: boolean): 'confirmed' | 'declined' | 'cancelled' | 'missed' =>
  outcome === 'confirmed' || outcome === 'declined' ? outcome : takenBack || outcome === 'cancelled' ? 'cancelled' : 'missed'

const memberOf = (subject: string): string => subject.replace(/^member:/, '')

/** What the leg's event means for the member, and how the timeline tells it. */
function changeOf (event: LegEvent): Change | null {
  const memberId = memberOf(event.subject)
  const base = { memberId, requestId: event.requestId, at: event.at, legId: event.legId }
  const entry = (kind: IncidentEventKind, detail: Record<string, unknown> = {}): Change['entry'] => ({
    kind,
    actor: 'pbx',
    legId: event.legId,
    detail
  })
  switch (event.kind) {
    case 'placed': return { ...base, event: { kind: 'placed' }, entry: entry('placed', { attempt: event.attempt }) }
    case 'answered': return { ...base, event: null, entry: entry('answered', { attempt: event.attempt }) }
    case 'key':
      return event.key === ''
        ? null
        : { ...base, event: { kind: 'key', key: event.key }, entry: entry('key', { question: event.question, key: event.key }) }
    case 'ended': {
      const missed = event.theirs && event.outcome !== 'confirmed' && event.outcome !== 'declined'
      return {
        ...base,
        event: missed ? { kind: 'leg-missed' } : null,
        entry: entry('leg-ended', { outcome: event.outcome, cause: event.cause })
      }
    }
    case 'finished':
      return {
        ...base,
        event: { kind: 'finished', outcome: finishedAs(event.outcome, event.takenBack) },
        entry: entry('finished', { outcome: event.outcome })
      }
    case 'done':
    case 'person': return null
  }
}

/** What a room's event means for the member. */
function roomChange (event: PbxEvent): (Change & { incidentId: string }) | null {
  if (event.kind !== 'user') return null
  const { incident = '', member = '' } = event.name === 'LD_ROOM' || event.name === 'LD_VOICE' ? event.data : {}
  if (!uuid.test(incident)) return null
  const base = { memberId: member, incidentId: incident, at: event.at, channel: { name: event.channel, node: event.node } }
  if (event.name === 'LD_VOICE') {
    const on = event.data.muted === '1'
    return {
      ...base,
      event: { kind: 'silenced-himself', channelId: event.uniqueId, on },
      entry: { kind: on ? 'self-muted' : 'self-unmuted', actor: 'pbx', detail: {} }
    }
  }
  if (event.name !== 'LD_ROOM') return null
  const { room, verb, leg = '', result = '', cause = '' } = event.data
  const legId = leg === '' ? null : leg
  if (verb === 'refused') {
    return { ...base, event: { kind: 'locked-out' }, entry: { kind: 'refused-locked', actor: 'pbx', legId, detail: {} } }
  }
  return verb === 'join'
    ? {
        ...base,
        event: { kind: 'entered', channelId: event.uniqueId, room },
        entry: { kind: 'entered', actor: 'pbx', legId, detail: { room } }
      }
    : {
        ...base,
        vanished: hasVanished(Number(cause)),
        event: { kind: 'left', channelId: event.uniqueId, room, result: result.toLowerCase(), lost: false },
        entry: { kind: 'left', actor: 'pbx', legId, detail: { room, result, ...(cause === '' ? {} : { cause: Number(cause) }) } }
      }
}

/** How a try to come back with a wrong PIN is told. */
const tries: ReadonlySet<string> = new Set(['wrong-pin', 'barred'])

const uuid = /^[0-9a-f-]{36}$/

/** Whether somebody's turn or a deputy's may come by this: then the rule must see everybody. */
function mayCallSomebody (incident: Incident, { event }: Change): boolean {
  if (event === null || event.kind === 'placed') return false
  if (incident.mode === 'sequential') return true
  // All at once, everybody has been asked for: a member who presses 1 or 2, comes in or leaves, calls nobody else.
  if (event.kind === 'key') return event.key === '3'
  return !['entered', 'left', 'locked-out', 'silenced-himself'].includes(event.kind)
}

/** What the emergency dial learns from the journal: its legs, its rooms, a PBX that went away. */
export function createEmergencyEvents ({ store, dialList, dialling, clock, talks, telephones }: EmergencyEventsOptions): {
  legListener: LegListener
  journalHandler: JournalHandler
} {
  /**
   * What of a locked incident's roster these changes need: of hundreds who answer at the same time the whole of it is not
   * read for every few of them.
   */
  async function rosterFor (tx: Tx, incident: Incident, changes: readonly Change[]): Promise<Member[]> {
    if (changes.some(c => mayCallSomebody(incident, c))) return await store.members(tx, incident.id)
    const ids = [...new Set(changes.map(c => c.memberId).filter(id => uuid.test(id)))]
    const some = await store.members(tx, incident.id, ids)
    // Somebody nobody knows, or of another incident: who sits where is looked up in the whole roster.
    return changes.every(c => some.some(m => m.id === c.memberId)) ? some : await store.members(tx, incident.id)
  }

  /** Applies changes to members in order, saves, tells, and asks the rule who is next when that may have changed. */
  async function applyAll (tx: Tx, incident: Incident, roster: Member[], changes: readonly Change[]): Promise<void> {
    const byId = new Map(roster.map(m => [m.id, m]))
    const touched = new Set<Member>()
    const entries: IncidentEntry[] = []
    const vanished = new Set<Member>()
    for (const change of changes) {
      const row = byId.get(change.memberId)
      if (!row) continue
      entries.push({ ...change.entry, incidentId: incident.id, memberId: row.id, at: change.at })
      // A request that another one has replaced says nothing about him any more, except that a person pressed a key.
      const replaced = change.requestId !== undefined && change.requestId !== row.request_id && change.event?.kind !== 'key'
      if (change.legId && !replaced) row.leg_id = change.legId
      if (change.event === null || replaced) continue
      if (change.event.kind === 'finished') row.request_id = null
      const before = row.state
      // When the chair ends it, everybody leaves: that drops nobody.
      const event = change.event.kind === 'left' && incident.ended_at !== null ? { ...change.event, result: 'ended' } : change.event
      const sat = row.channel_id
      const moves = event.kind === 'entered' && sat === event.channelId
      applyToMember(row, event, change.at)
      if (change.event.kind === 'entered') {
        row.channel_name = change.channel?.name ?? null
        row.channel_node = change.channel?.node ?? null
        if (!moves) {
          row.joined_at = change.at
          row.self_muted = false
          // The dialplan seats him silent during "mute all" and when he was silenced before he dropped; a chair never.
          row.muted = row.muted || (incident.muted_all && !row.commander)
        }
        row.left_at = null
        row.locked_out = false
      }
      if (change.event.kind === 'locked-out') row.locked_out = true
      if (change.event.kind === 'silenced-himself' && row.channel_id === change.event.channelId) row.self_muted = change.event.on
      if (change.event.kind === 'left' && sat !== null && row.channel_id === null) {
        row.left_at = change.at
        row.channel_name = null
        row.channel_node = null
        row.self_muted = false
        row.private_room = null
        if (change.vanished && incident.ended_at === null && !row.removed && row.number_count > 0) vanished.add(row)
      }
      if (row.state === 'unreached' && before !== 'unreached') {
        entries.push({
          incidentId: incident.id,
          memberId: row.id,
          at: change.at,
          kind: 'unreached',
          actor: 'system',
          detail: { suggestion: 'superior' }
        })
      }
      touched.add(row)
    }
    for (const row of roster) {
      const owner = row.same_telephone_as === null ? undefined : byId.get(row.same_telephone_as)
      if (!owner || !touched.has(owner)) continue
      const state = statedWith(owner.state, memberFacts(row))
      if (state === row.state) continue
      Object.assign(row, { state, state_at: owner.state_at, acknowledged_at: row.acknowledged_at ?? owner.acknowledged_at })
      touched.add(row)
    }
    await redial(tx, incident, [...vanished], 'vanished', entries)
    store.saveMembers(tx, [...touched])
    store.record(tx, entries)
    await dialling.announce(tx, incident, [...touched])
    // Who has rung back in by himself need not be rung any more.
    await dialling.withdraw(tx, [...touched].filter(m => m.state === 'joined' && m.channel_id !== m.leg_id))
    if (changes.some(c => mayCallSomebody(incident, c))) await dialling.advance(tx, incident, roster)
  }

  /** Rings members again who are gone through no wish of theirs; the rows are changed in place. */
  async function redial (tx: Tx, incident: Incident, members: readonly Member[], because: string, entries: IncidentEntry[]): Promise<void> {
    if (members.length === 0) return
    const at = clock.now()
    for (const m of members) applyToMember(m, { kind: 'dialled' }, at)
    // The dialler repeats by itself what its own legs lost; of all others it is asked anew.
    const anew = members.filter(m => because !== 'pbx-lost' || m.request_id === null)
    for (const m of anew) m.dial_round += 1
    await dialling.request(tx, incident, anew)
    entries.push(...members.map(m => ({
      incidentId: incident.id,
      memberId: m.id,
      at,
      kind: 'dialled' as const,
      actor: 'system',
      detail: { round: m.dial_round, because }
    })))
  }

  /** A member who came in by PIN from a number nobody knows: on the roster, so that the chair sees who listens. */
  function guest (incident: Incident, roster: readonly Member[], event: PbxEvent): Member {
    const number = callerNumber(event.num)
    const name = number ? `来电 ${maskNumber(number)}` : '来电（号码未显示）'
    const { members } = dialList.rosterOf(incident, [], number ? [{ name, role: '', number }] : [], clock.now(), () => null, roster)
    const [row] = members
    return row ?? dialList.withoutNumber(incident, name, roster.length)
  }

  /** Whose seat an event is about: the channel says it, else the number that rang in, else the name the dialplan gave. */
  function whose (roster: readonly Member[], sits: ReadonlyMap<string, string>, change: Change, event: PbxEvent): string | null {
    const sitting = sits.get(event.uniqueId)
    if (sitting !== undefined) return sitting
    const named = roster.find(m => m.id === change.memberId)
    if (change.event?.kind !== 'entered' || change.entry.legId) return named?.id ?? null
    // One telephone may stand for several members: the first of them who is not in the conference comes in.
    const present = new Set(sits.values())
    const key = numberKey(event.num)
    const first = named && key !== ''
      ? roster.find(m => !present.has(m.id) && !m.removed && store.numbersOf(m).some(n => numberKey(n) === key))
      : undefined
    return first?.id ?? named?.id ?? null
  }

  /** Somebody rang in by a member's number and did not know the PIN: whoever runs an incident of this member sees it, once a call. */
  async function wrongPins (tx: Tx, events: readonly PbxEvent[]): Promise<void> {
    const tried = events.flatMap(e => e.kind === 'user' && e.name === 'LD_REJOIN' && tries.has(e.data.result) && e.data.number
      ? [{ key: numberKey(e.data.number), at: e.at }]
      : [])
    for (const { id } of tried.length === 0 ? [] : await store.open(tx)) {
      const incident = await store.lock(tx, id)
      if (!incident || incident.ended_at !== null) continue
      const roster = await store.members(tx, id)
      const owners = tried.flatMap(({ key, at }) => {
        const member = roster.find(m => !m.removed && store.numbersOf(m).some(n => numberKey(n) === key))
        return member ? [{ member, at }] : []
      })
      if (owners.length === 0) continue
      store.record(
        tx,
        owners.map(({ member, at }) => ({ incidentId: id, memberId: member.id, at, kind: 'wrong-pin', actor: 'pbx', detail: {} }))
      )
      await dialling.announce(tx, incident, owners.map(o => o.member))
    }
  }

  async function rooms (tx: Tx, events: readonly PbxEvent[]): Promise<void> {
    const changes = events.flatMap(e => {
      const change = roomChange(e)
      return change ? [{ change, event: e }] : []
    })
    const ids = [...new Set(changes.map(c => c.change.incidentId))].sort()
    for (const id of ids) {
      const incident = await store.lock(tx, id)
      if (!incident) continue
      const of = changes.filter(c => c.change.incidentId === id)
      const rangIn = of.some(c => c.change.event?.kind === 'entered' && !c.change.entry.legId)
      const roster = rangIn ? await store.members(tx, id) : await rosterFor(tx, incident, of.map(c => c.change))
      const sits = new Map(roster.flatMap(m => m.channel_id === null ? [] : [[m.channel_id, m.id]]))
      const guests: Member[] = []
      const mine = of.map(({ change, event }) => {
        let memberId = whose(roster, sits, change, event)
        if (memberId === null && change.event?.kind === 'entered') {
          const row = guest(incident, roster, event)
          row.id = newId()
          row.dial_round = 1
          roster.push(row)
          guests.push(row)
          memberId = row.id
        }
        if (memberId === null) return change
        if (change.event?.kind === 'entered') sits.set(event.uniqueId, memberId)
        return { ...change, memberId }
      })
      store.insertMembers(tx, guests)
      await applyAll(tx, incident, roster, mine)
    }
  }

  /** Who sat in the conference and is out of it without having hung up is rung again. */
  async function dropped (tx: Tx, incident: Incident, roster: Member[], lost: readonly Member[], at: Date): Promise<void> {
    await applyAll(tx, incident, roster, lost.map(m => ({
      memberId: m.id,
      at,
      event: { kind: 'left', channelId: m.channel_id ?? '', room: m.in_room ?? '', result: 'lost', lost: true },
      entry: { kind: 'left', actor: 'pbx', detail: { room: m.in_room, result: 'pbx-lost' } }
    })))
    const again = lost.filter(m => m.number_count > 0)
    const entries: IncidentEntry[] = []
    await redial(tx, incident, again, 'pbx-lost', entries)
    store.saveMembers(tx, again)
    store.record(tx, entries)
    await dialling.announce(tx, incident, again)
  }

  /**
   * A PBX node began anew: members in its rooms are out of them and are rung again. Those of other nodes are left alone, and so is
   * who has rung in since, which the journal may tell before this row.
   */
  async function restarted (tx: Tx, node: string, at: Date): Promise<void> {
    const open = await tx.query<Incident>(`select * from incident i where ended_at is null
      and (node = $1 or exists (select 1 from incident_member m where m.incident_id = i.id and m.channel_node = $1))
      order by id for update`, [node])
    for (const incident of open) {
      if (incident.recording !== null && incident.node === node) {
        tx.write('update incident set recording = null where id = $1', [incident.id])
        store.record(tx, [{
          incidentId: incident.id,
          memberId: null,
          at,
          kind: 'recording-stopped',
          actor: 'pbx',
          detail: { file: incident.recording, because: 'pbx-lost' }
        }])
      }
      const roster = await store.members(tx, incident.id)
      const sits = roster.filter(m => m.channel_id !== null && (m.channel_node ?? incident.node) === node)
      await dropped(tx, incident, roster, sits.filter(m => m.joined_at === null || m.joined_at <= at), at)
      const rung = incident.node === node ? roster.filter(m => m.chair_login !== null && m.state === 'ringing' && m.leg_id !== null) : []
      if (rung.length > 0) await telephones.ended(tx, rung.flatMap(m => m.leg_id ?? []), at)
    }
  }

  /** The ends of these members' channels were lost. */
  async function lostChannels (tx: Tx, ids: readonly string[], at: Date): Promise<void> {
    const open = await tx.query<Incident>(`select * from incident i where ended_at is null
      and exists (select 1 from incident_member m where m.incident_id = i.id and m.channel_id = any($1)) order by id for update`, [ids])
    for (const incident of open) {
      const roster = await store.members(tx, incident.id)
      await dropped(tx, incident, roster, roster.filter(m => m.channel_id !== null && ids.includes(m.channel_id)), at)
    }
  }

  return {
    legListener: {
      purpose: 'emergency',
      async hear (tx, events) {
        const changes = events.flatMap(e => changeOf(e) ?? [])
        const memberIds = [...new Set(changes.map(c => c.memberId))].filter(id => uuid.test(id))
        if (memberIds.length === 0) return
        for (const incident of await store.lockOfMembers(tx, memberIds)) {
          await applyAll(tx, incident, await rosterFor(tx, incident, changes), changes)
        }
      },
      // Who has pressed 1 or 3 has said what he had to; who sat in the conference is rung again.
      settled: async (tx, subjects) => new Set((await store.settledMembers(tx,
        subjects.map(memberOf).filter(id => uuid.test(id)))).map(id => `member:${id}`))
    },
    journalHandler: {
      name: 'emergency',
      async handle (tx, events) {
        if (events.some(e => e.kind === 'user' && (e.name === 'LD_ROOM' || e.name === 'LD_VOICE'))) {
          await rooms(tx, events)
          await talks.hear(tx, events)
        }
        await wrongPins(tx, events)
        const lost = events.filter(e => e.kind === 'channel-lost')
        if (lost.length > 0) await lostChannels(tx, lost.map(e => e.uniqueId), lost[0]?.at ?? clock.now())
        const over = events.filter(e => endsChannel(e) && e.uniqueId.startsWith('chair-'))
        if (over.length > 0) await telephones.ended(tx, over.map(e => e.uniqueId), over[0]?.at ?? clock.now())
        for (const e of events) if (e.kind === 'node-restart') await restarted(tx, e.node, e.at)
      }
    }
  }
}
