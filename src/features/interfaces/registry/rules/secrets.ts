/** A secret that signs; `until` null: the newest, without end. */
export interface Secret { secret: string, until: string | null }

/** After a new secret the one before signs along for so long, ms: the peer has a day to change it. */
export const overlapMs = 24 * 3_600_000

/** Secrets that sign at this moment, the newest first. */
export const signing = (secrets: readonly Secret[], now: Date): string[] =>
  secrets.filter(({ until }) => until === null || new Date(until) > now).map(({ secret }) => secret)

/** With a new secret: the one before it signs for a day more, an older one no longer. */
export const rotated = (secrets: readonly Secret[], secret: string, now: Date): Secret[] =>
  [{ secret, until: null }, ...secrets.slice(0, 1).map(old => ({ ...old, until: new Date(now.getTime() + overlapMs).toISOString() }))]
