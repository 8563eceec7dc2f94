/** ms by which this machine's clock is behind the service's */
let behind = 0
/** ms: the answer's time has whole seconds, and was some time under way */
const tolerance = 2000

/**
 * Learns the service's time from an answer's Date. A desk's own clock may be wrong by hours; waiting times, deadlines and
 * "today" are the service's.
 */
export function learnTime (date: string | null): void {
  const told = Date.parse(date ?? '') + 500
  if (Math.abs(told - now()) > tolerance) behind = told - Date.now()
}

/** The service's time, ms since 1970, within two seconds. */
export const now = (): number => Date.now() + behind
