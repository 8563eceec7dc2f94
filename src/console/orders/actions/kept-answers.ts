import { useRef, useState } from 'react'
import type { Answers } from './answers.ts'

/** Where one stands is true at that moment alone. */
const worthKeeping = ({ longitude: _longitude, latitude: _latitude, ...rest }: Answers): string => JSON.stringify(rest)

/**
 * What was typed in a step's dialogue, kept in this tab until the step is taken: a telephone may throw the page away
 * while its camera is open, a finger may close the dialogue. `about`: what the answers answer; of another question, asked
 * later, they say nothing.
 */
export function useKeptAnswers<T extends Answers> (
  name: string, about: string, begin: () => T
): { answers: T, set: (change: Partial<T>) => void, forget: () => void } {
  const key = `step:${name}:${about}`
  const [answers, setAnswers] = useState<T>(() => ({ ...begin(), ...kept(name, key) }))
  const latest = useRef(answers)
  const become = (after: T): void => {
    latest.current = after
    setAnswers(after)
    if (worthKeeping(after) === worthKeeping(begin())) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, worthKeeping(after))
  }
  return { answers, set: change => { become({ ...latest.current, ...change }) }, forget: () => { become(begin()) } }
}

function kept (name: string, key: string): Answers {
  for (const other of Object.keys(sessionStorage)) if (other.startsWith(`step:${name}:`) && other !== key) sessionStorage.removeItem(other)
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '{}') as Answers
  } catch {
    return {}
  }
}
