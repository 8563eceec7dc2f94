import { Invitation, SessionState, type Session } from 'sip.js'
import type { SessionManager } from 'sip.js/lib/platform/web/index.js'
import { phoneLines, type PhoneLines, type PhoneState } from './phone-lines.ts'
import { phoneRegistration } from './registration.ts'
import { sipManager, type TelephoneSettings } from './sip-manager.ts'

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

/** Leaves the calls of this telephone to the exchange, which keeps a citizen until an agent is back. */
function leave (lines: PhoneLines): void {
  for (const session of lines.sessions()) {
    const gone = session.state === SessionState.Established
      ? session.bye(pageLeaves)
      // A ringing call moves on at once; 410 Gone means that nobody declined it.
      : session instanceof Invitation ? session.reject({ statusCode: 410 }) : session.dispose()
    gone.catch(() => {})
  }
}

/** Answers a call this telephone was in before its page or network was lost; declines it as busy during another call. */
async function takeBack (manager: SessionManager, lines: PhoneLines, session: Invitation): Promise<void> {
  await (lines.isBusyBeside(session) ? session.reject({ statusCode: 486 }) : manager.answer(session))
}

async function askForMicrophone (lines: PhoneLines): Promise<boolean> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
    for (const track of stream.getTracks()) track.stop()
    lines.tell({ microphone: 'allowed' })
    return true
  } catch {
    lines.tell({ microphone: 'refused' })
    return false
  }
}

async function answer (manager: SessionManager, session: Session): Promise<void> {
  try {
    await manager.answer(session)
  } catch (error) {
    // Hung up by either side while it was being connected: no failure.
    if (session.state !== SessionState.Terminating && session.state !== SessionState.Terminated) throw error
  }
}

async function hangUp (manager: SessionManager, session: Session): Promise<void> {
  if (session instanceof Invitation && session.state === SessionState.Initial) await manager.decline(session)
  else await manager.hangup(session)
}

/** A SIP telephone in the page, straight to the PBX's WebSocket. */
export function createSoftphone (settings: TelephoneSettings): Softphone {
  const lines = phoneLines()
  const registration = phoneRegistration(lines, () => manager)
  const manager = sipManager(settings, lines, {
    onServerDisconnect: registration.disconnected,
    onRegistered: registration.registered,
    // Without this delegate sip.js refuses every call. If one cannot be answered automatically, it keeps ringing.
    onCallReceived: session => {
      if (session instanceof Invitation && answersItself(session)) takeBack(manager, lines, session).catch(() => {})
    }
  })
  return {
    state: lines.state,
    subscribe: lines.subscribe,
    askForMicrophone: async () => await askForMicrophone(lines),
    start: registration.start,

    async stop () {
      // The page stays without this telephone: the microphone must not be heard by anybody on it.
      leave(lines)
      for (const session of lines.sessions()) session.sessionDescriptionHandler?.close()
      await manager.unregister().catch(() => {})
      await registration.stop()
      lines.tell({ registration: 'off' })
    },

    async answer (id) {
      const session = lines.find(id, 'ringing')
      if (session) await answer(manager, session)
    },

    async hangUp (id) {
      const session = lines.find(id)
      if (session) await hangUp(manager, session)
    },

    mute (id, on) {
      const session = lines.find(id)
      if (!session) return
      if (on) manager.mute(session)
      else manager.unmute(session)
      lines.change(id, { muted: on })
    },

    async key (id, tone) {
      const session = lines.find(id)
      if (session) await manager.sendDTMF(session, tone)
    },

    async dial (extension) {
      await manager.call(`sip:${extension}@${settings.domain}`)
    },

    leave: () => { leave(lines) }
  }
}
