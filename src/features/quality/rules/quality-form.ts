import { holds, type Actor, type Role } from '../../../domain/people/roles.ts'

/** One thing a call is graded by. */
export interface Question {
  code: string
  name: string
  nameEn: string
  /** at most, from 1 */
  points: number
}

/** Who grades calls and decides on objections. */
export const graders: readonly Role[] = ['SUPERVISOR', 'SHIFT_LEADER']

/**
 * The sum of the points given; null where a question has no answer, has more than its points or less than none, or where an answer is to
 * no question.
 */
export function scoreOf (questions: readonly Question[], scores: Readonly<Record<string, number>>): number | null {
  const known = new Set(questions.map(question => question.code))
  if (Object.keys(scores).some(code => !known.has(code))) return null
  let total = 0
  for (const { code, points } of questions) {
    const given = Object.hasOwn(scores, code) ? scores[code] : undefined
    if (given === undefined || !Number.isInteger(given) || given < 0 || given > points) return null
    total += given
  }
  return total
}

/** Whether a form can be graded by: codes that differ, and a pass within the points there are. */
export const isForm = (questions: readonly Question[], pass: number): boolean =>
  questions.length > 0 && new Set(questions.map(question => question.code)).size === questions.length &&
  questions.every(({ points }) => Number.isInteger(points) && points > 0) && pass <= questions.reduce((sum, { points }) => sum + points, 0)

/** Nobody grades a call of their own, and only a second grader decides on an objection. */
export function mayGrade (
  actor: Actor, call: { agent: string, extension: string }, gradedBy: string | null = null
): true | 'not-allowed' | 'own-call' | 'own-grading' {
  if (!holds(actor, ...graders)) return 'not-allowed'
  if (actor.id === call.agent || actor.extension === call.extension) return 'own-call'
  return actor.id === gradedBy ? 'own-grading' : true
}

interface Dated { validFrom: string }

/** The form of a local day, `2026-11-23`; null: none has begun. */
export const formOn = <F extends Dated>(forms: readonly F[], day: string): F | null =>
  forms.filter(form => form.validFrom <= day).sort((a, b) => b.validFrom.localeCompare(a.validFrom))[0] ?? null
