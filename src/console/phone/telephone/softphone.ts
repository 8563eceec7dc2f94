import { Invitation, SessionState, type Session } from 'sip.js'
import type { SessionManager } from 'sip.js/lib/platform/web/index.js'
import { telephoneExchanges } from './exchanges.ts'
import { phoneLines, type PhoneCall, type PhoneLines, type PhoneState } from './phone-lines.ts'
import type { TelephoneSettings } from './sip-manager.ts'

export interface Softphone {
  state: () => PhoneState
  subscribe: (tell: () => void) => () => void
  /** false when the browser or the person refuses it: then calls cannot be answered here */
  askForMicrophone: () => Promise<boolean>
  /** registers with each exchange, and registers again whenever a connection is lost */
  start: () => Promise<void>
  /** The exchanges and the password as they are now; one that refused the telephone is tried again. */
  follow: (settings: TelephoneSettings) => void
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

async function askForMicrophone (lines: PhoneLines): Promise<boolean> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
    for (const track of stream.getTracks()) track.stop()
    lines.hears('allowed')
    return true
  } catch {
    lines.hears('refused')
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

/** A SIP telephone in the page, straight to the WebSocket of every PBX. */
export function createSoftphone (settings: TelephoneSettings): Softphone {
  const lines = phoneLines()
  const exchanges = telephoneExchanges(settings, lines)
  /** Does something with the call of this id, or the first in this state. */
  async function withCall (
    id: string | undefined, as: PhoneCall['state'] | undefined, act: (manager: SessionManager, session: Session) => unknown
  ): Promise<void> {
    const found = lines.find(id, as)
    const manager = found && exchanges.manager(found.exchange)
    if (found && manager) await act(manager, found.session)
  }
  return {
    state: lines.state,
    subscribe: lines.subscribe,
    askForMicrophone: async () => await askForMicrophone(lines),
    start: exchanges.start,
    follow: exchanges.follow,

    async stop () {
      // The page stays without this telephone: the microphone must not be heard by anybody on it.
      leave(lines)
      for (const session of lines.sessions()) session.sessionDescriptionHandler?.close()
      await exchanges.stop()
    },

    answer: async id => { await withCall(id, 'ringing', answer) },

    hangUp: async id => { await withCall(id, undefined, hangUp) },

    mute (id, on) {
      void withCall(id, undefined, (manager, session) => {
        if (on) manager.mute(session)
        else manager.unmute(session)
        lines.change(id, { muted: on })
      })
    },

    key: async (id, tone) => { await withCall(id, undefined, async (manager, session) => { await manager.sendDTMF(session, tone) }) },

    async dial (extension) {
      const at = exchanges.registered()
      if (at) await at.manager.call(`sip:${extension}@${at.domain}`)
    },

    leave: () => { leave(lines) }
  }
}
