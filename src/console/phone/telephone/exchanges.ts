import { Invitation } from 'sip.js'
import type { SessionManager } from 'sip.js/lib/platform/web/index.js'
import type { PhoneLines } from './phone-lines.ts'
import { phoneRegistration, type PhoneRegistration } from './registration.ts'
import { sipManager, takesOver, type ExchangeSettings, type TelephoneSettings } from './sip-manager.ts'

/** The exchanges at which this telephone registers: a citizen is put through by the one that has the citizen. */
export interface Exchanges {
  /** registers with each, and again whenever a connection is lost */
  start: () => Promise<void>
  /** ends the registrations; does not end calls */
  stop: () => Promise<void>
  /** The exchanges and the password as they are now. One with a call stays as it is until the call is over. */
  follow: (settings: TelephoneSettings) => void
  /** null: not at this exchange any more */
  manager: (exchange: string) => SessionManager | null
  /** the first at which it is registered */
  registered: () => { manager: SessionManager, domain: string } | null
}

interface Exchange extends ExchangeSettings { password: string, manager: SessionManager, registration: PhoneRegistration }

/** Set by the exchange when it returns a call this telephone was in before, or moves one here. */
const answersItself = (session: Invitation): boolean => /;\s*answer-after=0/.test(session.request.getHeader('Call-Info') ?? '')

/**
 * Answers a call this telephone was in before its page or network was lost; declines it as busy during another call, unless it takes that
 * one over.
 */
async function takeBack (manager: SessionManager, lines: PhoneLines, session: Invitation): Promise<void> {
  await (lines.isBusyBeside(session) && !takesOver(session) ? session.reject({ statusCode: 486 }) : manager.answer(session))
}

export function telephoneExchanges (first: TelephoneSettings, lines: PhoneLines): Exchanges {
  const exchanges = new Map<string, Exchange>()
  let settings = first
  let started = false

  function enter (at: ExchangeSettings): Exchange {
    const { node } = at
    const registration = phoneRegistration({
      tell: stands => { lines.standsWith(node, stands) },
      isInCall: () => lines.sessions(node).length > 0,
      manager: () => manager
    })
    const manager = sipManager(settings, at, lines, {
      onServerConnect: registration.connected,
      onServerDisconnect: registration.disconnected,
      onRegistered: registration.registered,
      // Without this delegate sip.js refuses every call. If one cannot be answered automatically, it keeps ringing.
      onCallReceived: session => {
        if (!(session instanceof Invitation)) return
        if (!lines.has(session)) session.reject({ statusCode: 486 }).catch(() => {})
        else if (answersItself(session)) takeBack(manager, lines, session).catch(() => {})
      },
      onCallOver: settle
    })
    const exchange = { ...at, password: settings.password, manager, registration }
    exchanges.set(node, exchange)
    return exchange
  }

  async function leave ({ node, manager, registration }: Exchange): Promise<void> {
    exchanges.delete(node)
    await manager.unregister().catch(() => {})
    await registration.stop()
  }

  const isAsWanted = ({ node, webSocketUrl, password }: Exchange): boolean =>
    password === settings.password && lines.state().exchanges[node] !== 'refused' &&
      settings.exchanges.some(one => one.node === node && one.webSocketUrl === webSocketUrl)

  /** Leaves exchanges that are no longer wanted so, and enters those that are missing. */
  function settle (): void {
    for (const exchange of [...exchanges.values()]) {
      if (isAsWanted(exchange) || lines.sessions(exchange.node).length > 0) continue
      void leave(exchange)
      lines.standsWith(exchange.node, null)
    }
    for (const at of settings.exchanges) {
      if (exchanges.has(at.node)) continue
      const { registration } = enter(at)
      if (started) void registration.start()
    }
  }

  settle()
  return {
    async start () {
      started = true
      await Promise.all([...exchanges.values()].map(async ({ registration }) => { await registration.start() }))
    },
    async stop () {
      started = false
      const names = [...exchanges.keys()]
      await Promise.all([...exchanges.values()].map(leave))
      for (const node of names) lines.standsWith(node, null)
    },
    follow (now) {
      settings = now
      settle()
    },
    manager: exchange => exchanges.get(exchange)?.manager ?? null,
    registered () {
      const found = [...exchanges.values()].find(({ node }) => lines.state().exchanges[node] === 'registered')
      return found ?? null
    }
  }
}
