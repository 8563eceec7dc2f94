import type { Call } from './my-agent.ts'

/**
 * Whether what the citizen says in this call is taken down, and a disposition asked for (小结): a citizen's own call, our return of one,
 * and a call by hand for which the service has opened a draft. A callback has its own questions, a conference its own record.
 */
export const isTakenDown = ({ direction, purpose, orders }: Call): boolean =>
  direction === 'inbound' || purpose === 'missed-call' || orders.some(o => o.role === 'origin')
