import pino from 'pino'
import { createDataKeys } from '../../../src/compose/data-keys.ts'
import { createDatabase, type Database } from '../../../src/db/database.ts'
import { createSealing, type Sealing } from '../../../src/db/sealing.ts'
import { parsePhoneNumber, withoutExtension } from '../../../src/domain/telephone/phone-number.ts'
import { addPastCall } from '../../../src/features/calls/calls-load.ts'
import type { Module } from '../../../src/module.ts'

/** Each number with its fingerprints, and how many rows of each table are its own. */
export type Numbers = Map<string, { prints: Set<string>, rows: Record<string, number> }>

export interface MoversOptions {
  db: Database
  url: string
  dataKey: Buffer
  /** of further data keys */
  file: string
  modules: readonly Module[]
}

/** Workers of their own: each with its sealing, its connections, its place in the moving. */
export function createMovers ({ db, url, dataKey, file, modules }: MoversOptions) {
  function worker (name = 'mover') {
    const sealing = createSealing(dataKey)
    const own = createDatabase({ url: `${url}?application_name=${name}`, size: 3 })
    const config = { dataKeysFile: file, sweepMs: { ordinary: 60, emergency: 60 } }
    const keys = createDataKeys({ config, db: own, sealing, log: pino({ level: 'silent' }), modules })
    return {
      sealing,
      follow: keys.follower.once,
      /** one run of the sweep, as if so many ms had passed */
      async run (ms = 0) {
        await keys.follower.once()
        await keys.sweep.run(new Date(Date.now() + ms))
      },
      close: async () => { await own.close() }
    }
  }
  const reader = worker('reader')
  return {
    worker,
    numbers: async (): Promise<Numbers> => {
      await reader.follow()
      return await numbersOf(db, reader.sealing)
    },
    close: reader.close
  }
}

const tables = ['call', 'callback', 'leg', 'manual_call', 'number_block', 'number_limit', 'request', 'sms_message', 'sms_reply']

async function numbersOf (db: Database, sealing: Sealing): Promise<Numbers> {
  const all: Numbers = new Map()
  for (const table of tables) {
    const rows = await db.query<{ hash: Buffer, sealed: Buffer }>(
      `select number_hash as hash, number_sealed as sealed from ${table} where number_hash is not null and number_sealed is not null`)
    for (const { hash, sealed } of rows) {
      const number = withoutExtension(sealing.open(sealed))
      const one = all.get(number) ?? { prints: new Set(), rows: {} }
      one.prints.add(hash.toString('hex'))
      one.rows[table] = (one.rows[table] ?? 0) + 1
      all.set(number, one)
    }
  }
  return all
}

export const rowsOf = (all: Numbers): unknown[] => [...all].map(([number, { rows }]) => [number, rows]).sort()

/** So many citizens who rang in last month and gave up waiting. */
export async function rangIn (db: Database, sealing: Sealing, count: number): Promise<void> {
  const begun = Date.now() - 30 * 86_400_000
  await db.tx(async tx => {
    for (let i = 0; i < count; i++) {
      const number = parsePhoneNumber(`138000${10_000 + i}`)
      addPastCall(tx, {
        id: `past-${i}`,
        number: { sealed: sealing.seal(number), hash: sealing.fingerprint(number) },
        offeredAt: new Date(begun),
        leftQueueAt: new Date(begun + 9000),
        endedAt: new Date(begun + 60_000),
        answeredBy: null,
        disposition: null
      })
    }
  })
}
