/** Something that is read often and changes seldom. */
export interface Kept<T> {
  get: () => Promise<T>
  /** the next `get` reads again */
  forget: () => void
}

/** Keeps what `load` answers for `ms`; a reading that failed is not kept. */
export function keptFor<T> (ms: number, load: () => Promise<T>): Kept<T> {
  let kept: { value: Promise<T>, until: number } | null = null
  return {
    async get () {
      const now = performance.now()
      if (kept === null || now >= kept.until) {
        const fresh = { value: load(), until: now + ms }
        kept = fresh
        fresh.value.catch(() => { if (kept === fresh) kept = null })
      }
      return await kept.value
    },
    forget () { kept = null }
  }
}
