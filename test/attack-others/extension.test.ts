// A text to a number with an extension: is it moved to the key that writes?
import { randomBytes } from 'node:crypto'
import pino from 'pino'
import t from 'tap'
import { createKeyCommands } from '../../src/db/keys/key-commands.ts'
import { createResealing } from '../../src/db/keys/resealing.ts'
import { createSealing } from '../../src/db/sealing.ts'
import { parsePhoneNumber } from '../../src/domain/telephone/phone-number.ts'
import { createAlarms } from '../../src/queue/alarms.ts'
import { smsNumbers } from '../../src/sms/sealed-sms-store.ts'
import { createSms } from '../../src/sms/sms.ts'
import { freshDatabase } from '../harness/servers/database.ts'

t.test('extension', async t => {
  const { db } = await freshDatabase(t)
  const sealing = createSealing(randomBytes(32))
  const log = pino({ level: 'silent' })
  const clock = { now: () => new Date() }
  const sms = createSms({ db, sealing, alarms: createAlarms(() => {}), clock, log, provider: { async send () { return { id: 'x' } } } as never })
  const base = parsePhoneNumber('021-64120001')
  await db.tx(async tx => {
    await sms.send(tx, { key: 'a', to: base, body: 'x', subject: 'order:1' })
    await sms.send(tx, { key: 'b', to: `${base};ext=802` as never, body: 'x', subject: 'order:1' })
  })
  const later = createKeyCommands({ clock: { now: () => new Date(Date.now() + 30_000) } })
  const key = await later.make(db, 'sm', [])
  await db.tx(async tx => { await createKeyCommands({ clock }).enter(tx, key) })
  await db.query(`update data_key set state = 'writes'`)
  sealing.hold([key])
  sealing.writeUnder(2)
  const warned: unknown[] = []
  const moving = createResealing({ db, sealing, resealed: [{ numbers: [smsNumbers] }], log: { warn (...a: unknown[]) { warned.push(a) }, info () {} } as never })
  for (let i = 0; i < 6; i++) await moving.sweep.run(new Date(Date.now() + i * 30_000))
  console.log(await db.query('select id, state, moved_at from data_key'))
  console.log(await db.query(`select key, encode(substring(number_sealed for 4), 'hex') sealed, octet_length(number_hash) hash from sms_message order by key`))
  console.log('warned', warned)
})
