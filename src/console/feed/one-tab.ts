import { randomKey } from '../api/random-key.ts'

/** ms between two claims, and without one until another tab takes over; a hidden tab's timers may be a minute late */
const claimEvery = 2000
const claimLasts = 6000

/**
 * Does `work` in one tab of this browser, as long as that tab lives or until `signal`; then another tab does it.
 * A browser gives no locks to a page that came over plain http by another name than localhost: there the tabs agree
 * among themselves, and for a moment two may do it.
 */
export async function inOneTab (name: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  if (isSecureContext) {
    await navigator.locks.request(name, { signal }, async () => { await work(signal) }).catch(
      (error: unknown) => { if (!signal.aborted) throw error }
    )
  } else await byClaims(name, signal, work)
}

/** The last claim holds: a tab that hears another's stops, and claims again when none comes any more. */
async function byClaims (name: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const channel = new BroadcastChannel(`${name}-claims`)
  const me = randomKey()
  // The tabs of a browser that starts do not all claim in the same instant.
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
