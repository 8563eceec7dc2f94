/** Time zones differ by quarters of an hour, ms. */
const quarterMs = 900_000
/** No zone is further from UTC, ms. */
const furthestMs = 15 * 3_600_000

/**
 * When a PBX started. It says so by the clock on its wall, to the second, and not in which time zone it is: its uptime tells that.
 * @param wall `2026-11-30T08:00:00`
 * @param about by our clock, ms, off by less than a few minutes; null: the PBX has not said, and its zone is taken for ours
 */
export function startTime (wall: string, about: number | null): Date {
  const asUtc = Date.parse(`${wall}Z`)
  if (about === null || Math.abs(asUtc - about) > furthestMs) return new Date(wall)
  return new Date(asUtc - Math.round((asUtc - about) / quarterMs) * quarterMs)
}
