/** One part of the running system, and the check whether it works. */
export interface HealthCheck {
  name: string
  /** `detail` names the fault, or gives figures; no secrets: anybody may read it */
  check: () => Promise<{ ok: boolean, detail?: string | Record<string, unknown> }>
  /** without it no order can be filed */
  vital: boolean
}
