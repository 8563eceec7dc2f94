import type { LegEvent } from '../../../dialler/dialler-types.ts'
import type { LegOutcome } from '../../../domain/telephone/legs.ts'
import type { Incident, IncidentEntry } from '../emergency-types.ts'
import type { IncidentEventKind } from '../rules/incident-events.ts'
import type { MemberEvent } from '../rules/roster.ts'

/** One thing a batch says about one member. */
export interface Change {
  memberId: string
  requestId?: string
  at: Date
  event: MemberEvent | null
  entry: Omit<IncidentEntry, 'incidentId' | 'memberId' | 'at'>
  legId?: string
  /** the channel the member came in by */
  channel?: { name: string, node: string }
  /** of a member who left: the telephone vanished without a hang-up */
  vanished?: boolean
}

/** A member taken back between two calls is not missed, whatever became of the first one. */
const finishedAs = (outcome: LegOutcome, takenBack: boolean): 'confirmed' | 'declined' | 'cancelled' | 'missed' =>
  outcome === 'confirmed' || outcome === 'declined' ? outcome : takenBack || outcome === 'cancelled' ? 'cancelled' : 'missed'

export const memberOf = (subject: string): string => subject.replace(/^member:/, '')

/** What the leg's event means for the member, and how the timeline tells it. */
export function changeOf (event: LegEvent): Change | null {
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

export const uuid = /^[0-9a-f-]{36}$/

/** Whether this may begin another member's or a deputy's turn: then the rule needs the whole roster. */
export function mayCallSomebody (incident: Incident, { event }: Change): boolean {
  if (event === null || event.kind === 'placed') return false
  if (incident.mode === 'sequential') return true
  // All at once, everybody has been asked for: a member who presses 1 or 2, comes in or leaves, calls nobody else.
  if (event.kind === 'key') return event.key === '3'
  return !['entered', 'left', 'locked-out', 'self-mute'].includes(event.kind)
}
