import { randomBytes } from 'node:crypto'
import { DomainError } from '../../domain/errors.ts'
import type { Manager } from './link.ts'
import type { AmiFields, AmiMessage } from './messages.ts'

interface Pending {
  action: string
  manager: Manager
  resolve: (messages: AmiMessage[]) => void
  reject: (error: DomainError) => void
  /** null: one response is the answer */
  events: AmiMessage[] | null
  timer: NodeJS.Timeout
}

export interface SentAction { name: string, fields: AmiFields, timeoutMs: number, asList: boolean }

/** Actions that were sent and wait for their answers. */
export interface SentActions {
  /** Resolves with the response alone, or with the events of a list. */
  send: (through: Manager, action: SentAction) => Promise<AmiMessage[]>
  /** Takes the answer to an action, if this is one. Returns whether it was an event of a list, which nobody else hears. */
  hear: (message: AmiMessage) => boolean
  endAll: (why: string) => void
  count: () => number
}

export const unavailable = (why: string): DomainError =>
  new DomainError('pbx-unavailable', 'the telephone system cannot be reached just now', { why })

/** For an action that was sent: the PBX may have carried it out. A list only reads. */
const unanswered = (entry: Pending, why: string): DomainError =>
  entry.events === null
    ? new DomainError('pbx-no-answer', 'the telephone system was told and did not answer', { why, action: entry.action })
    : unavailable(why)

export function sentActions (): SentActions {
  const pending = new Map<string, Pending>()
  // Cannot be an event's name: those hold no hyphen followed by digits.
  const prefix = `ld${randomBytes(6).toString('hex')}-`
  let counter = 0

  const settle = (id: string, outcome: DomainError | AmiMessage[] | { why: string }): void => {
    const entry = pending.get(id)
    if (!entry) return
    pending.delete(id)
    clearTimeout(entry.timer)
    entry.manager.removeAllListeners(id)
    if (outcome instanceof DomainError) entry.reject(outcome)
    else if ('why' in outcome) entry.reject(unanswered(entry, outcome.why))
    else entry.resolve(outcome)
  }

  return {
    send: (through, { name, fields, timeoutMs, asList }) => new Promise((resolve, reject) => {
      const id = `${prefix}${++counter}`
      const timer = setTimeout(() => settle(id, { why: `no answer to ${name}` }), timeoutMs)
      pending.set(id, { action: name, manager: through, resolve, reject, events: asList ? [] : null, timer })
      through.action({ ...fields, action: name, actionid: id })
    }),
    hear: message => {
      const id = message.actionid
      const entry = id === undefined ? undefined : pending.get(id)
      if (id === undefined || !entry) return false
      if (message.response === 'Error' && message.event === undefined) {
        settle(id, new DomainError('pbx-refused', 'the telephone system refused', { action: entry.action, message: message.message ?? '' }))
      } else if (entry.events === null) {
        // an event may carry a Response field of its own (OriginateResponse does)
        if (message.response !== undefined && message.event === undefined) settle(id, [message])
      } else if (message.event !== undefined) {
        if (message.eventlist === 'Complete') {
          settle(id, entry.events)
        } else if (message.eventlist === 'cancelled') {
          settle(id, new DomainError('pbx-refused', 'the telephone system cancelled a list', { action: entry.action }))
        } else {
          entry.events.push(message)
        }
        return true
      }
      return false
    },
    endAll: why => { for (const id of [...pending.keys()]) settle(id, { why }) },
    count: () => pending.size
  }
}
