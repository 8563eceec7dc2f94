import type { Plan } from '../incident.ts'

/** The parts of a plan that are searched. */
type Searched = Pick<Plan, 'code' | 'name' | 'nameEn' | 'kind' | 'status' | 'keywords'>

export interface FoundPlan<P extends Searched> { plan: P, words: readonly string[], score: number }

/** The typed text, split at spaces and punctuation. */
const pieces = (text: string): string[] => text.toLowerCase().split(/[\s，。、,.;；]+/).filter(p => p !== '')
const only = (text: string): string => pieces(text).join('')

/**
 * How well a keyword matches: 2 when the text contains it, in one piece or written apart ("110 按钮"); 1 when a piece is part of it ("挖断"
 * of "挖断管道"). A match never spans the end of one piece and the beginning of the next: "泄漏 气味" is no 漏气.
 */
function fit (keyword: string, said: readonly string[]): number {
  if (said.some((p, i) => p.includes(keyword) || said.slice(i).join('').startsWith(keyword))) return 2
  return said.some(p => p.length >= 2 && keyword.includes(p)) ? 1 : 0
}

/**
 * Plans that match what happened, best first: by their keywords, with more weight for a keyword in the plan's name, and by their names.
 * The typed text is a sentence ("罐车泄漏，气味很大"), in which keywords are looked for. The overall plan matches everything and comes last.
 */
export function searchPlans<P extends Searched> (plans: readonly P[], said: string): Array<FoundPlan<P>> {
  const typed = pieces(said)
  const text = typed.join('')
  const found = plans.map((plan): FoundPlan<P> => {
    const name = only(plan.name)
    const fits = plan.keywords.map(word => ({ word, worth: fit(only(word), typed) })).filter(f => f.worth > 0)
    const named = text.length >= 2 && (name.includes(text) || only(plan.nameEn).includes(text) || only(plan.code) === text)
    const score = fits.reduce((sum, { word, worth }) => sum + worth + (name.includes(only(word)) ? 1 : 0), named ? 3 : 0)
    return { plan, words: fits.map(f => f.word), score }
  })
  const standing = ({ plan }: FoundPlan<P>): number => plan.status === 'EFFECTIVE' ? 0 : 1
  const order = (a: FoundPlan<P>, b: FoundPlan<P>): number =>
    b.score - a.score || standing(a) - standing(b) || a.plan.code.localeCompare(b.plan.code)
  return (text === '' ? found : found.filter(f => f.score > 0 || f.plan.kind === 'overall')).sort(order)
}
