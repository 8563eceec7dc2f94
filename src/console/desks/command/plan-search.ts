import type { Plan } from './incident.ts'

export interface FoundPlan { plan: Plan, words: readonly string[], score: number }

const only = (text: string): string => text.toLowerCase().replace(/[\s，。、,.;；]+/g, '')

/**
 * Plans that fit what happened, best first: a plan's own keywords weigh most, then its name. What is typed is a sentence
 * ("罐车泄漏，气味很大"), so keywords are looked for in it and not the other way round - except while only a word is typed.
 */
export function searchPlans (plans: readonly Plan[], said: string): FoundPlan[] {
  const text = only(said)
  const found = plans.map((plan): FoundPlan => {
    const words = plan.keywords.filter(k => text !== '' && (text.includes(only(k)) || (text.length >= 2 && only(k).includes(text))))
    const named = text.length >= 2 && (only(plan.name).includes(text) || only(plan.nameEn).includes(text) || only(plan.code) === text)
    return { plan, words, score: words.length * 2 + (named ? 3 : 0) }
  })
  const standing = (p: FoundPlan): number => p.plan.status === 'EFFECTIVE' ? 0 : 1
  const order = (a: FoundPlan, b: FoundPlan): number => b.score - a.score || standing(a) - standing(b) || a.plan.code.localeCompare(b.plan.code)
  return (text === '' ? found : found.filter(f => f.score > 0)).sort(order)
}
