import type { Tx } from '../../db/database.ts'
import type { LegEvent, LegListener } from '../../dialler/dialler-types.ts'
import type { LegOutcome } from '../../domain/telephone/legs.ts'
import { systemActor } from '../../domain/people/roles.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { Feed } from '../../feed/feed.ts'
import { callbackAudience, type Steps } from './callback-steps.ts'
import { lockCallback, openAttemptsOf, runningAttempts, saveAttempt, type RunningAttempt } from './callbacks-store.ts'
import type { Attempt, Callback } from './callback-columns.ts'
import type { CallbackOrders } from './callback-types.ts'
import { afterAttempt } from './rules/after-attempt.ts'
import { judge, noAnswers, mergeAnswers, withKey, type Answers } from './rules/callback-answers.ts'

export interface EventsOptions {
  clock: Clock
  feed: Feed
  orders: CallbackOrders
  steps: Steps
}

interface Folded {
  attempt: Attempt
  answers: Answers
  finished: { outcome: LegOutcome, tried: boolean, at: Date } | null
  pressedZero: LegEvent | null
}

/** The attempt after these events of its leg, in order. */
function fold (before: Attempt, events: readonly LegEvent[]): Folded {
  const attempt = { ...before }
  let answers: Answers = { ...noAnswers, ...before.answers }
  let finished: Folded['finished'] = null
  let pressedZero: Folded['pressedZero'] = null
  for (const event of events) {
    switch (event.kind) {
      case 'placed': attempt.legId = event.legId; break
      case 'answered': attempt.answered = true; break
      case 'key': answers = withKey(answers, event.question, event.key); break
      case 'person':
        attempt.person = true
        pressedZero = event
        break
      case 'ended': attempt.outcome = event.outcome; break
      case 'finished': finished = { outcome: event.outcome, tried: event.tried, at: event.at }; break
      case 'done': break
    }
  }
  attempt.answers = answers
  return { attempt, answers, finished, pressedZero }
}

async function settle (
  { feed, orders, steps }: EventsOptions, tx: Tx, callback: Callback, { attempt, answers, finished, pressedZero }: Folded
): Promise<void> {
  if (pressedZero) {
    await feed.publish(tx, {
      topic: 'callback.person',
      subject: callback.id,
      at: pressedZero.at,
      data: { orderId: callback.orderId, legId: pressedZero.legId },
      audience: await callbackAudience(tx, callback.orderId)
    })
  }
  if (!finished) {
    saveAttempt(tx, attempt)
    return
  }
  const { outcome, tried, at } = finished
  // A person spoke with the citizen: the attempt stays open for the person's notes.
  const spoken = attempt.person || (attempt.method === 'officer' && attempt.answered)
  saveAttempt(tx, { ...attempt, outcome, endedAt: spoken ? null : at })
  if (callback.status !== 'DIALLING' || callback.dialRequestId !== attempt.dialRequestId) return
  const order = await orders.forCallback(tx, callback.orderId)
  if (!steps.awaited(order, callback)) {
    await steps.save(tx, callback, {
      status: 'CANCELLED', cancelReason: 'order-went-on', dialRequestId: null, nextAt: null, finishedAt: at,
    }, 'callback.cancelled', at)
    return
  }
  const { unanswered, incomplete, technical } = callback
  const followup = afterAttempt(
    {
      answers,
      earlier: callback,
      outcome,
      tried,
      person: spoken,
      byOfficer: attempt.method === 'officer',
      counts: { unanswered, incomplete, technical }
    },
    at,
    await steps.policy(at)
  )
  await steps.follow(tx, systemActor, { callback, order, answers, followup, at, legId: attempt.legId, callId: attempt.callId })
}

/** What callbacks do with what the dialler reports of their legs, inside the journal's transaction. */
export function createEvents (context: EventsOptions): LegListener {
  return {
    purpose: 'callback',
    async hear (tx, events) {
      const byRequest = new Map<string, LegEvent[]>()
      for (const event of events) byRequest.set(event.requestId, [...byRequest.get(event.requestId) ?? [], event])
      // In one order always, so that two batches never wait for each other.
      const attempts = (await openAttemptsOf(tx, [...byRequest.keys()])).sort((a, b) => a.callbackId.localeCompare(b.callbackId))
      for (const attempt of attempts) {
        const callback = await lockCallback(tx, attempt.callbackId)
        const own = byRequest.get(attempt.dialRequestId ?? '')
        if (callback && own) await settle(context, tx, callback, fold(attempt, own))
      }
    },

    async settled (tx, subjects) {
      const ids = subjects.map(subject => subject.replace(/^callback:/, ''))
      const { satisfiedFrom } = await context.steps.policy(context.clock.now())
      const decided = ({ attempt, earlier }: RunningAttempt): boolean =>
        judge(mergeAnswers({ ...noAnswers, ...attempt.answers }, earlier), satisfiedFrom.value) !== 'incomplete'
      const done = (await runningAttempts(tx, ids)).filter(running => running.attempt.person || decided(running))
      return new Set(done.map(({ attempt }) => `callback:${attempt.callbackId}`))
    }
  }
}
