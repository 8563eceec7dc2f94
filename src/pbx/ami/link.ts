import createManager from 'asterisk-manager'

/** The used part of asterisk-manager; a new one for every link, because it forgets neither logins nor unsent actions. */
export interface Manager {
  connect: (options: object, unused: undefined, connected: () => void) => void
  login: (done: (error?: unknown) => void) => void
  action: (fields: Record<string, unknown>, done?: () => void) => string
  on: (name: string, listener: (value: unknown) => void) => void
  removeAllListeners: (name?: string) => void
}

export interface LinkOptions {
  host: string
  port: number
  user: string
  secret: string
  pingMs: number
  /** with nothing heard for so long the PBX is unreachable; ms */
  silentMs: number
  /** connecting and logging in together */
  loginMs: number
  /** asks the PBX for a sign of life */
  ping: (manager: Manager) => void
  /** Takes whatever the PBX sends, and calls `booted` when that says it has started completely. */
  hear: (raw: unknown, booted: () => void) => void
  refused: () => void
  up: (manager: Manager) => void
  /** Once, whatever state the link was in. */
  ended: (why: string) => void
}

export interface Link { end: (why: string) => void }

// The emitter of the socket's close also emits every event of the PBX under its own name: an event
// called Close is an object, the socket's close is not.
const isEvent = (value: unknown): boolean => typeof value === 'object' && value !== null && 'event' in value

/** Connects once, logs in and keeps pinging; the only place that knows asterisk-manager. */
export function openLink (options: LinkOptions): Link {
  const { host, port, user, secret, pingMs, silentMs, loginMs } = options
  const manager = createManager(null, host, user, secret, true) as Manager
  const abort = new AbortController()
  let alive = true
  let up = false
  let loggedIn = false
  let fullyBooted = false
  /** beats since anything was heard: a process that was stopped itself finds the answers waiting and has missed no beat */
  let unheard = 0
  let ping: NodeJS.Timeout | undefined
  let booted: NodeJS.Timeout | undefined

  const end = (why: string): void => {
    if (!alive) return
    alive = false
    clearTimeout(deadline)
    clearTimeout(booted)
    clearTimeout(ping)
    abort.abort()
    options.ended(why)
  }
  const deadline = setTimeout(() => { end('no login in time') }, loginMs)

  const beat = (): void => {
    if (unheard * pingMs >= silentMs) {
      end('silent')
      return
    }
    unheard++
    options.ping(manager)
    ping = setTimeout(beat, pingMs)
  }
  const isUp = (): void => {
    if (!alive || up) return
    clearTimeout(deadline)
    clearTimeout(booted)
    up = true
    beat()
    options.up(manager)
  }

  manager.on('rawevent', raw => {
    if (!alive) return
    unheard = 0
    options.hear(raw, () => {
      fullyBooted = true
      if (loggedIn) isUp()
    })
  })
  manager.on('close', value => { if (!isEvent(value)) end('closed') })
  manager.on('end', value => { if (!isEvent(value)) end('ended') })
  manager.on('error', value => { if (!isEvent(value)) end('failed') })
  manager.connect({ host, port, signal: abort.signal, noDelay: true }, undefined, () => {
    if (!alive) return
    manager.login(error => {
      if (!alive) return
      if (error) {
        options.refused()
        end('login refused')
        return
      }
      loggedIn = true
      // A PBX that is still starting sends no FullyBooted; without one in time it is taken as it is.
      if (fullyBooted) isUp()
      else booted = setTimeout(isUp, Math.min(2000, loginMs / 2))
    })
  })
  return { end }
}
