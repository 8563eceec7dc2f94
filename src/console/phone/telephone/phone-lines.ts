import type { Session } from 'sip.js'
import { now } from '../../moments/now.ts'

export type Registration = 'off' | 'connecting' | 'registered' | 'refused' | 'lost'

/** One call of this telephone, as the page sees it. */
export interface PhoneCall {
  id: string
  incoming: boolean
  /** the other end, as the PBX names it */
  remote: string
  state: 'ringing' | 'calling' | 'talking' | 'held'
  muted: boolean
  since: number
}

export interface PhoneState {
  registration: Registration
  /** the browser or the person refused the microphone: calls cannot be answered here */
  microphone: 'unknown' | 'allowed' | 'refused'
  calls: readonly PhoneCall[]
}

/** The calls of a telephone with their sessions, and what the page shows of them. */
export interface PhoneLines {
  state: () => PhoneState
  subscribe: (listener: () => void) => () => void
  /** Says what has changed beside the calls, or that they have. */
  tell: (change?: Partial<PhoneState>) => void
  sessions: () => Session[]
  begin: (session: Session, call: Omit<PhoneCall, 'id' | 'muted' | 'since'>) => void
  change: (id: string, to: Partial<PhoneCall>) => void
  end: (session: Session) => void
  /** The call of this id; without one the first, or the first in this state. */
  find: (id?: string, as?: PhoneCall['state']) => Session | null
  /** whether another call than this is answered or being dialled */
  isBusyBeside: (session: Session) => boolean
}

export function phoneLines (): PhoneLines {
  const listeners = new Set<() => void>()
  const lines = new Map<string, { session: Session, call: PhoneCall }>()
  let state: PhoneState = { registration: 'off', microphone: 'unknown', calls: [] }

  function tell (change: Partial<PhoneState> = {}): void {
    state = { ...state, ...change, calls: [...lines.values()].map(line => line.call) }
    for (const listener of listeners) listener()
  }

  return {
    state: () => state,
    subscribe (listener) {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
    tell,
    sessions: () => [...lines.values()].map(line => line.session),
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
      if (id !== undefined) return lines.get(id)?.session ?? null
      return [...lines.values()].find(line => as === undefined || line.call.state === as)?.session ?? null
    },
    isBusyBeside: session => [...lines.values()].some(line => line.session !== session && line.call.state !== 'ringing')
  }
}
