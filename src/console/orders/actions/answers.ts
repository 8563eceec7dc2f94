/** What was answered in a step's dialogue, by the name of the question. */
export type Answers = Record<string, string | string[] | number | boolean | undefined>
type Answer = Answers[string]

/** What was written; empty when nothing was. */
export const text = (answer: Answer): string => typeof answer === 'string' ? answer : ''

/** What was chosen of several; empty when nothing was. */
export const chosen = (answer: Answer): string[] => Array.isArray(answer) ? answer : []

/** @throws Error without an answer: the dialogue lets nobody go on without one that is needed */
export function needed<T> (answer: T | undefined): T {
  if (answer === undefined) throw new Error('an answer is missing')
  return answer
}

function given<N extends string, T extends Answer> (
  answers: Answers, names: readonly N[], isGiven: (answer: Answer) => answer is T
): Partial<Record<N, T>> {
  const found: Partial<Record<N, T>> = {}
  for (const name of names) {
    const answer = answers[name]
    if (isGiven(answer)) found[name] = answer
  }
  return found
}

/** Those of the answers that are texts and not empty. */
export const texts = <N extends string>(answers: Answers, ...names: N[]): Partial<Record<N, string>> =>
  given(answers, names, (answer): answer is string => typeof answer === 'string' && answer !== '')

/** Those of the answers that are numbers. */
export const numbers = <N extends string>(answers: Answers, ...names: N[]): Partial<Record<N, number>> =>
  given(answers, names, (answer): answer is number => typeof answer === 'number')

/** Those of the answers that are words of the list. */
export const words = <N extends string, T extends string>(answers: Answers, list: readonly T[], ...names: N[]): Partial<Record<N, T>> =>
  given(answers, names, (answer): answer is T => list.some(word => word === answer))
