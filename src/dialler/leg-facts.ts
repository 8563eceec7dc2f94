import type { Tx } from '../db/database.ts'
import { isLegId } from '../domain/ids.ts'
import type { LegPurpose } from '../domain/legs.ts'
import type { PbxEvent } from '../pbx/pbx-event.ts'
import type { Alarms } from '../queue/alarms.ts'
import type { LegEvent, LegListener } from './dialler.ts'
import { livingLegsOfNode, lockLegs, saveLegs, saveSteps, type LegRow, type SavedStep } from './dialler-store.ts'
import { nextLife, type LegFact, type LegLife } from './rules/leg-life.ts'
import { nextStep, type RequestProgress } from './rules/next-step.ts'

export interface LegFactsOptions {
  alarms: Alarms
  listeners: ReadonlyMap<LegPurpose, LegListener>
  /** channels were freed or requests became due */
  wake: () => void
  /** legs that live although they were called back */
  hangUp: (legIds: readonly string[]) => void
}

export interface LegFacts {
  /** What the journal says of legs, in its order. */
  read: (tx: Tx, events: readonly PbxEvent[]) => Promise<LegFact[]>
  /** load → rule → save → announce, for a whole batch at once. */
  apply: (tx: Tx, facts: readonly LegFact[]) => Promise<void>
}

/** Tells each purpose's listener its events, in their order. */
export async function tell (tx: Tx, listeners: ReadonlyMap<LegPurpose, LegListener>, events: ReadonlyArray<{ purpose: LegPurpose, event: LegEvent }>): Promise<void> {
  for (const purpose of new Set(events.map(e => e.purpose))) {
    await listeners.get(purpose)?.hear(tx, events.filter(e => e.purpose === purpose).map(e => e.event))
  }
}

function factOf (event: PbxEvent): LegFact | null {
  const { at } = event
  if (event.kind === 'user') {
    if (event.name === 'LD_KEY') return { legId: event.data.leg, at, kind: 'key', question: event.data.q, key: event.data.key }
    // Hundreds come in by one key: the row of the room has it with it.
    if (event.name === 'LD_ROOM' && event.data.leg && event.data.key) return { legId: event.data.leg, at, kind: 'key', question: event.data.q ?? '', key: event.data.key }
    if (event.name === 'LD_LEG_DONE') return { legId: event.data.leg, at, kind: 'done', result: event.data.result }
    if (event.name === 'LD_PERSON') return { legId: event.data.leg, at, kind: 'person' }
    return null
  }
  if (!isLegId(event.uniqueId)) return null
  const legId = event.uniqueId
  if (event.kind === 'chan-start') return { legId, at, kind: 'started' }
  if (event.kind === 'answer') return { legId, at, kind: 'answered' }
  if (event.kind === 'hangup') return { legId, at, kind: 'hung-up', cause: event.cause }
  if (event.kind === 'chan-end') return { legId, at, kind: 'channel-ended' }
  return null
}

/** What the feature hears of one fact; `null` when there is nothing to say. */
function legEvent (row: LegRow, fact: LegFact): LegEvent | null {
  const base = { subject: row.subject, requestId: row.requestId, legId: row.legId, attempt: row.legAttempt, at: fact.at }
  if (fact.kind === 'started') return { ...base, kind: 'placed' }
  if (fact.kind === 'answered') return { ...base, kind: 'answered' }
  if (fact.kind === 'key') return { ...base, kind: 'key', question: fact.question, key: fact.key }
  if (fact.kind === 'done') return { ...base, kind: 'done', result: fact.result }
  if (fact.kind === 'person') return { ...base, kind: 'person' }
  return null
}

export function createLegFacts ({ alarms, listeners, wake, hangUp }: LegFactsOptions): LegFacts {
  return {
    async read (tx, events) {
      const facts: LegFact[] = []
      for (const event of events) {
        if (event.kind === 'node-restart') {
          // The PBX died with them and wrote no ends.
          for (const legId of await livingLegsOfNode(tx, event.node, event.at)) facts.push({ legId, at: event.at, kind: 'lost' })
          continue
        }
        const fact = factOf(event)
        if (fact) facts.push(fact)
      }
      return facts
    },

    async apply (tx, facts) {
      if (facts.length === 0) return
      const loaded = await lockLegs(tx, [...new Set(facts.map(fact => fact.legId))])
      const rows = new Map(loaded.map(row => [row.legId, row]))
      const lives = new Map<string, LegLife>(loaded.map(({ legId, state, outcome, cause, doneResult, keys, hangupWanted, ringingAt, answeredAt, confirmedAt, endedAt }) =>
        [legId, { state, outcome, cause, doneResult, keys, hangupWanted, ringingAt, answeredAt, confirmedAt, endedAt }]))
      const progress = new Map<string, RequestProgress & { state: LegRow['requestState'] }>(
        loaded.map(row => [row.requestId, { ...row, outcome: row.requestOutcome, state: row.requestState }]))
      const changed = new Set<string>()
      const steps: SavedStep[] = []
      const told: Array<{ purpose: LegPurpose, event: LegEvent }> = []
      const unwanted: string[] = []
      let freed = false

      for (const fact of facts) {
        const row = rows.get(fact.legId)
        const before = lives.get(fact.legId)
        if (!row || !before || before.state === 'ended') continue
        const life = nextLife(before, fact)
        const silence = fact.kind === 'key' && fact.key === ''
        if (life === before && !silence) continue
        if (life !== before) changed.add(row.legId)
        lives.set(row.legId, life)
        const event = legEvent(row, fact)
        if (event) told.push({ purpose: row.purpose, event })
        if (before.state === 'placing' && life.hangupWanted) unwanted.push(row.legId)
        if (life.state !== 'ended' || life.outcome === null) continue

        freed = true
        const base = { subject: row.subject, requestId: row.requestId, legId: row.legId, attempt: row.legAttempt, at: fact.at }
        told.push({ purpose: row.purpose, event: { ...base, kind: 'ended', outcome: life.outcome, cause: life.cause } })
        const request = progress.get(row.requestId)
        if (request?.state !== 'dialling') continue
        // A leg called back without its request being cancelled has yielded; any other cancellation is the end.
        const step = nextStep({ ...request, cancelled: request.cancelled || (life.outcome === 'cancelled' && !row.yielded) }, life.outcome, fact.at)
        steps.push({ requestId: row.requestId, step, endedAt: fact.at })
        request.state = step.kind === 'finished' ? 'finished' : 'waiting'
        if (step.kind === 'finished') {
          told.push({ purpose: row.purpose, event: { ...base, kind: 'finished', outcome: step.outcome } })
        } else if (step.at > fact.at) {
          await alarms.set(tx, { family: 'dial', id: `dial-${row.requestId}-${row.requestRevision + 1}`, at: step.at, payload: { requestId: row.requestId } })
        }
      }

      saveLegs(tx, [...changed].flatMap(legId => {
        const life = lives.get(legId)
        return life ? [{ legId, life }] : []
      }))
      saveSteps(tx, steps)
      await tell(tx, listeners, told)
      if (freed) tx.afterCommit(wake)
      if (unwanted.length > 0) tx.afterCommit(() => { hangUp(unwanted) })
    }
  }
}
