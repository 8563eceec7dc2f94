import type { SessionManager } from 'sip.js/lib/platform/web/index.js'
import { backOff } from './back-off.ts'
import type { PhoneLines } from './phone-lines.ts'

/** The telephone's registration at the PBX, made again whenever the connection is lost. */
export interface PhoneRegistration {
  start: () => Promise<void>
  stop: () => Promise<void>
  registered: () => void
  disconnected: () => void
}

/** @param manager asked when it is needed: it is made after its registration */
export function phoneRegistration (lines: PhoneLines, manager: () => SessionManager): PhoneRegistration {
  let wanted = false
  let tries = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  /** Registers; after a failure tries again, at growing intervals. A refusal is final: a new password needs a new telephone. */
  async function connect (): Promise<void> {
    if (!wanted) return
    try {
      await manager().connect()
      await manager().register({
        requestDelegate: {
          onReject: ({ message }) => {
            const refused = message.statusCode !== undefined && [401, 403, 404, 407].includes(message.statusCode)
            lines.tell({ registration: refused ? 'refused' : 'lost' })
            // During a call it is not stopped, although the password has changed.
            if (refused && lines.sessions().length === 0) void stop()
            else if (!refused) later()
          }
        }
      })
    } catch {
      lines.tell({ registration: 'lost' })
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
      lines.tell({ registration: 'connecting' })
      await connect()
    },
    stop,
    registered () {
      tries = 0
      lines.tell({ registration: 'registered' })
    },
    disconnected () {
      if (!wanted) return
      lines.tell({ registration: 'lost' })
      later()
    }
  }
}
