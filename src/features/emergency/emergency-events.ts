import type { Tx } from '../../db/database.ts'
import type { LegEvent, LegListener } from '../../dialler/dialler.ts'
import type { Clock } from '../../domain/clock.ts'
import { newId } from '../../domain/ids.ts'
import type { LegOutcome } from '../../domain/legs.ts'
import { maskNumber, callerNumber } from '../../domain/phone-number.ts'
import type { JournalHandler, PbxEvent } from '../../pbx/pbx-event.ts'
import type { DialList } from './dial-list.ts'
import type { Dialling } from './dialling.ts'
import type { EmergencyStore, Incident, IncidentEntry, Member } from './emergency-store.ts'
import { applyToMember } from './member-changes.ts'
import type { MemberEvent } from './rules/roster.ts'

export interface EmergencyEventsOptions {
  store: EmergencyStore
  dialList: DialList
  dialling: Dialling
  clock: Clock
}

/** One thing a batch says about one member. */
interface Change { memberId: string, requestId?: string, at: Date, event: MemberEvent | null, entry: Omit<IncidentEntry, 'incidentId' | 'memberId' | 'at'>, legId?: string, channelName?: string }

/** Taken back between two calls he is not missed, whatever the first one came to. */
const finishedAs = (outcome: LegOutcome, takenBack: boolean): 'confirmed' | 'declined' | 'cancelled' | 'missed' =>
  outcome === 'confirmed' || outcome === 'declined' ? outcome : takenBack || outcome === 'cancelled' ? 'cancelled' : 'missed'

const memberOf = (subject: string): string => subject.replace(/^member:/, '')

/** What the leg's event means for the member, and how the timeline tells it. */
function changeOf (event: LegEvent): Change | null {
  const memberId = memberOf(event.subject)
  const base = { memberId, requestId: event.requestId, at: event.at, legId: event.legId }
  const entry = (kind: string, detail: Record<string, unknown> = {}): Change['entry'] => ({ kind, actor: 'pbx', legId: event.legId, detail })
  switch (event.kind) {
    case 'placed': return { ...base, event: { kind: 'placed' }, entry: entry('placed', { attempt: event.attempt }) }
    case 'answered': return { ...base, event: null, entry: entry('answered', { attempt: event.attempt }) }
    case 'key': return event.key === '' ? null : { ...base, event: { kind: 'key', key: event.key }, entry: entry('key', { question: event.question, key: event.key }) }
    case 'ended': {
      const missed = event.theirs && event.outcome !== 'confirmed' && event.outcome !== 'declined'
      return { ...base, event: missed ? { kind: 'leg-missed' } : null, entry: entry('leg-ended', { outcome: event.outcome, cause: event.cause }) }
    }
    case 'finished': return { ...base, event: { kind: 'finished', outcome: finishedAs(event.outcome, event.takenBack) }, entry: entry('finished', { outcome: event.outcome }) }
    case 'done':
    case 'person': return null
  }
}

/** What a room's event means for the member. */
function roomChange (event: PbxEvent): (Change & { incidentId: string, room: string }) | null {
  if (event.kind !== 'user' || event.name !== 'LD_ROOM') return null
  const { room, verb, incident = '', member = '', leg = '', result = '' } = event.data
  if (incident === '') return null
  const base = { memberId: member, incidentId: incident, room, at: event.at, channelName: event.channel }
  const legId = leg === '' ? null : leg
  return verb === 'join'
    ? { ...base, event: { kind: 'entered', channelId: event.uniqueId, room }, entry: { kind: 'entered', actor: 'pbx', legId, detail: { room } } }
    : { ...base, event: { kind: 'left', channelId: event.uniqueId, room, result: result.toLowerCase(), lost: false }, entry: { kind: 'left', actor: 'pbx', legId, detail: { room, result } } }
}

const uuid = /^[0-9a-f-]{36}$/

/** Whether somebody's turn or a deputy's may come by this: then the rule must see everybody. */
function mayCallSomebody (incident: Incident, { event }: Change): boolean {
  if (event === null || event.kind === 'placed') return false
  if (incident.mode === 'sequential') return true
  // All at once, everybody has been asked for: who presses 1 or 2, comes in or leaves, calls nobody else.
  if (event.kind === 'key') return event.key === '3'
  return event.kind !== 'entered' && event.kind !== 'left'
}

/** What the emergency dial learns from the journal: its legs, its rooms, a PBX that went away. */
export function createEmergencyEvents ({ store, dialList, dialling, clock }: EmergencyEventsOptions): { legListener: LegListener, journalHandler: JournalHandler } {
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
      const moves = event.kind === 'entered' && row.channel_id === event.channelId
      applyToMember(row, event, change.at)
      if (change.event.kind === 'entered') {
        row.channel_name = change.channelName ?? null
        if (!moves) row.joined_at = change.at
        row.left_at = null
        // Who comes in after "mute all" is seated silent by the dialplan; who only changes rooms stays as he was.
        if (!moves) row.muted = incident.muted_all && !row.commander
      }
      if (change.event.kind === 'left' && row.channel_id === null) {
        row.left_at = change.at
        row.channel_name = null
        row.muted = false
        row.private_room = null
      }
      if (row.state === 'unreached' && before !== 'unreached') entries.push({ incidentId: incident.id, memberId: row.id, at: change.at, kind: 'unreached', actor: 'system', detail: { suggestion: 'superior' } })
      touched.add(row)
    }
    store.saveMembers(tx, [...touched])
    store.record(tx, entries)
    await dialling.announce(tx, incident, [...touched])
    // Who has rung back in by himself need not be rung any more.
    await dialling.withdraw(tx, [...touched].filter(m => m.state === 'joined' && m.channel_id !== m.leg_id))
    if (changes.some(c => mayCallSomebody(incident, c))) await dialling.advance(tx, incident, roster)
  }

  /** A member who came in by PIN from a number nobody knows: on the roster, so that the chair sees who listens. */
  function guest (incident: Incident, roster: readonly Member[], event: PbxEvent): Member {
    const number = callerNumber(event.num)
    const name = number ? `来电 ${maskNumber(number)}` : '来电（号码未显示）'
    const { members } = dialList.rosterOf(incident, [], number ? [{ name, role: '', number }] : [], clock.now(), () => null, roster.length)
    const [row] = members
    return row ?? dialList.withoutNumber(incident, name, roster.length)
  }

  async function rooms (tx: Tx, events: readonly PbxEvent[]): Promise<void> {
    const changes = events.flatMap(e => {
      const change = roomChange(e)
      return change && uuid.test(change.incidentId) ? [{ change, event: e }] : []
    })
    const ids = [...new Set(changes.map(c => c.change.incidentId))].sort()
    for (const id of ids) {
      const incident = await store.lock(tx, id)
      if (!incident) continue
      const roster = await rosterFor(tx, incident, changes.filter(c => c.change.incidentId === id).map(c => c.change))
      const guests: Member[] = []
      const mine = changes.filter(c => c.change.incidentId === id).map(({ change, event }) => {
        if (roster.some(m => m.id === change.memberId)) return change
        const sitting = roster.find(m => m.channel_id === event.uniqueId) ?? guests.find(g => g.channel_id === event.uniqueId)
        if (sitting) return { ...change, memberId: sitting.id }
        if (change.event?.kind !== 'entered') return change
        const row = guest(incident, roster, event)
        row.id = newId()
        row.channel_id = event.uniqueId
        row.dial_round = 1
        roster.push(row)
        guests.push(row)
        return { ...change, memberId: row.id }
      })
      store.insertMembers(tx, guests)
      await applyAll(tx, incident, roster, mine)
    }
  }

  /** The PBX began anew: whoever sat in a room is out of it, through no fault of his, and is rung again. */
  async function restarted (tx: Tx, at: Date): Promise<void> {
    const open = await tx.query<Incident>('select * from incident where ended_at is null order by id for update')
    for (const incident of open) {
      if (incident.recording !== null) {
        tx.write('update incident set recording = null where id = $1', [incident.id])
        store.record(tx, [{ incidentId: incident.id, memberId: null, at, kind: 'recording-stopped', actor: 'pbx', detail: { file: incident.recording, because: 'pbx-lost' } }])
      }
      const roster = await store.members(tx, incident.id)
      const lost = roster.filter(m => m.channel_id !== null)
      await applyAll(tx, incident, roster, lost.map(m => ({
        memberId: m.id,
        at,
        event: { kind: 'left', channelId: m.channel_id ?? '', room: m.in_room ?? '', result: 'lost', lost: true },
        entry: { kind: 'left', actor: 'pbx', detail: { room: m.in_room, result: 'pbx-lost' } }
      })))
      const again = lost.filter(m => m.number_count > 0)
      for (const m of again) applyToMember(m, { kind: 'dialled' }, at)
      // The dialler repeats by itself what its own legs lost; who had rung in is asked for anew.
      const anew = again.filter(m => m.request_id === null)
      for (const m of anew) m.dial_round += 1
      await dialling.request(tx, incident, anew)
      store.saveMembers(tx, again)
      store.record(tx, again.map(m => ({ incidentId: incident.id, memberId: m.id, at, kind: 'dialled', actor: 'system', detail: { round: m.dial_round, because: 'pbx-lost' } })))
      await dialling.announce(tx, incident, again)
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
      settled: async (tx, subjects) => new Set((await store.settledMembers(tx, subjects.map(memberOf).filter(id => uuid.test(id)))).map(id => `member:${id}`))
    },
    journalHandler: {
      name: 'emergency',
      async handle (tx, events) {
        if (events.some(e => e.kind === 'user' && e.name === 'LD_ROOM')) await rooms(tx, events)
        for (const e of events) if (e.kind === 'node-restart') await restarted(tx, e.at)
      }
    }
  }
}
