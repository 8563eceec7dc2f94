import type { SessionManager } from 'sip.js/lib/platform/web/index.js'
import { backOff } from './back-off.ts'
import type { Registration } from './phone-lines.ts'

/** The telephone's registration at one exchange, made again whenever the connection is lost. */
export interface PhoneRegistration {
  start: () => Promise<void>
  stop: () => Promise<void>
  connected: () => void
  registered: () => void
  disconnected: () => void
}

export interface PhoneRegistrationOptions {
  tell: (registration: Registration) => void
  isInCall: () => boolean
  /** asked when it is needed: it is made after its registration */
  manager: () => SessionManager
}

export function phoneRegistration ({ tell, isInCall, manager }: PhoneRegistrationOptions): PhoneRegistration {
  let wanted = false
  let tries = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  /** Registers; after a failure tries again, at growing intervals. A refusal is final: a new password needs a new registration. */
  async function connect (): Promise<void> {
    if (!wanted) return
    try {
      await manager().connect()
      await manager().register({
        requestDelegate: {
          onReject: ({ message }) => {
            if (!wanted) return
            const refused = message.statusCode !== undefined && [401, 403, 404, 407].includes(message.statusCode)
            tell(refused ? 'refused' : 'lost')
            // During a call it is not stopped, although the password has changed.
            if (refused && !isInCall()) void stop()
            else if (!refused) later()
          }
        }
      })
    } catch {
      if (!wanted) return
      tell('lost')
      later()
    }
  }

  async function stop (): Promise<void> {
    wanted = false
    clearTimeout(timer)
    await manager().disconnect().catch(() => {})
  }

  function later (): void {
    if (!wanted) return
    clearTimeout(timer)
    timer = setTimeout(() => { void connect() }, backOff(tries++))
  }

  return {
    async start () {
      wanted = true
      tell('connecting')
      await connect()
    },
    stop,
    connected () { if (wanted) tell('connecting') },
    registered () {
      tries = 0
      if (wanted) tell('registered')
    },
    disconnected () {
      if (!wanted) return
      tell('lost')
      later()
    }
  }
}
