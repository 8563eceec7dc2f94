// A process of its own that sends what is due, until it is killed: `sender-process.ts <database url> <key>`.
import pino from 'pino'
import { createDatabase } from '../../../src/db/database.ts'
import { createSealing } from '../../../src/db/sealing.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import { resolveHost } from '../../../src/features/interfaces/outgoing/resolve.ts'
import { createSending } from '../../../src/features/interfaces/outgoing/sending.ts'
import { createAlarms } from '../../../src/queue/alarms.ts'

const [url = '', key = ''] = process.argv.slice(2)
const sending = createSending({
  db: createDatabase({ url, size: 2 }),
  sealing: createSealing(Buffer.from(key, 'base64')),
  clock: systemClock,
  alarms: createAlarms(() => {}),
  log: pino({ level: 'silent' }),
  resolve: resolveHost,
  timeoutMs: 60_000,
  maxWaiting: 100_000,
  atOnce: 200
})
await sending.alarm.ring({})
await sending.settled()
