import { randomBytes } from 'node:crypto'
import createManager from 'asterisk-manager'
import { refuseInsideTransaction } from '../db/database.ts'
import { DomainError } from '../domain/errors.ts'

/** A message of the PBX: names in lower case, one text per name. Fields of another form are left out. */
export type AmiMessage = Readonly<Record<string, string>>
export type AmiValue = string | number | boolean | undefined
/** An action's fields; `Variable` may hold several. */
export type AmiFields = Record<string, AmiValue | Record<string, AmiValue>>

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

/** The used part of asterisk-manager; a new one for every link, because it forgets neither logins nor unsent actions. */
interface Manager {
  connect: (options: object, unused: undefined, connected: () => void) => void
  login: (done: (error?: unknown) => void) => void
  action: (fields: Record<string, unknown>, done?: () => void) => string
  on: (name: string, listener: (value: unknown) => void) => void
  removeAllListeners: (name?: string) => void
}

interface Pending {
  action: string
  manager: Manager
  resolve: (messages: AmiMessage[]) => void
  reject: (error: DomainError) => void
  /** null: one response is the answer */
  events: AmiMessage[] | null
  timer: NodeJS.Timeout
}

/** With more unanswered actions than this the PBX does not keep up. */
const mostPending = 5000
/** The PBX cuts longer lines. */
const longestLine = 1000

const unavailable = (why: string): DomainError =>
  new DomainError('pbx-unavailable', 'the telephone system cannot be reached just now', { why })

/** For an action that was sent: the PBX may have carried it out. A list only reads. */
const unanswered = (entry: Pending, why: string): DomainError =>
  entry.events === null
    ? new DomainError('pbx-no-answer', 'the telephone system was told and did not answer', { why, action: entry.action })
    : unavailable(why)

/** Only texts come through: the first of a repeated name; other values are dropped. */
function toMessage (raw: unknown): AmiMessage {
  const message: Record<string, string> = {}
  if (typeof raw !== 'object' || raw === null) return message
  for (const [name, value] of Object.entries(raw)) {
    const text: unknown = Array.isArray(value) ? value[0] : value
    if (typeof text === 'string') message[name] = text
  }
  return message
}

function checkLine (name: string, value: AmiValue): void {
  if (value === undefined) return
  const line = `${name}: ${value}`
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001F\u007F]/.test(line)) {
    throw new DomainError('control-character', `${/^\w+$/.test(name) ? name : 'a name'} holds a control character`)
  }
  if (!/^[A-Za-z][\w=-]*(\(\w+\))?$/.test(name)) throw new DomainError('invalid-input', 'this is not a field name')
  if (Buffer.byteLength(line) > longestLine) throw new DomainError('invalid-input', `${name} is longer than the PBX reads`)
}

function checkFields (fields: AmiFields): void {
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value !== 'object') checkLine(name, value)
    else for (const [inner, innerValue] of Object.entries(value)) checkLine(`${name}=${inner}`, innerValue)
  }
}

/** One link to the PBX's manager interface, made again for ever; the only place that knows asterisk-manager. */
export function createAmiConnection (options: AmiConnectionOptions): AmiConnection {
  const {
    host, port, user, secret, log, actionMs = 5000, pingMs = 2000, pingDeadlineMs = 3000, loginMs = 5000,
    retryMs = { first: 100, longest: 1000 }
  } = options
  const listeners = { up: new Set<() => void>(), down: new Set<() => void>(), event: new Set<(event: AmiMessage) => void>() }
  const pending = new Map<string, Pending>()
  // Cannot be an event's name: those hold no hyphen followed by digits.
  const prefix = `ld${randomBytes(6).toString('hex')}-`
  let counter = 0
  let started = false
  let closed = false
  let up = false
  let attempts = 0
  let retry: NodeJS.Timeout | undefined
  /** ends the present link, whatever state it is in */
  let drop: ((why: string) => void) | undefined

  const tell = <T extends unknown[]>(to: Set<(...args: T) => void>, ...args: T): void => {
    for (const listener of [...to]) {
      try {
        listener(...args)
      } catch (error) {
        log?.warn({ err: error }, 'a listener to the PBX failed')
      }
    }
  }

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

  /** A response settles its action; an event goes to the listeners. */
  const hear = (raw: unknown, bootedUp: () => void): void => {
    const message = toMessage(raw)
    const id = message.actionid
    const entry = id === undefined ? undefined : pending.get(id)
    if (id !== undefined && entry) {
      if (message.response === 'Error' && message.event === undefined) {
        settle(id, new DomainError('pbx-refused', 'the telephone system refused', { action: entry.action, message: message.message ?? '' }))
      } else if (entry.events === null) {
        // an event may carry a Response field of its own (OriginateResponse does)
        if (message.response !== undefined && message.event === undefined) settle(id, [message])
      } else if (message.event !== undefined) {
        if (message.eventlist === 'Complete') {
          settle(id, entry.events)
        } else if (message.eventlist === 'cancelled') {
          settle(id, new DomainError('pbx-refused', 'the telephone system gave up a list', { action: entry.action }))
        } else {
          entry.events.push(message)
        }
        return
      }
    }
    if (message.event === 'FullyBooted') bootedUp()
    if (up && message.event !== undefined) tell(listeners.event, message)
  }

  let current: Manager | undefined
  const send = (
    name: string, fields: AmiFields, timeoutMs: number, asList: boolean, through: Manager
  ): Promise<AmiMessage[]> => new Promise((resolve, reject) => {
    const id = `${prefix}${++counter}`
    const timer = setTimeout(() => settle(id, { why: `no answer to ${name}` }), timeoutMs)
    pending.set(id, { action: name, manager: through, resolve, reject, events: asList ? [] : null, timer })
    through.action({ ...fields, action: name, actionid: id })
  })

  const request = async (name: string, fields: AmiFields, timeoutMs: number, asList: boolean): Promise<AmiMessage[]> => {
    refuseInsideTransaction(`${name} of the PBX`)
    checkLine('Action', name)
    checkFields(fields)
    if (!up || !current) throw unavailable('not connected')
    if (pending.size >= mostPending) throw unavailable('too many requests under way')
    return await send(name, fields, timeoutMs, asList, current)
  }

  const connect = (): void => {
    retry = undefined
    const manager = createManager(null, host, user, secret, true) as Manager
    const abort = new AbortController()
    let alive = true
    let ping: NodeJS.Timeout | undefined
    let booted: NodeJS.Timeout | undefined

    const end = (why: string): void => {
      if (!alive) return
      alive = false
      clearTimeout(deadline)
      clearTimeout(booted)
      clearTimeout(ping)
      const wasUp = up
      up = false
      current = undefined
      drop = undefined
      abort.abort()
      for (const id of [...pending.keys()]) settle(id, { why })
      if (wasUp) {
        log?.warn({ why }, 'the link to the PBX is gone')
        tell(listeners.down)
      }
      if (closed) return
      retry = setTimeout(connect, Math.min(retryMs.first * 2 ** attempts++, retryMs.longest))
    }
    drop = end

    const beat = (): void => {
      ping = setTimeout(() => {
        send('Ping', {}, pingDeadlineMs, false, manager).then(() => { if (alive) beat() }, () => { end('frozen') })
      }, pingMs)
    }
    const isUp = (): void => {
      if (!alive || up) return
      clearTimeout(deadline)
      clearTimeout(booted)
      attempts = 0
      current = manager
      up = true
      log?.info({}, 'the link to the PBX is up')
      beat()
      tell(listeners.up)
    }

    const deadline = setTimeout(() => { end('no login in time') }, loginMs)
    let loggedIn = false
    let fullyBooted = false
    manager.on('rawevent', raw => {
      if (!alive) return
      hear(raw, () => {
        fullyBooted = true
        if (loggedIn) isUp()
      })
    })
    // The emitter of the socket's close also emits every event of the PBX under its own name: an event
    // called Close is an object, the socket's close is not.
    const isEvent = (value: unknown): boolean => typeof value === 'object' && value !== null && 'event' in value
    manager.on('close', value => { if (!isEvent(value)) end('closed') })
    manager.on('end', value => { if (!isEvent(value)) end('ended') })
    manager.on('error', value => { if (!isEvent(value)) end('failed') })
    manager.connect({ host, port, signal: abort.signal, noDelay: true }, undefined, () => {
      if (!alive) return
      manager.login(error => {
        if (!alive) return
        if (error) {
          log?.warn({}, 'the PBX refused our login')
          end('login refused')
          return
        }
        loggedIn = true
        // A PBX that is still starting sends no FullyBooted; without one in time it is taken as it is.
        if (fullyBooted) isUp()
        else booted = setTimeout(isUp, Math.min(2000, loginMs / 2))
      })
    })
  }

  return {
    start: () => {
      if (started) return
      started = true
      connect()
    },
    isUp: () => up,
    ready: (timeoutMs) => new Promise((resolve, reject) => {
      if (up) {
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
      const [response] = await request(name, fields, timeoutMs, false)
      return response ?? {}
    },
    list: async (name, fields = {}, timeoutMs = actionMs) => await request(name, fields, timeoutMs, true),
    on: (name: 'event' | 'up' | 'down', listener: (event: AmiMessage) => void) => {
      const set = listeners[name] as Set<(event: AmiMessage) => void>
      set.add(listener)
      return () => { set.delete(listener) }
    },
    close: async () => {
      closed = true
      clearTimeout(retry)
      drop?.('closed by us')
    }
  }
}
