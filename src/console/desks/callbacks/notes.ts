import { useState } from 'react'
import { useWho } from '../../api/session.tsx'
import type { Callback, Reason, Solved } from './callbacks.ts'

/** An officer's unsaved entries about a callback. */
export interface Notes {
  contacted?: boolean | null
  solved?: Solved
  grade?: number | null
  freeWords?: string
  reason?: Reason | null
  explanation?: string
}

/** The unsaved entries on top of what is on record. */
export interface Noted {
  contacted: boolean | null
  solved: Solved | null
  grade: number | null
  freeWords: string
  reason: Reason | null
  explanation: string
}

/** The citizen's answers so far: on record, or by keys in an attempt that was broken off to speak with a person. */
function known ({ attemptList, ...c }: Callback): Noted {
  const keyed = attemptList.at(-1)?.answers ?? {}
  return {
    contacted: c.contacted ?? keyed.contacted ?? null,
    solved: c.solved ?? keyed.solved ?? null,
    grade: c.grade ?? keyed.grade ?? null,
    freeWords: c.freeWords ?? '',
    reason: c.reason,
    explanation: c.explanation ?? ''
  }
}

export interface KeptNotes {
  noted: Noted
  /** whether answers are unsaved; reason and explanation are saved with the decision */
  unsaved: boolean
  note: (change: Notes) => void
  forget: () => void
}

/**
 * An officer's notes on one callback, kept in this browser at every key press until they are saved: they outlive another call, a reload
 * and a crash.
 */
export function useNotes (callback: Callback): KeptNotes {
  const key = `callback-notes:${useWho().login}:${callback.id}`
  const [notes, setNotes] = useState<Notes>(() => JSON.parse(localStorage.getItem(key) ?? '{}') as Notes)
  return {
    noted: { ...known(callback), ...notes },
    unsaved: Object.keys(notes).some(name => name !== 'reason' && name !== 'explanation'),
    note: change => {
      const next = { ...notes, ...change }
      setNotes(next)
      localStorage.setItem(key, JSON.stringify(next))
    },
    forget: () => {
      setNotes({})
      localStorage.removeItem(key)
    }
  }
}
