import { SessionManager } from 'sip.js/lib/platform/web/index.js'
import { Invitation, SessionState, type Session } from 'sip.js'
import { backOff } from './back-off.ts'
import type { WhoAmI } from '../../api/session.tsx'

export type TelephoneSettings = NonNullable<WhoAmI['telephone']>

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

export interface Softphone {
  state: () => PhoneState
  subscribe: (tell: () => void) => () => void
  /** false when the browser or the person refuses it: then calls cannot be answered here */
  askForMicrophone: () => Promise<boolean>
  /** registers, and registers again whenever the connection is lost */
  start: () => Promise<void>
  stop: () => Promise<void>
  answer: (id?: string) => Promise<void>
  hangUp: (id?: string) => Promise<void>
  mute: (id: string, on: boolean) => void
  key: (id: string, tone: string) => Promise<void>
  dial: (extension: string) => Promise<void>
  /** the page closes: the exchange keeps the citizen until it is back */
  leave: () => void
}

/** Q.850 cause 41, temporary failure: the telephone leaves without its owner having hung up. */
const pageLeaves = { requestOptions: { extraHeaders: ['Reason: Q.850;cause=41;text="page left"'] } }
/** Set by the exchange when it returns a call this telephone was in before. */
const answersItself = (session: Invitation): boolean => /;\s*answer-after=0/.test(session.request.getHeader('Call-Info') ?? '')

/** A SIP telephone in the page, straight to the PBX's WebSocket. */
export function createSoftphone (settings: TelephoneSettings): Softphone {
  const listeners = new Set<() => void>()
  const sessions = new Map<string, { session: Session, call: PhoneCall }>()
  const audio = new Map<string, HTMLAudioElement>()
  let state: PhoneState = { registration: 'off', microphone: 'unknown', calls: [] }
  let wanted = false
  let tries = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function tell (change: Partial<PhoneState> = {}): void {
    state = { ...state, ...change, calls: [...sessions.values()].map(s => s.call) }
    for (const listener of listeners) listener()
  }

  function change (id: string, to: Partial<PhoneCall>): void {
    const known = sessions.get(id)
    if (!known) return
    known.call = { ...known.call, ...to }
    tell()
  }

  function elementFor (session: Session): HTMLAudioElement {
    const element = audio.get(session.id) ?? new Audio()
    element.autoplay = true
    audio.set(session.id, element)
    return element
  }

  const aor = `sip:${settings.extension}@${settings.domain}`
  const manager = new SessionManager(settings.webSocketUrl, {
    aor,
    maxSimultaneousSessions: 3,
    // Reconnecting and leaving are our own: see `connect` and `leave`.
    reconnectionAttempts: 0,
    registrationRetry: false,
    autoStop: false,
    optionsPingInterval: 15,
    media: { constraints: { audio: true, video: false }, remote: session => ({ audio: elementFor(session) }) },
    // RFC 4733 in the media stream, as the PBX expects.
    sendDTMFUsingSessionDescriptionHandler: true,
    userAgentOptions: {
      authorizationUsername: settings.extension,
      authorizationPassword: settings.password,
      displayName: settings.displayName,
      logLevel: 'warn',
      gracefulShutdown: false,
      // No STUN server: browser and PBX reach each other directly.
      sessionDescriptionHandlerFactoryOptions: { peerConnectionConfiguration: { iceServers: [] }, iceGatheringTimeout: 500 }
    },
    delegate: {
      onServerConnect: () => { tell({ registration: 'connecting' }) },
      onServerDisconnect: () => {
        if (!wanted) return
        tell({ registration: 'lost' })
        later()
      },
      onRegistered: () => {
        tries = 0
        tell({ registration: 'registered' })
      },
      // Without this delegate sip.js refuses every call; the call is registered in onCallCreated.
      onCallReceived: session => {
        // If it cannot be answered automatically, it keeps ringing.
        if (session instanceof Invitation && answersItself(session)) takeBack(session).catch(() => {})
      },
      onCallCreated: session => {
        const incoming = session instanceof Invitation
        const remote = session.remoteIdentity.displayName || session.remoteIdentity.uri.user || ''
        sessions.set(session.id, {
          session,
          call: { id: session.id, incoming, remote, state: incoming ? 'ringing' : 'calling', muted: false, since: Date.now() }
        })
        tell()
      },
      onCallAnswered: session => { change(session.id, { state: 'talking', since: Date.now() }) },
      onCallHold: (session, held) => { change(session.id, { state: held ? 'held' : 'talking' }) },
      onCallHangup: session => {
        sessions.delete(session.id)
        audio.get(session.id)?.remove()
        audio.delete(session.id)
        tell()
      }
    }
  })

  function find (id?: string, as?: PhoneCall['state']): Session | null {
    if (id !== undefined) return sessions.get(id)?.session ?? null
    return [...sessions.values()].find(s => as === undefined || s.call.state === as)?.session ?? null
  }

  /** Answers a call this telephone was in before its page or network was lost; declines it as busy during another call. */
  async function takeBack (session: Invitation): Promise<void> {
    const busy = [...sessions.values()].some(s => s.session !== session && s.call.state !== 'ringing')
    await (busy ? session.reject({ statusCode: 486 }) : manager.answer(session))
  }

  /** Registers; after a failure tries again, at growing intervals. A refusal is final: a new password needs a new telephone. */
  async function connect (): Promise<void> {
    if (!wanted) return
    try {
      await manager.connect()
      await manager.register({
        requestDelegate: {
          onReject: ({ message }) => {
            const refused = message.statusCode !== undefined && [401, 403, 404, 407].includes(message.statusCode)
            tell({ registration: refused ? 'refused' : 'lost' })
            // During a call it is not stopped, although the password has changed.
            if (refused && sessions.size === 0) void stop()
            else if (!refused) later()
          }
        }
      })
    } catch {
      tell({ registration: 'lost' })
      later()
    }
  }

  async function stop (): Promise<void> {
    wanted = false
    clearTimeout(timer)
    await manager.disconnect().catch(() => {})
  }

  function later (): void {
    if (!wanted) return
    clearTimeout(timer)
    timer = setTimeout(() => { void connect() }, backOff(tries++))
  }

  /** Leaves the calls of this telephone to the exchange, which keeps a citizen until an agent is back. */
  function leave (): void {
    for (const { session } of sessions.values()) {
      const gone = session.state === SessionState.Established
        ? session.bye(pageLeaves)
        // A ringing call moves on at once; 410 Gone means that nobody declined it.
        : session instanceof Invitation ? session.reject({ statusCode: 410 }) : session.dispose()
      gone.catch(() => {})
    }
  }

  return {
    state: () => state,
    subscribe (listener) {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },

    async askForMicrophone () {
      try {
        const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
        for (const track of stream.getTracks()) track.stop()
        tell({ microphone: 'allowed' })
        return true
      } catch {
        tell({ microphone: 'refused' })
        return false
      }
    },

    async start () {
      wanted = true
      tell({ registration: 'connecting' })
      await connect()
    },

    async stop () {
      // The page stays without this telephone: the microphone must not be heard by anybody on it.
      leave()
      for (const { session } of sessions.values()) session.sessionDescriptionHandler?.close()
      await manager.unregister().catch(() => {})
      await stop()
      tell({ registration: 'off' })
    },

    async answer (id) {
      const session = find(id, 'ringing')
      if (!session) return
      try {
        await manager.answer(session)
      } catch (error) {
        // Hung up by either side while it was being connected: no failure.
        if (session.state !== SessionState.Terminating && session.state !== SessionState.Terminated) throw error
      }
    },

    async hangUp (id) {
      const session = find(id)
      if (!session) return
      if (session instanceof Invitation && session.state === SessionState.Initial) await manager.decline(session)
      else await manager.hangup(session)
    },

    mute (id, on) {
      const session = find(id)
      if (!session) return
      if (on) manager.mute(session)
      else manager.unmute(session)
      change(id, { muted: on })
    },

    async key (id, tone) {
      const session = find(id)
      if (session) await manager.sendDTMF(session, tone)
    },

    async dial (extension) {
      await manager.call(`sip:${extension}@${settings.domain}`)
    },

    leave
  }
}
