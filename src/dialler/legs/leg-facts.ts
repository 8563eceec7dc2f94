import type { Tx } from '../../db/database.ts'
import { bind } from '../../domain/bind.ts'
import { isLegId } from '../../domain/ids.ts'
import { tellsAnswer, type LegPurpose } from '../../domain/telephone/legs.ts'
import type { PbxEvent } from '../../pbx/pbx-event.ts'
import type { Alarms } from '../../queue/alarms.ts'
import type { LegEvent, LegListener } from '../dialler-types.ts'
import { livingLegsOfNode, lockLegs, placedBeforeStart, saveLegs, saveSteps, type LegRow, type SavedStep } from '../dialler-store.ts'
import { outgoingTrunks } from '../trunks/trunk-store.ts'
import { legsOfLostNode, resumeRequests, unansweredLegs } from './leg-store.ts'
import type { UnwantedLeg } from './hanging-up.ts'
import { nextLife, type LegFact, type LegLife } from './rules/leg-life.ts'
import { nextStep } from './rules/next-step.ts'
import { keyAnswers } from './rules/purposes.ts'
import { markNumbers } from '../permission/unallocated-numbers.ts'

export interface LegFactsOptions {
  alarms: Alarms
  listeners: ReadonlyMap<LegPurpose, LegListener>
  /** channels were freed or requests became due */
  wake: () => void
  /** legs that live although they were withdrawn */
  hangUp: (legs: readonly UnwantedLeg[]) => void
}

type Purposed = { purpose: LegPurpose, event: LegEvent }

export interface LegFacts {
  /** The journal's facts about legs, in its order. */
  read: (tx: Tx, events: readonly PbxEvent[]) => Promise<LegFact[]>
  /** load → rule → save → announce, for a whole batch at once. */
  apply: (tx: Tx, facts: readonly LegFact[]) => Promise<void>
}

/** Tells each purpose's listener its events, in their order. */
export async function tell (tx: Tx, listeners: ReadonlyMap<LegPurpose, LegListener>, events: readonly Purposed[]): Promise<void> {
  for (const purpose of new Set(events.map(e => e.purpose))) {
    await listeners.get(purpose)?.hear(tx, events.filter(e => e.purpose === purpose).map(e => e.event))
  }
}

/** The row of the answer itself may be lost: what happens to an answered leg alone says the same. */
const answerOf = (event: PbxEvent): LegFact | null =>
  isLegId(event.uniqueId) && tellsAnswer(event) ? { legId: event.uniqueId, at: event.at, kind: 'answered' } : null

/** Only the leg tells whether a key answers its question: until it is loaded, every key does. */
function factOf (event: PbxEvent): LegFact | null {
  const { at } = event
  if (event.kind === 'user') {
    if (event.name === 'LD_KEY') {
      return { legId: event.data.leg, at, kind: 'key', question: event.data.q, key: event.data.key, answers: true }
    }
    // Hundreds join by one key: the room's row carries it.
    if (event.name === 'LD_ROOM' && event.data.leg && event.data.key) {
      return { legId: event.data.leg, at, kind: 'key', question: event.data.q ?? '', key: event.data.key, answers: true }
    }
    if (event.name === 'LD_LEG_DONE') return { legId: event.data.leg, at, kind: 'done', result: event.data.result }
    if (event.name === 'LD_LEG_END' && isLegId(event.uniqueId)) {
      const { cause, sip, state } = event.data
      return { legId: event.uniqueId, at, kind: 'ending', cause: Number(cause), sip: Number(sip), state }
    }
    if (event.name === 'LD_PERSON') return { legId: event.data.leg, at, kind: 'person' }
    return null
  }
  if (!isLegId(event.uniqueId)) return null
  const legId = event.uniqueId
  if (event.kind === 'chan-start') return { legId, at, kind: 'started' }
  if (event.kind === 'hangup') return { legId, at, kind: 'hung-up', cause: event.cause }
  if (event.kind === 'chan-end') return { legId, at, kind: 'channel-ended' }
  if (event.kind === 'channel-lost') return { legId, at, kind: 'unreported' }
  if (event.kind === 'channel-back') return { legId, at, kind: 'back' }
  return null
}

/** The exchange bounds no leg in a room; one that left, or was refused, it bounds again. */
function boundOf (event: PbxEvent): LegFact | null {
  if (event.kind !== 'user' || event.name !== 'LD_ROOM' || !event.data.leg) return null
  return { legId: event.data.leg, at: event.at, kind: event.data.verb === 'join' ? 'unbounded' : 'bounded' }
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

/** A leg that ended in the batch. */
interface Ended { row: LegRow, life: LegLife, at: Date }

/** What a batch of facts makes of its legs. */
interface Outcome {
  lives: Map<string, LegLife>
  changed: Set<string>
  ended: Ended[]
  /** requests whose leg lives after all */
  resumed: string[]
  told: Purposed[]
  unwanted: UnwantedLeg[]
}

export const createLegFacts = (options: LegFactsOptions): LegFacts => ({ read, ...bind(options, { apply }) })

async function read (tx: Tx, events: readonly PbxEvent[]): Promise<LegFact[]> {
  const facts: LegFact[] = []
  const missed = events.filter(event => event.kind === 'channel-lost' && isLegId(event.uniqueId)).map(event => event.uniqueId)
  const beforeStart = missed.length > 0 ? await placedBeforeStart(tx, missed) : new Set<string>()
  for (const event of events) {
    // Missed before the restart's own row: it went with the PBX, and its rows with it.
    if (event.kind === 'channel-lost' && beforeStart.has(event.uniqueId)) {
      facts.push({ legId: event.uniqueId, at: event.at, kind: 'lost' })
      continue
    }
    if (event.kind === 'node-restart') {
      // The PBX died with them and wrote no ends.
      for (const legId of await livingLegsOfNode(tx, event.node, event.at)) facts.push({ legId, at: event.at, kind: 'lost' })
      continue
    }
    if (event.kind === 'node-lost') {
      for (const legId of await legsOfLostNode(tx, event.node, event.at)) facts.push({ legId, at: event.at, kind: 'lost' })
      continue
    }
    facts.push(...[answerOf(event), factOf(event), boundOf(event)].filter(fact => fact !== null))
  }
  return await withoutOldAnswers(tx, events, facts)
}

/** Most legs of which a row says again that they were answered need not be loaded for it: the row of the answer itself was read. */
async function withoutOldAnswers (tx: Tx, events: readonly PbxEvent[], facts: readonly LegFact[]): Promise<LegFact[]> {
  const told = new Set(events.filter(event => event.kind === 'answer').map(event => event.uniqueId))
  for (const { legId, kind } of facts) if (kind !== 'answered') told.add(legId)
  const again = [...new Set(facts.map(fact => fact.legId))].filter(legId => !told.has(legId))
  if (again.length === 0) return [...facts]
  const unanswered = await unansweredLegs(tx, again)
  return facts.filter(({ legId }) => told.has(legId) || unanswered.has(legId))
}

async function apply (options: LegFactsOptions, tx: Tx, facts: readonly LegFact[]): Promise<void> {
  if (facts.length === 0) return
  const { listeners, wake, hangUp } = options
  const rows = await lockLegs(tx, [...new Set(facts.map(fact => fact.legId))])
  const { lives, changed, ended, resumed, told, unwanted } = outcomeOf(rows, facts)
  saveLegs(tx, [...changed].flatMap(legId => {
    const life = lives.get(legId)
    return life ? [{ legId, life }] : []
  }))
  if (resumed.length > 0) resumeRequests(tx, resumed)
  markNumbers(tx, ended.map(({ row, life, at }) => ({ numberHash: row.numberHash, life, at })))
  saveSteps(tx, await follow(options, tx, ended, told))
  await tell(tx, listeners, told)
  if (ended.length > 0) tx.afterCommit(wake)
  if (unwanted.length > 0) tx.afterCommit(() => { hangUp(unwanted) })
}

/** Folds the facts into the legs they are about, in their order. */
function outcomeOf (loaded: readonly LegRow[], facts: readonly LegFact[]): Outcome {
  const rows = new Map(loaded.map(row => [row.legId, row]))
  const lives = new Map<string, LegLife>(loaded.map(row => [row.legId, { ...row }]))
  const outcome: Outcome = { lives, changed: new Set(), ended: [], resumed: [], told: [], unwanted: [] }
  const { changed, ended, resumed, told, unwanted } = outcome
  for (const said of facts) {
    const row = rows.get(said.legId)
    const before = lives.get(said.legId)
    if (row && before && said.kind === 'back' && before.outcome === 'pbx-lost') {
      if (row.requestState === 'waiting') {
        lives.set(row.legId, nextLife(before, said))
        changed.add(row.legId)
        resumed.push(row.requestId)
      } else {
        // Its person is rung anew, or no more: nobody's telephone rings for both.
        unwanted.push({ ...row, evenAnswered: false })
      }
      continue
    }
    if (!row || !before || before.state === 'ended') continue
    const fact = said.kind === 'key' ? { ...said, answers: keyAnswers(row.purpose, said.key) } : said
    const life = nextLife(before, fact)
    const silence = fact.kind === 'key' && fact.key === ''
    if (life === before && !silence) continue
    if (life !== before) changed.add(row.legId)
    lives.set(row.legId, life)
    const event = legEvent(row, fact)
    if (event) told.push({ purpose: row.purpose, event })
    if (before.state === 'placing' && life.hangupWanted) unwanted.push({ ...row, evenAnswered: life.hangupAnswered })
    if (life.state !== 'ended' || life.outcome === null) continue
    const base = { subject: row.subject, requestId: row.requestId, legId: row.legId, attempt: row.legAttempt, at: fact.at }
    told.push({
      purpose: row.purpose,
      event: { ...base, kind: 'ended', outcome: life.outcome, cause: life.cause, theirs: life.theirs ?? false }
    })
    ended.push({ row, life, at: fact.at })
  }
  return outcome
}

/** Of legs lost after an answer: the requests whose feature needs no further call. */
async function settledOf (options: LegFactsOptions, tx: Tx, lost: readonly Ended[]): Promise<Set<string>> {
  const settled = new Set<string>()
  for (const purpose of new Set(lost.map(({ row }) => row.purpose))) {
    const mine = lost.filter(({ row }) => row.purpose === purpose)
    const subjects = await options.listeners.get(purpose)?.settled?.(tx, [...new Set(mine.map(({ row }) => row.subject))])
    for (const { row } of mine) if (subjects?.has(row.subject)) settled.add(row.requestId)
  }
  return settled
}

/** Decides the next steps of the requests of ended legs. */
async function follow (options: LegFactsOptions, tx: Tx, ended: readonly Ended[], told: Purposed[]): Promise<SavedStep[]> {
  const lost = ended.filter(({ life }) => life.theirs === false && life.answeredAt !== null)
  // The feature must have heard every key before it is asked.
  if (lost.length > 0) await tell(tx, options.listeners, told.splice(0))
  const settled = lost.length > 0 ? await settledOf(options, tx, lost) : new Set<string>()
  const trunks = ended.some(({ life }) => life.theirs === false) ? await outgoingTrunks(tx) : []
  const steps: SavedStep[] = []
  for (const { row, life, at } of ended) {
    if (row.requestState !== 'dialling' || life.outcome === null) continue
    // A withdrawn leg whose request is not cancelled was preempted by an emergency; any other cancellation is the end.
    const takenBack = row.cancelled || (life.outcome === 'cancelled' && !row.preempted)
    const talkedSeconds = life.answeredAt ? (at.getTime() - life.answeredAt.getTime()) / 1000 : 0
    const step = nextStep(
      { ...row, outcome: row.requestOutcome, cancelled: takenBack || settled.has(row.requestId) },
      { outcome: life.outcome, theirs: life.theirs ?? false, trunkId: row.trunkId, talkedSeconds, at },
      row.onlyTrunk === null ? trunks : [row.onlyTrunk]
    )
    steps.push({ requestId: row.requestId, step, endedAt: at })
    if (step.kind === 'finished') {
      const event: LegEvent = {
        subject: row.subject,
        requestId: row.requestId,
        legId: row.legId,
        attempt: row.legAttempt,
        at,
        kind: 'finished',
        outcome: step.outcome,
        tried: step.tried,
        takenBack
      }
      told.push({ purpose: row.purpose, event })
    } else if (step.at > at) {
      await options.alarms.set(tx, {
        family: 'dial',
        id: `dial-${row.requestId}-${row.requestRevision + 1}`,
        at: step.at,
        payload: { requestId: row.requestId }
      })
    }
  }
  return steps
}
