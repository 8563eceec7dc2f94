import { dateOf } from '../../calendar/rules/working-time.ts'
import type { Database, Queryable, Tx } from '../../db/database.ts'
import { bind } from '../../domain/bind.ts'
import { DomainError } from '../../domain/errors.ts'
import { newId } from '../../domain/ids.ts'
import { holds, type Actor } from '../../domain/people/roles.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { Feed } from '../../feed/feed.ts'
import {
  formsOf, insertScore, lockScore, saveDecision, saveForm, saveObjection, scoreOfCall, scoresOf, type FormRow, type ScoreOfCall
} from './quality-store.ts'
import { formOn, graders, isForm, mayGrade, scoreOf, type Question } from './rules/quality-form.ts'

/** What is known of a call that is to be graded. */
export interface GradedCall { id: string, answeredBy: string | null, recorded: boolean, endedAt: Date | null }

export interface QualityOptions {
  db: Database
  clock: Clock
  feed: Feed
  timeZone: string
  /** @throws DomainError `not-found` for a call there is not */
  call: (actor: Actor, callId: string) => Promise<GradedCall>
  /** whether this person may hear the call's recording: those are graded */
  hears: (actor: Actor, callId: string) => Promise<boolean>
  /** of these calls, whether this person may know of each */
  sights: (q: Queryable, actor: Actor, callIds: readonly string[]) => Promise<ReadonlyMap<string, { call: boolean }>>
  loginOf: (tx: Tx, extension: string) => Promise<string | null>
}

type Scores = Record<string, number>

/** A shown grading; `passed` by the form it was graded with. */
export type Grading = ScoreOfCall & { passed: boolean }

const shown = (row: ScoreOfCall): Grading => ({ ...row, passed: row.total >= row.pass })

const noGrading = (): DomainError => new DomainError('not-found', 'this call was not graded', { what: 'grading' })

function total (questions: readonly Question[], scores: Scores): number {
  const sum = scoreOf(questions, scores)
  if (sum === null) throw new DomainError('invalid-input', 'each question has an answer within its points', { field: 'scores' })
  return sum
}

async function tell ({ feed, clock }: QualityOptions, tx: Tx, callId: string, extension: string, what: string): Promise<void> {
  await feed.publish(tx, { topic: `quality.${what}`, subject: callId, at: clock.now(), data: {}, audience: { roles: graders, extension } })
}

/**
 * Grades a recorded call by the form of the day on which it is graded.
 * @throws DomainError `not-found`, `not-allowed`, `own-call`, `already-graded`, `guard-not-met`, `invalid-input`
 */
async function grade (
  context: QualityOptions, tx: Tx, actor: Actor, { callId, scores, remark = '' }: { callId: string, scores: Scores, remark?: string }
): Promise<Grading> {
  const { clock, timeZone } = context
  if (!await context.hears(actor, callId)) throw new DomainError('not-found', 'there is no such call')
  const call = await context.call(actor, callId)
  // A call that goes on is heard as far as it is, and graded when it is over.
  if (!call.recorded || call.endedAt === null) {
    throw new DomainError('guard-not-met', 'only a recorded call that is over is graded', { guard: 'recordedAndOver' })
  }
  const extension = call.answeredBy
  const agent = extension === null ? null : await context.loginOf(tx, extension)
  if (extension === null || agent === null) {
    throw new DomainError('guard-not-met', 'no agent answered this call', { guard: 'answeredByAgent' })
  }
  const may = mayGrade(actor, { agent, extension })
  if (may !== true) throw new DomainError(may, 'somebody else grades this call')
  const now = clock.now()
  const form = formOn(await formsOf(tx), dateOf(now, timeZone))
  if (!form) throw new DomainError('not-found', 'there is no form', { what: 'form' })
  const row = { callId: call.id, formId: form.id, extension, agent, scores, total: total(form.questions, scores), remark }
  if (!await insertScore(tx, { ...row, gradedBy: actor.id, gradedAt: now })) {
    throw new DomainError('already-graded', 'somebody has graded this call')
  }
  await tell(context, tx, call.id, extension, 'graded')
  return await read(tx, call.id)
}

async function read (q: Queryable, callId: string): Promise<Grading> {
  const row = await scoreOfCall(q, callId)
  if (!row) throw noGrading()
  return shown(row)
}

/** The agent's own word against a grading, once. @throws DomainError `not-found`, `already-done` */
async function object (
  context: QualityOptions, tx: Tx, actor: Actor, { callId, reason }: { callId: string, reason: string }
): Promise<Grading> {
  const row = await lockScore(tx, callId)
  // Of others' gradings nobody is told here, not even that they are there.
  if (row?.agent !== actor.id) throw noGrading()
  if (row.objectedAt !== null) throw new DomainError('already-done', 'you have objected already', { guard: 'objectedAlready' })
  saveObjection(tx, callId, reason, context.clock.now())
  await tell(context, tx, callId, row.extension, 'objected')
  return await read(tx, callId)
}

/**
 * A second grader decides on the objection; with `scores` the grading is another from then on.
 * @throws DomainError `not-found`, `not-allowed`, `own-call`, `own-grading`, `already-done`, `guard-not-met`, `invalid-input`
 */
async function decide (
  context: QualityOptions, tx: Tx, actor: Actor, { callId, scores, reason }: { callId: string, scores?: Scores | undefined, reason: string }
): Promise<Grading> {
  const row = await lockScore(tx, callId)
  if (!row || !await context.hears(actor, callId)) throw noGrading()
  const may = mayGrade(actor, row, row.gradedBy)
  if (may !== true) throw new DomainError(may, 'somebody else decides on this objection')
  if (row.objectedAt === null) throw new DomainError('guard-not-met', 'nobody has objected', { guard: 'objectedTo' })
  if (row.decidedAt !== null) throw new DomainError('already-done', 'this was decided', { guard: 'objectionDecided' })
  const given = scores ?? row.scores
  const sum = total(row.questions, given)
  const decision = scores === undefined ? 'kept' : 'changed'
  saveDecision(tx, callId, { decision, scores: given, total: sum, reason, by: actor.id, at: context.clock.now() })
  await tell(context, tx, callId, row.extension, 'decided')
  return await read(tx, callId)
}

/** A form from tomorrow on or later. @throws DomainError `invalid-input` */
async function enterForm (
  { clock, timeZone }: QualityOptions, tx: Tx, actor: Actor,
  { validFrom, questions, pass }: { validFrom: string, questions: Question[], pass: number }
): Promise<FormRow> {
  const now = clock.now()
  if (validFrom <= dateOf(now, timeZone)) {
    throw new DomainError('invalid-input', 'a form begins tomorrow or later', { field: 'validFrom' })
  }
  if (!isForm(questions, pass)) {
    throw new DomainError('invalid-input', 'codes differ, and the pass is within the points', { field: 'questions' })
  }
  saveForm(tx, { id: newId(), validFrom, questions, pass, enteredBy: actor.id, enteredAt: now })
  const entered = (await formsOf(tx)).find(form => form.validFrom === validFrom)
  if (!entered) throw new Error('the form was just entered')
  return entered
}

/** Gradings this person may read: graders those of calls they may know of, agents their own. */
async function list (
  { db, sights }: QualityOptions, actor: Actor, filter: { agent: string | null, objected: boolean },
  page: { after: [Date, string] | null, limit: number }
): Promise<Array<Grading & { hidden: boolean }>> {
  const all = holds(actor, ...graders)
  const rows = await scoresOf(db, all ? filter : { ...filter, agent: actor.id }, page)
  if (!all) return rows.map(row => ({ ...shown(row), hidden: false }))
  const seen = await sights(db, actor, rows.map(row => row.callId))
  return rows.map(row => ({ ...shown(row), hidden: seen.get(row.callId)?.call !== true }))
}

/** The grading of one call. @throws DomainError `not-found`, also where it is none of this person's */
async function one ({ db, hears }: QualityOptions, actor: Actor, callId: string): Promise<Grading> {
  const row = await scoreOfCall(db, callId)
  const own = row?.agent === actor.id
  if (!row || (!own && !(holds(actor, ...graders) && await hears(actor, callId)))) throw noGrading()
  return shown(row)
}

/** 质检: recorded calls graded by a form, with the agent's objection and a second person's decision. */
export const createQuality = (context: QualityOptions) => ({
  ...bind(context, { grade, object, decide, enterForm, list, one }),
  forms: async () => await formsOf(context.db)
})

export type Quality = ReturnType<typeof createQuality>
