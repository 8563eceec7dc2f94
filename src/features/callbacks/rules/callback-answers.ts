import type { Solved } from '../../../domain/asked-order.ts'

/** What a complainant has answered so far; null is not (yet) answered. */
export interface Answers {
  /** did the unit get in touch (feeds 响应率) */
  contacted: boolean | null
  solved: Solved | null
  /** 5 非常满意 … 1 非常不满意 */
  grade: number | null
  /** a bad grade not yet confirmed by the citizen; it counts as none */
  unconfirmed?: number | null
}

export const noAnswers: Answers = { contacted: null, solved: null, grade: null }

const contactedKeys = new Map([['1', true], ['2', false]])
const solvedKeys = new Map([['1', 'yes' as const], ['2', 'partly' as const], ['3', 'no' as const]])
// People here expect key 1 to be the best: it is stored as grade 5.
const gradeKeys = new Map([['1', 5], ['2', 4], ['3', 3], ['4', 2], ['5', 1]])
/** The telephone script asks back at grades up to this one. */
const askedBack = 2

/**
 * The answers after one more key of the telephone script's questions. A question asked again counts as answered last; a key outside the
 * range changes nothing.
 */
export function withKey (answers: Answers, question: string, key: string): Answers {
  switch (question) {
    case 'contacted': return { ...answers, contacted: contactedKeys.get(key) ?? answers.contacted }
    case 'solved': return { ...answers, solved: solvedKeys.get(key) ?? answers.solved }
    case 'grade': return withGrade(answers, gradeKeys.get(key))
    // Asked again after the confirmation: the citizen now knows which key is which.
    case 'grade-again': return { ...answers, grade: gradeKeys.get(key) ?? answers.grade }
    case 'confirm': return confirmed(answers, key)
    default: return answers
  }
}

/** A citizen who presses 5 for the best and hangs up at the question back has given no grade. */
function withGrade (answers: Answers, grade: number | undefined): Answers {
  if (grade === undefined) return answers
  return grade <= askedBack ? { ...answers, grade: null, unconfirmed: grade } : { ...answers, grade, unconfirmed: null }
}

function confirmed (answers: Answers, key: string): Answers {
  if (key === '1') return { ...answers, grade: answers.unconfirmed ?? answers.grade, unconfirmed: null }
  return key === '2' ? { ...answers, grade: null, unconfirmed: null } : answers
}

// What the last-try text offers, and how people write just that.
const plainReplies: ReadonlyMap<string, Answers['solved']> = new Map([
  ...['1', '一', '1解决', '1已解决', '解决', '已解决', '解决了', '已经解决', '已经解决了', '回复1'].map(words => [words, 'yes'] as const),
  ...['2', '二', '2部分解决', '部分解决', '部分解决了', '解决了一部分', '回复2'].map(words => [words, 'partly'] as const),
  ...['3', '三', '3未解决', '3没解决', '未解决', '没解决', '没有解决', '还没解决', '还没有解决', '尚未解决', '不解决', '回复3'].map(words => [words, 'no'] as const)
])

/** A text message's reply: a key or the plain words, and nothing beside; anything else is for a person to read. */
export function solvedFromReply (body: string): Answers['solved'] {
  // Signs, spaces and what cannot be seen say nothing: １。 is 1, 【1】 too.
  const words = body.normalize('NFKC')
  // 解决了？ asks, it does not answer.
  return words.includes('?') ? null : plainReplies.get(words.replace(/[\s\p{P}\p{S}\p{C}]/gu, '')) ?? null
}

/**
 * `bad`: partly, not solved, or a grade below `satisfiedFrom`, which the city chooses - a callback officer looks at it. `good`: solved and
 * graded that or better. Else the asking is incomplete.
 */
export function judge ({ solved, grade }: Answers, satisfiedFrom: number): 'good' | 'bad' | 'incomplete' {
  if (solved === 'partly' || solved === 'no' || (grade !== null && grade < satisfiedFrom)) return 'bad'
  return solved === 'yes' && grade !== null ? 'good' : 'incomplete'
}

/** Whether anything at all was answered: a person was there. */
export const somethingAnswered = (answers: Answers): boolean =>
  answers.contacted !== null || answers.solved !== null || answers.grade !== null

/** Everything known: what was answered now, else what was answered in an earlier attempt. */
export const mergeAnswers = (now: Answers, earlier: Answers): Answers => ({
  contacted: now.contacted ?? earlier.contacted,
  solved: now.solved ?? earlier.solved,
  grade: now.grade ?? earlier.grade
})
