import { useCallback, useEffect, useRef, useState } from 'react'

/** ms after which a key may be pressed again when nothing came of it */
const timeoutMs = 8000

export interface ExchangeCommand {
  /** name of the command under way */
  working: string | null
  give: (name: string, command: () => Promise<boolean>) => void
}

/**
 * One command to the exchange at a time: its key is shown as working until `state` changes, the command is refused, or 8 seconds have
 * passed. On a slow line an impatient second press is not a second command.
 */
export function useExchangeCommand (state: string): ExchangeCommand {
  const [working, setWorking] = useState<string | null>(null)
  const busy = useRef(false)
  const set = useCallback((name: string | null): void => {
    busy.current = name !== null
    setWorking(name)
  }, [])
  useEffect(() => { set(null) }, [state, set])
  useEffect(() => {
    if (working === null) return
    const timer = setTimeout(() => { set(null) }, timeoutMs)
    return () => { clearTimeout(timer) }
  }, [working, set])
  const give = useCallback((name: string, command: () => Promise<boolean>): void => {
    if (busy.current) return
    set(name)
    void command().then(taken => { if (!taken) set(null) })
  }, [set])
  return { working, give }
}
