import { useState } from 'react'
import type { Answers } from './action-list.ts'

/**
 * What was typed in a step's dialogue, kept in this tab until the step is taken: a telephone may throw the page away
 * while its camera is open, a finger may close the dialogue.
 */
export function useKeptAnswers (
  name: string, begin: () => Answers
): { answers: Answers, set: (change: Answers) => void, forget: () => void } {
  const key = `step:${name}`
  const [answers, setAnswers] = useState<Answers>(() => ({ ...begin(), ...kept(key) }))
  return {
    answers,
    set (change) {
      setAnswers(before => {
        const after = { ...before, ...change }
        sessionStorage.setItem(key, JSON.stringify(after))
        return after
      })
    },
    forget () { sessionStorage.removeItem(key) }
  }
}

function kept (key: string): Answers {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '{}') as Answers
  } catch {
    return {}
  }
}
