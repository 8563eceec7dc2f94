/** What a complainant has answered so far; null is not (yet) answered. */
export interface Answers {
  /** did the unit get in touch (feeds 响应率) */
  contacted: boolean | null
  solved: 'yes' | 'partly' | 'no' | null
  /** 5 非常满意 … 1 非常不满意 */
  grade: number | null
}

export const noAnswers: Answers = { contacted: null, solved: null, grade: null }

const contactedKeys = new Map([['1', true], ['2', false]])
const solvedKeys = new Map([['1', 'yes' as const], ['2', 'partly' as const], ['3', 'no' as const]])
// People here expect key 1 to be the best: it is stored as grade 5.
const gradeKeys = new Map([['1', 5], ['2', 4], ['3', 3], ['4', 2], ['5', 1]])

/** The answers after one more key of the telephone script's questions. A question asked again counts as answered last; a key outside the range changes nothing. */
export function withKey (answers: Answers, question: string, key: string): Answers {
  switch (question) {
    case 'contacted': return { ...answers, contacted: contactedKeys.get(key) ?? answers.contacted }
    case 'solved': return { ...answers, solved: solvedKeys.get(key) ?? answers.solved }
    case 'grade': return { ...answers, grade: gradeKeys.get(key) ?? answers.grade }
    // a bad grade that is not confirmed has not been given
    case 'confirm': return key === '2' ? { ...answers, grade: null } : answers
    default: return answers
  }
}

/** A text message's reply: 1 解决, 2 部分解决, 3 未解决, also full-width or with words around; anything else is no answer. */
export function solvedFromReply (body: string): 'yes' | 'partly' | 'no' | null {
  const digits = body.normalize('NFKC').match(/\d+/g) ?? []
  return digits.length === 1 ? solvedKeys.get(digits[0] ?? '') ?? null : null
}

/**
 * `bad`: partly, not solved, or one of the two bad grades - a callback officer looks at it. `good`: solved and graded
 * 3 or better. Else the asking is incomplete.
 */
export function judge ({ solved, grade }: Answers): 'good' | 'bad' | 'incomplete' {
  if (solved === 'partly' || solved === 'no' || (grade !== null && grade <= 2)) return 'bad'
  return solved === 'yes' && grade !== null ? 'good' : 'incomplete'
}

/** Whether anything at all was answered: a person was there. */
export const somethingAnswered = (answers: Answers): boolean =>
  answers.contacted !== null || answers.solved !== null || answers.grade !== null

/** Everything known: what was answered now, else what was answered in an earlier attempt. */
export const together = (now: Answers, earlier: Answers): Answers => ({
  contacted: now.contacted ?? earlier.contacted,
  solved: now.solved ?? earlier.solved,
  grade: now.grade ?? earlier.grade
})
