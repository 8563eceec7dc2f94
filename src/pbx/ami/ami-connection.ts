import { refuseInsideTransaction } from '../../db/database.ts'
import { openLink, type Link, type Manager } from './link.ts'
import { checkFields, checkLine, toMessage, type AmiFields, type AmiMessage } from './messages.ts'
import { sentActions, unavailable, type SentAction } from './sent-actions.ts'

/** The part of a logger this file needs. */
export interface AmiLog { info: (facts: object, text: string) => void, warn: (facts: object, text: string) => void }

export interface AmiConnectionOptions {
  host: string
  port: number
  user: string
  secret: string
  log?: AmiLog
  /** how long an action may go unanswered */
  actionMs?: number
  /** time between pings; a PBX that does not answer within `pingDeadlineMs` counts as frozen */
  pingMs?: number
  pingDeadlineMs?: number
  /** connecting and logging in together */
  loginMs?: number
  /** first and longest pause between attempts to connect */
  retryMs?: { first: number, longest: number }
}

export interface AmiConnection {
  /** Begins to connect and keeps connecting until closed. */
  start: () => void
  isUp: () => boolean
  /** Resolves when logged in; rejects `pbx-unavailable` after `timeoutMs`. */
  ready: (timeoutMs: number) => Promise<void>
  /**
   * Sends one action and resolves with its response. Never waits for a link: with the link down it rejects at once.
   * @throws DomainError `control-character`, `invalid-input` (field too long), `pbx-unavailable` when nothing was sent, `pbx-refused`,
   * `pbx-no-answer` when it was sent and no answer came: the PBX may have acted
   */
  action: (name: string, fields?: AmiFields, timeoutMs?: number) => Promise<AmiMessage>
  /**
   * The same for an action answered by a list of events: resolves with the events, without the closing one. It only reads, so a missing
   * answer is `pbx-unavailable`.
   */
  list: (name: string, fields?: AmiFields, timeoutMs?: number) => Promise<AmiMessage[]>
  /** `up` after each login, `down` when a link that was up is gone, `event` for each event. Returns how to stop listening. */
  on: ((name: 'event', listener: (event: AmiMessage) => void) => () => void) & ((name: 'up' | 'down', listener: () => void) => () => void)
  close: () => Promise<void>
}

/** With more unanswered actions than this the PBX does not keep up. */
const mostPending = 5000

/** One link to the PBX's manager interface, made again for ever. */
export function createAmiConnection (options: AmiConnectionOptions): AmiConnection {
  const {
    log, actionMs = 5000, pingMs = 2000, pingDeadlineMs = 3000, loginMs = 5000, retryMs = { first: 100, longest: 1000 }
  } = options
  const listeners = { up: new Set<() => void>(), down: new Set<() => void>(), event: new Set<(event: AmiMessage) => void>() }
  const sent = sentActions()
  let started = false
  let closed = false
  let attempts = 0
  let retry: NodeJS.Timeout | undefined
  /** the present link, whatever state it is in */
  let link: Link | undefined
  /** of a link that is up */
  let current: Manager | undefined

  const tell = <T extends unknown[]>(to: Set<(...args: T) => void>, ...args: T): void => {
    for (const listener of [...to]) {
      try {
        listener(...args)
      } catch (error) {
        log?.warn({ err: error }, 'a listener to the PBX failed')
      }
    }
  }

  /** A response settles its action; an event goes to the listeners. */
  const hear = (raw: unknown, booted: () => void): void => {
    const message = toMessage(raw)
    if (sent.hear(message)) return
    if (message.event === 'FullyBooted') booted()
    if (current && message.event !== undefined) tell(listeners.event, message)
  }

  const request = async (action: SentAction): Promise<AmiMessage[]> => {
    refuseInsideTransaction(`${action.name} of the PBX`)
    checkLine('Action', action.name)
    checkFields(action.fields)
    if (!current) throw unavailable('not connected')
    if (sent.count() >= mostPending) throw unavailable('too many requests under way')
    return await sent.send(current, action)
  }

  const hasEnded = (why: string): void => {
    const wasUp = current !== undefined
    current = undefined
    link = undefined
    sent.endAll(why)
    if (wasUp) {
      log?.warn({ why }, 'the link to the PBX is gone')
      tell(listeners.down)
    }
    if (closed) return
    retry = setTimeout(connect, Math.min(retryMs.first * 2 ** attempts++, retryMs.longest))
  }

  const connect = (): void => {
    retry = undefined
    const { host, port, user, secret } = options
    link = openLink({
      host,
      port,
      user,
      secret,
      pingMs,
      loginMs,
      hear,
      ping: async manager => await sent.send(manager, { name: 'Ping', fields: {}, timeoutMs: pingDeadlineMs, asList: false }),
      refused: () => { log?.warn({}, 'the PBX refused our login') },
      up: manager => {
        attempts = 0
        current = manager
        log?.info({}, 'the link to the PBX is up')
        tell(listeners.up)
      },
      ended: hasEnded
    })
  }

  return {
    start: () => {
      if (started) return
      started = true
      connect()
    },
    isUp: () => current !== undefined,
    ready: (timeoutMs) => new Promise((resolve, reject) => {
      if (current) {
        resolve()
        return
      }
      const done = (): void => {
        clearTimeout(timer)
        listeners.up.delete(done)
        resolve()
      }
      const timer = setTimeout(() => {
        listeners.up.delete(done)
        reject(unavailable('not connected in time'))
      }, timeoutMs)
      listeners.up.add(done)
    }),
    action: async (name, fields = {}, timeoutMs = actionMs) => {
      const [response] = await request({ name, fields, timeoutMs, asList: false })
      return response ?? {}
    },
    list: async (name, fields = {}, timeoutMs = actionMs) => await request({ name, fields, timeoutMs, asList: true }),
    on: (name: 'event' | 'up' | 'down', listener: (event: AmiMessage) => void) => {
      const set = listeners[name] as Set<(event: AmiMessage) => void>
      set.add(listener)
      return () => { set.delete(listener) }
    },
    close: async () => {
      closed = true
      clearTimeout(retry)
      link?.end('closed by us')
    }
  }
}
