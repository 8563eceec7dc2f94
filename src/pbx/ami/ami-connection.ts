import { refuseInsideTransaction } from '../../db/database.ts'
import { bind } from '../../domain/bind.ts'
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
  /** time between pings; a PBX of which nothing is heard for `silentMs` is unreachable: it hangs, or the network does */
  pingMs?: number
  silentMs?: number
  /** connecting and logging in together */
  loginMs?: number
  /** first and longest pause between attempts to connect */
  retryMs?: { first: number, max: number }
}

export interface AmiConnection {
  /** Begins to connect and keeps connecting until closed. */
  start: () => void
  isUp: () => boolean
  /** When the PBX started, by this machine's clock, in ms and to a second or two; null: it has not said since the last login. */
  startedAbout: () => number | null
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
  /**
   * `up` after each login, `down` when a link that was up is gone, `refused` when user or secret are wrong, `event` for each event. Returns
   * how to stop listening.
   */
  on: ((name: 'event', listener: (event: AmiMessage) => void) => () => void) &
    ((name: 'up' | 'down' | 'refused', listener: () => void) => () => void)
  close: () => Promise<void>
}

/** With more unanswered actions than this the PBX does not keep up. */
const maxPending = 5000

interface Connection extends Required<Omit<AmiConnectionOptions, 'log'>>, Pick<AmiConnectionOptions, 'log'> {
  listeners: { up: Set<() => void>, down: Set<() => void>, refused: Set<() => void>, event: Set<(event: AmiMessage) => void> }
  sent: ReturnType<typeof sentActions>
  started: boolean
  closed: boolean
  attempts: number
  retry: NodeJS.Timeout | undefined
  /** the present link, whatever state it is in */
  link: Link | undefined
  /** of a link that is up */
  current: Manager | undefined
  startedAbout: number | null
}

/** One link to the PBX's manager interface, made again for ever. */
export function createAmiConnection (options: AmiConnectionOptions): AmiConnection {
  const state: Connection = {
    actionMs: 5000,
    pingMs: 500,
    silentMs: 3000,
    loginMs: 5000,
    retryMs: { first: 100, max: 1000 },
    ...options,
    listeners: { up: new Set(), down: new Set(), refused: new Set(), event: new Set() },
    sent: sentActions(),
    started: false,
    closed: false,
    attempts: 0,
    retry: undefined,
    link: undefined,
    current: undefined,
    startedAbout: null
  }
  return {
    ...bind(state, { start, ready, action, list, close }),
    isUp: () => state.current !== undefined,
    startedAbout: () => state.startedAbout,
    on: (name: 'event' | 'up' | 'down' | 'refused', listener: (event: AmiMessage) => void) => {
      const set = state.listeners[name] as Set<(event: AmiMessage) => void>
      set.add(listener)
      return () => { set.delete(listener) }
    }
  }
}

function start (state: Connection): void {
  if (state.started) return
  state.started = true
  connect(state)
}

async function ready ({ current, listeners }: Connection, timeoutMs: number): Promise<void> {
  if (current) return
  await new Promise<void>((resolve, reject) => {
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
  })
}

async function action (state: Connection, name: string, fields: AmiFields = {}, timeoutMs = state.actionMs): Promise<AmiMessage> {
  const [response] = await request(state, { name, fields, timeoutMs, asList: false })
  return response ?? {}
}

async function list (state: Connection, name: string, fields: AmiFields = {}, timeoutMs = state.actionMs): Promise<AmiMessage[]> {
  return await request(state, { name, fields, timeoutMs, asList: true })
}

async function close (state: Connection): Promise<void> {
  state.closed = true
  clearTimeout(state.retry)
  state.link?.end('closed by us')
}

function tell<T extends unknown[]> (state: Connection, to: Set<(...args: T) => void>, ...args: T): void {
  for (const listener of [...to]) {
    try {
      listener(...args)
    } catch (error) {
      state.log?.warn({ err: error }, 'a listener to the PBX failed')
    }
  }
}

/** A response settles its action; an event goes to the listeners. */
function hear (state: Connection, raw: unknown, booted: () => void): void {
  const message = toMessage(raw)
  if (state.sent.hear(message)) return
  if (message.event === 'FullyBooted') {
    // Without an uptime it is told to all, as the start is over.
    state.startedAbout = Date.now() - (/^\d+$/.test(message.uptime ?? '') ? Number(message.uptime) * 1000 : 0)
    booted()
  }
  if (state.current && message.event !== undefined) tell(state, state.listeners.event, message)
}

async function request (state: Connection, action: SentAction): Promise<AmiMessage[]> {
  refuseInsideTransaction(`${action.name} of the PBX`)
  checkLine('Action', action.name)
  checkFields(action.fields)
  if (!state.current) throw unavailable('not connected')
  if (state.sent.count() >= maxPending) throw unavailable('too many requests under way')
  return await state.sent.send(state.current, action)
}

function hasEnded (state: Connection, why: string): void {
  const wasUp = state.current !== undefined
  state.current = undefined
  state.link = undefined
  state.sent.endAll(why)
  if (wasUp) {
    state.log?.warn({ why }, 'the link to the PBX is gone')
    tell(state, state.listeners.down)
  }
  if (state.closed) return
  state.retry = setTimeout(connect, Math.min(state.retryMs.first * 2 ** state.attempts++, state.retryMs.max), state)
}

function connect (state: Connection): void {
  state.retry = undefined
  state.startedAbout = null
  const { host, port, user, secret, pingMs, silentMs, loginMs } = state
  state.link = openLink({
    host,
    port,
    user,
    secret,
    pingMs,
    silentMs,
    loginMs,
    hear: (raw, booted) => { hear(state, raw, booted) },
    ping: manager => {
      state.sent.send(manager, { name: 'Ping', fields: {}, timeoutMs: silentMs, asList: false }).catch(() => {})
    },
    refused: () => {
      state.log?.warn({}, 'the PBX refused our login')
      tell(state, state.listeners.refused)
    },
    up: manager => {
      state.attempts = 0
      state.current = manager
      state.log?.info({}, 'the link to the PBX is up')
      tell(state, state.listeners.up)
    },
    ended: why => { hasEnded(state, why) }
  })
}
