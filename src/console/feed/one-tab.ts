import { randomKey } from '../api/random-key.ts'

/** ms between two claims, and without a claim until another tab takes over; the timers of a hidden tab may be a minute late */
const claimEvery = 2000
const claimLasts = 6000

/**
 * Runs `work` in one tab of this browser until the tab closes or `signal`; then another tab runs it. Without a secure context (plain http
 * by another name than localhost) there are no locks: the tabs agree by messages, and for a moment two may run it.
 */
export async function inOneTab (name: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  if (isSecureContext) {
    await navigator.locks.request(name, { signal }, async () => { await work(signal) }).catch(
      (error: unknown) => { if (!signal.aborted) throw error }
    )
  } else await byClaims(name, signal, work)
}

/** The last claim wins: a tab that hears another's claim stops, and claims again when claims cease. */
async function byClaims (name: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const channel = new BroadcastChannel(`${name}-claims`)
  const me = randomKey()
  // A random delay: the tabs of a starting browser do not claim all at once.
  let heardAt = Date.now() - claimLasts + Math.random() * 1000
  let mine: AbortController | null = null
  const claim = (): void => { channel.postMessage(me) }
  channel.onmessage = ({ data }: MessageEvent<string>) => {
    if (data === me) return
    heardAt = Date.now()
    mine?.abort()
    mine = null
  }
  const timer = setInterval(() => {
    if (mine !== null) claim()
    else if (Date.now() - heardAt > claimLasts) {
      mine = new AbortController()
      claim()
      void work(AbortSignal.any([mine.signal, signal]))
    }
  }, claimEvery / 4)
  await new Promise<void>(resolve => { signal.addEventListener('abort', () => { resolve() }, { once: true }) })
  clearInterval(timer)
  channel.close()
}
