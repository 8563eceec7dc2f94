import { useRef, useState } from 'react'
import { timesLeft } from '../../api/leaving.ts'

/** A position holds for one moment and is not kept. */
const worthKeeping = (answers: object): string =>
  JSON.stringify(answers, (name, answer: unknown) => name === 'longitude' || name === 'latitude' ? undefined : answer)

/**
 * What was typed in a step's dialogue, kept in this tab until the step is taken: a mobile may discard the page while its camera is open,
 * and a dialogue is easily closed. `about`: the request that is answered; answers to an earlier request are dropped.
 */
export function useKeptAnswers<T extends object> (
  name: string, about: string, begin: () => T
): { answers: T, set: (change: Partial<T>) => void, forget: () => void } {
  const key = `step:${name}:${about}`
  const [answers, setAnswers] = useState<T>(() => ({ ...begin(), ...kept<T>(name, key) }))
  const latest = useRef(answers)
  const begun = useRef(timesLeft())
  const become = (after: T): void => {
    latest.current = after
    setAnswers(after)
    if (worthKeeping(after) === worthKeeping(begin())) sessionStorage.removeItem(key)
    // A slow answer may come when another person has taken the tab.
    else if (begun.current === timesLeft()) sessionStorage.setItem(key, worthKeeping(after))
  }
  return { answers, set: change => { become({ ...latest.current, ...change }) }, forget: () => { become(begin()) } }
}

function kept<T> (name: string, key: string): Partial<T> {
  for (const other of Object.keys(sessionStorage)) if (other.startsWith(`step:${name}:`) && other !== key) sessionStorage.removeItem(other)
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '{}') as Partial<T>
  } catch {
    return {}
  }
}
