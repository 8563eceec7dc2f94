/** One part of the running system and how it is found out whether it works. */
export interface HealthCheck {
  name: string
  /** `detail` says what is wrong, or gives figures; no secrets: anybody may read it */
  check: () => Promise<{ ok: boolean, detail?: string | Record<string, unknown> }>
  /** without it no order can be filed */
  vital: boolean
}
