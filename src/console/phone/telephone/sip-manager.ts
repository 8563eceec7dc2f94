import { SessionManager } from 'sip.js/lib/platform/web/index.js'
import { Invitation, type Session } from 'sip.js'
import type { WhoAmI } from '../../api/session.tsx'
import type { PhoneLines } from './phone-lines.ts'
import { now } from '../../moments/now.ts'

export type TelephoneSettings = NonNullable<WhoAmI['telephone']>
/** One PBX at which a telephone registers. */
export type ExchangeSettings = TelephoneSettings['exchanges'][number]

/** What becomes of the connection, and of a call that comes in or is over. */
export interface ConnectionDelegate {
  onServerConnect: () => void
  onServerDisconnect: () => void
  onRegistered: () => void
  onCallReceived: (session: Session) => void
  onCallOver: () => void
}

/** This call moves here from another exchange, which ends it there when this telephone has answered. */
export const takesOver = (session: Invitation): boolean => /;\s*takes-over=1/.test(session.request.getHeader('Call-Info') ?? '')

/** sip.js's own telephone at one exchange, which tells the lines of its calls. */
export function sipManager (
  settings: TelephoneSettings, { node, webSocketUrl, domain }: ExchangeSettings, lines: PhoneLines,
  { onCallOver, ...connection }: ConnectionDelegate
): SessionManager {
  const audio = new Map<string, HTMLAudioElement>()
  const elementFor = (session: Session): HTMLAudioElement => {
    const element = audio.get(session.id) ?? new Audio()
    element.autoplay = true
    audio.set(session.id, element)
    return element
  }
  return new SessionManager(webSocketUrl, {
    aor: `sip:${settings.extension}@${domain}`,
    maxSimultaneousSessions: 3,
    // Reconnecting and leaving are our own: see `registration.ts` and `leave`.
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
      ...connection,
      onCallCreated: session => {
        const incoming = session instanceof Invitation
        // Refused as busy before anybody sees or hears it.
        if (incoming && lines.isInUseBeside(node) && !takesOver(session)) return
        const remote = session.remoteIdentity.displayName || session.remoteIdentity.uri.user || ''
        lines.begin(session, { exchange: node, incoming, remote, state: incoming ? 'ringing' : 'calling' })
      },
      onCallAnswered: session => { lines.change(session.id, { state: 'talking', since: now() }) },
      onCallHold: (session, held) => { lines.change(session.id, { state: held ? 'held' : 'talking' }) },
      onCallHangup: session => {
        audio.get(session.id)?.remove()
        audio.delete(session.id)
        lines.end(session)
        onCallOver()
      }
    }
  })
}
