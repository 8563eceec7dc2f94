import type { OrderState } from '../../../../domain/work-order.ts'

/** Most orders urged at once. */
export const maxUrged = 200

/**
 * The unit an urge is told to by text: the one that has the order, the one above it where a report waits, none where the Centre itself
 * is to act.
 */
export function toldOfUrge (state: OrderState, path: readonly string[] | null): string | null {
  switch (state) {
    case 'DISPATCHED': case 'SIGNED': case 'ON_SITE': case 'HANDLING': return path?.[0] ?? null
    case 'REPORTED': return path?.[1] ?? null
    default: return null
  }
}
