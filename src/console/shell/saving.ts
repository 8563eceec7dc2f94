import { useEffect, useRef, useState } from 'react'

export interface Saving {
  /** something is being saved: its form is disabled, and its dialogue stays */
  busy: boolean
  /** Saves, unless something is being saved. `work` answers whether it is done; if not, the dialogue stays. */
  run: (work: () => Promise<boolean>) => Promise<void>
}

/**
 * Saves what a dialogue holds, one at a time: words typed meanwhile, or another entry's dialogue, would be taken for saved. A disabled
 * field loses the focus. It has it again when nothing was saved, or once the question about it (`asking`) is answered.
 */
export function useSaving (asking = false): Saving {
  const [busy, setBusy] = useState(false)
  const working = useRef(false)
  const field = useRef<Element | null>(null)
  useEffect(() => {
    if (busy || asking || !(field.current instanceof HTMLElement)) return
    if (document.activeElement === document.body || document.activeElement === null) field.current.focus()
  }, [busy, asking])
  const run = async (work: () => Promise<boolean>): Promise<void> => {
    if (working.current) return
    working.current = true
    field.current = document.activeElement
    setBusy(true)
    try {
      if (await work()) field.current = null
    } finally {
      working.current = false
      setBusy(false)
    }
  }
  return { busy, run }
}
