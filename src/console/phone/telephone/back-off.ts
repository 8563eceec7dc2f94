/**
 * Milliseconds before try number `tries`, from 0: 1, 2, 4 … at most 30 s, each up to a quarter longer so that many pages do not come at
 * once.
 */
export const backOff = (tried: number): number => Math.min(30, 2 ** Math.min(tried, 5)) * 1000 * (1 + Math.random() / 4)
