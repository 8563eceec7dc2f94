import { useCallback, useEffect, useRef, useState } from 'react'

/** Milliseconds after which a key may be pressed again although nothing came of it. */
const patience = 8000

export interface OrdersGiven {
  /** name of the order under way */
  working: string | null
  give: (name: string, order: () => Promise<boolean>) => void
}

/**
 * One order to the exchange at a time: the key shows that it works until the state it leads to is there, the order is
 * refused, or nothing came of it. On a slow line an impatient second press is not a second order.
 */
export function useOrdersGiven (state: string): OrdersGiven {
  const [working, setWorking] = useState<string | null>(null)
  const busy = useRef(false)
  const set = useCallback((name: string | null): void => {
    busy.current = name !== null
    setWorking(name)
  }, [])
  useEffect(() => { set(null) }, [state, set])
  useEffect(() => {
    if (working === null) return
    const timer = setTimeout(() => { set(null) }, patience)
    return () => { clearTimeout(timer) }
  }, [working, set])
  const give = useCallback((name: string, order: () => Promise<boolean>): void => {
    if (busy.current) return
    set(name)
    void order().then(taken => { if (!taken) set(null) })
  }, [set])
  return { working, give }
}
