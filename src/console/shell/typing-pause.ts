import { useEffect, useState } from 'react'

/** ms without a key press after which nobody is typing */
const pause = 1200

let lastKey = 0
for (const kind of ['keydown', 'input', 'compositionupdate']) {
  addEventListener(kind, () => { lastKey = performance.now() }, { capture: true, passive: true })
}

/**
 * True once `wanted`, and nobody is typing. For a part that takes the focus by itself: otherwise the end of a sentence would be typed into
 * it.
 */
export function useTypingPause (wanted: boolean): boolean {
  const [quiet, setQuiet] = useState(false)
  useEffect(() => {
    setQuiet(false)
    if (!wanted) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = (): void => {
      const left = lastKey === 0 ? 0 : lastKey + pause - performance.now()
      if (left <= 0) setQuiet(true)
      else timer = setTimeout(look, left)
    }
    look()
    return () => { clearTimeout(timer) }
  }, [wanted])
  return wanted && quiet
}
