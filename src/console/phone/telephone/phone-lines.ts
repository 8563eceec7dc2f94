import type { Session } from 'sip.js'
import { now } from '../../moments/now.ts'

/** How a telephone stands with an exchange; with several the first of these that is true of one of them. */
const registrations = ['registered', 'connecting', 'lost', 'refused', 'off'] as const
export type Registration = typeof registrations[number]

/** One call of this telephone, as the page sees it. */
export interface PhoneCall {
  id: string
  /** the exchange it is on */
  exchange: string
  incoming: boolean
  /** the other end, as the PBX names it */
  remote: string
  state: 'ringing' | 'calling' | 'talking' | 'held'
  muted: boolean
  since: number
}

export interface PhoneState {
  /** `registered` with one exchange at least: it can be rung */
  registration: Registration
  /** with each exchange, by its name */
  exchanges: Readonly<Record<string, Registration>>
  /** the browser or the person refused the microphone: calls cannot be answered here */
  microphone: 'unknown' | 'allowed' | 'refused'
  calls: readonly PhoneCall[]
}

/** The calls of a telephone with their sessions, and what the page shows of them. */
export interface PhoneLines {
  state: () => PhoneState
  subscribe: (listener: () => void) => () => void
  /** Says what became of the microphone. */
  hears: (microphone: PhoneState['microphone']) => void
  /** Says how the telephone stands with an exchange; null: it has nothing to do with it any more. */
  standsWith: (exchange: string, registration: Registration | null) => void
  /** all, or those on this exchange */
  sessions: (exchange?: string) => Session[]
  begin: (session: Session, call: Omit<PhoneCall, 'id' | 'muted' | 'since'>) => void
  change: (id: string, to: Partial<PhoneCall>) => void
  end: (session: Session) => void
  /** The call of this id with its exchange; without one the first, or the first in this state. */
  find: (id?: string, as?: PhoneCall['state']) => { session: Session, exchange: string } | null
  has: (session: Session) => boolean
  /** whether there is a call on another exchange than this: in whatever state, this one may not ring */
  isInUseBeside: (exchange: string) => boolean
  /** whether another call than this is answered or being dialled */
  isBusyBeside: (session: Session) => boolean
}

export function phoneLines (): PhoneLines {
  const listeners = new Set<() => void>()
  const lines = new Map<string, { session: Session, call: PhoneCall }>()
  const exchanges = new Map<string, Registration>()
  let state: PhoneState = { registration: 'off', exchanges: {}, microphone: 'unknown', calls: [] }

  function tell (change: Partial<Pick<PhoneState, 'microphone'>> = {}): void {
    const stands = [...exchanges.values()]
    state = {
      ...state,
      ...change,
      registration: registrations.find(one => stands.includes(one)) ?? 'off',
      exchanges: Object.fromEntries(exchanges),
      calls: [...lines.values()].map(line => line.call)
    }
    for (const listener of listeners) listener()
  }

  const found = (line: { session: Session, call: PhoneCall } | undefined) =>
    line === undefined ? null : { session: line.session, exchange: line.call.exchange }

  return {
    state: () => state,
    subscribe (listener) {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
    hears (microphone) { tell({ microphone }) },
    standsWith (exchange, registration) {
      if (registration === null) exchanges.delete(exchange)
      else exchanges.set(exchange, registration)
      tell()
    },
    sessions: exchange => [...lines.values()].filter(line => exchange === undefined || line.call.exchange === exchange)
      .map(line => line.session),
    begin (session, call) {
      lines.set(session.id, { session, call: { ...call, id: session.id, muted: false, since: now() } })
      tell()
    },
    change (id, to) {
      const line = lines.get(id)
      if (!line) return
      line.call = { ...line.call, ...to }
      tell()
    },
    end (session) {
      lines.delete(session.id)
      tell()
    },
    find (id, as) {
      if (id !== undefined) return found(lines.get(id))
      return found([...lines.values()].find(line => as === undefined || line.call.state === as))
    },
    has: session => lines.has(session.id),
    isInUseBeside: exchange => [...lines.values()].some(line => line.call.exchange !== exchange),
    isBusyBeside: session => [...lines.values()].some(line => line.session !== session && line.call.state !== 'ringing')
  }
}
