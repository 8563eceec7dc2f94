import { pino } from 'pino'
import { createService, type Service } from '../../../src/compose.ts'
import type { ServiceOptions } from '../../../src/compose/foundation.ts'
import { createDatabase, type Database } from '../../../src/db/database.ts'
import { adjustableClock } from '../../../src/domain/time/clock.ts'
import { sessionCookie } from '../../../src/http/kit/session-cookie.ts'
import { createSessions } from '../../../src/access/sessions/sessions.ts'

// The service in a process of its own, so that a test can end it with SIGKILL. Its clock is moved by messages.

export type ToChild =
  | { do: 'start', options: Omit<ServiceOptions, 'clock' | 'log'> }
  | { do: 'advance', ms: number }
  | { do: 'settle' }
  /** begins a session as signing in does, but for the password, whose check takes a third of a second of work each time */
  | { do: 'session', login: string }
  | { do: 'stop' }
export type FromChild = { done: number, answer?: string, error?: string }

const clock = adjustableClock()
let service: Service | undefined
let db: Database | undefined

async function obey (order: ToChild): Promise<string | undefined> {
  switch (order.do) {
    case 'start': {
      const log = pino({ level: order.options.config.logLevel })
      service = await createService({ ...order.options, clock, log })
      await service.start()
      db = createDatabase({ url: order.options.config.databaseUrl, size: 2 })
      return service.address
    }
    case 'advance': clock.advance(order.ms); return undefined
    case 'settle': await service?.settle(); return undefined
    case 'session': return db && `${sessionCookie}=${(await createSessions({ db, clock }).begin(db, order.login)).secret}`
    case 'stop': await Promise.all([service?.stop(), db?.close()]); return undefined
  }
}

process.on('message', (message: ToChild & { id: number }) => {
  obey(message).then(
    answer => process.send?.({ done: message.id, ...(answer === undefined ? {} : { answer }) } satisfies FromChild),
    error => process.send?.(
      { done: message.id, error: error instanceof Error ? error.stack ?? error.message : String(error) } satisfies FromChild
    )
  )
})
// the test is gone: so are we
process.on('disconnect', () => process.exit())
