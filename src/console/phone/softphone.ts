import { SessionManager } from 'sip.js/lib/platform/web/index.js'
import { Invitation, SessionState, type Session } from 'sip.js'
import type { WhoAmI } from '../api/session.tsx'

export type TelephoneSettings = NonNullable<WhoAmI['telephone']>

export type Registration = 'off' | 'connecting' | 'registered' | 'refused' | 'lost'

/** One call of this telephone, as the page sees it. */
export interface PhoneCall {
  id: string
  incoming: boolean
  /** who is at the other end, as the PBX says it */
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
  start: () => Promise<void>
  stop: () => Promise<void>
  answer: (id?: string) => Promise<void>
  hangUp: (id?: string) => Promise<void>
  hold: (id: string, on: boolean) => Promise<void>
  mute: (id: string, on: boolean) => void
  key: (id: string, tone: string) => Promise<void>
  dial: (extension: string) => Promise<void>
  /** blind: to an extension; attended: to the call `to` that is talking already */
  transfer: (id: string, to: string, attended: boolean) => Promise<void>
}

const reconnectSeconds = 2
const attempts = 10_000

/** A SIP telephone in the page, straight to the PBX's WebSocket. */
export function createSoftphone (settings: TelephoneSettings): Softphone {
  const listeners = new Set<() => void>()
  const sessions = new Map<string, { session: Session, call: PhoneCall }>()
  const audio = new Map<string, HTMLAudioElement>()
  let state: PhoneState = { registration: 'off', microphone: 'unknown', calls: [] }

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
    reconnectionAttempts: attempts,
    reconnectionDelay: reconnectSeconds,
    registrationRetry: true,
    registrationRetryInterval: 5,
    optionsPingInterval: 15,
    media: { constraints: { audio: true, video: false }, remote: session => ({ audio: elementFor(session) }) },
    // RFC 4733 in the media stream: what the PBX asks for.
    sendDTMFUsingSessionDescriptionHandler: true,
    userAgentOptions: {
      authorizationUsername: settings.extension,
      authorizationPassword: settings.password,
      displayName: settings.displayName,
      logLevel: 'warn',
      // Only this machine and the PBX: no server elsewhere is asked for addresses.
      sessionDescriptionHandlerFactoryOptions: { peerConnectionConfiguration: { iceServers: [] }, iceGatheringTimeout: 500 }
    },
    delegate: {
      onServerConnect: () => { tell({ registration: 'connecting' }) },
      onServerDisconnect: error => { tell({ registration: error ? 'lost' : 'off' }) },
      onRegistered: () => { tell({ registration: 'registered' }) },
      onUnregistered: () => { tell({ registration: manager.isConnected() ? 'refused' : 'lost' }) },
      // Without it every call is refused; what rings is remembered in onCallCreated.
      onCallReceived: () => {},
      onCallCreated: session => {
        const incoming = session instanceof Invitation
        const remote = session.remoteIdentity.displayName || session.remoteIdentity.uri.user || ''
        sessions.set(session.id, { session, call: { id: session.id, incoming, remote, state: incoming ? 'ringing' : 'calling', muted: false, since: Date.now() } })
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

  function find (id?: string, wanted?: PhoneCall['state']): Session | null {
    if (id !== undefined) return sessions.get(id)?.session ?? null
    return [...sessions.values()].find(s => wanted === undefined || s.call.state === wanted)?.session ?? null
  }

  async function askForMicrophone (): Promise<void> {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
      for (const track of stream.getTracks()) track.stop()
      tell({ microphone: 'allowed' })
    } catch {
      tell({ microphone: 'refused' })
    }
  }

  return {
    state: () => state,
    subscribe (listener) {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },

    async start () {
      tell({ registration: 'connecting' })
      await askForMicrophone()
      try {
        await manager.connect()
        await manager.register({ requestDelegate: { onReject: () => { tell({ registration: 'refused' }) } } })
      } catch {
        tell({ registration: 'lost' })
      }
    },

    async stop () {
      await manager.unregister().catch(() => {})
      await manager.disconnect().catch(() => {})
      tell({ registration: 'off' })
    },

    async answer (id) {
      const session = find(id, 'ringing')
      if (session) await manager.answer(session)
    },

    async hangUp (id) {
      const session = find(id)
      if (!session) return
      if (session instanceof Invitation && session.state === SessionState.Initial) await manager.decline(session)
      else await manager.hangup(session)
    },

    async hold (id, on) {
      const session = find(id)
      if (session) await (on ? manager.hold(session) : manager.unhold(session))
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

    async transfer (id, to, attended) {
      const session = find(id)
      if (!session) return
      const target = attended ? find(to) : `sip:${to}@${settings.domain}`
      if (target) await manager.transfer(session, target)
    }
  }
}
