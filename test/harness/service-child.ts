import { pino } from 'pino'
import { createService, type Service } from '../../src/compose.ts'
import type { ServiceOptions } from '../../src/compose/foundation.ts'
import { adjustableClock } from '../../src/domain/clock.ts'

// The service in a process of its own, so that a test can end it with SIGKILL. Its clock is moved by messages.

export type ToChild =
  | { do: 'start', options: Omit<ServiceOptions, 'clock' | 'log'> }
  | { do: 'advance', ms: number }
  | { do: 'settle' }
  | { do: 'stop' }
export type FromChild = { done: number, address?: string, error?: string }

const clock = adjustableClock()
let service: Service | undefined

async function obey (order: ToChild): Promise<string | undefined> {
  switch (order.do) {
    case 'start': {
      const log = pino({ level: order.options.config.logLevel })
      service = await createService({ ...order.options, clock, log })
      await service.start()
      return service.address
    }
    case 'advance': clock.advance(order.ms); return undefined
    case 'settle': await service?.settle(); return undefined
    case 'stop': await service?.stop(); return undefined
  }
}

process.on('message', (message: ToChild & { id: number }) => {
  obey(message).then(
    address => process.send?.({ done: message.id, ...(address === undefined ? {} : { address }) } satisfies FromChild),
    error => process.send?.({ done: message.id, error: error instanceof Error ? error.stack ?? error.message : String(error) } satisfies FromChild)
  )
})
// the test is gone: so are we
process.on('disconnect', () => process.exit())
