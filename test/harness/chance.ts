/** What happens by chance, the same each time. */
export interface Chance {
  /** 0 to below 1 */
  share: () => number
  happens: (probability: number) => boolean
  /** how many of many independent things happen (Poisson) */
  howMany: (mean: number) => number
  /** until one such thing happens (exponential), whole seconds */
  seconds: (mean: number) => number
  /** how long a talk lasts (log-normal, as call centres measure it), whole seconds, 5 at least */
  lasting: (mean: number) => number
}

/** The generator is mulberry32. */
export function createChance (seed: number): Chance {
  let state = seed
  const share = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const exponential = (mean: number): number => -Math.log(1 - share()) * mean
  const normal = (): number => Math.sqrt(exponential(2)) * Math.cos(2 * Math.PI * share())
  const spread = 0.7
  return {
    share,
    happens: probability => share() < probability,
    howMany (mean) {
      let n = 0
      for (let at = exponential(1); at < mean; at += exponential(1)) n++
      return n
    },
    seconds: mean => Math.round(exponential(mean)),
    lasting: mean => Math.max(5, Math.round(mean * Math.exp(spread * normal() - spread * spread / 2)))
  }
}
