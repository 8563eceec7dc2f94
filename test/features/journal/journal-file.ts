import { spawn } from 'node:child_process'
import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import type { Test } from 'tap'
import type { Database } from '../../../src/db/database.ts'
import { createJournal, type Journal, type JournalOptions } from '../../../src/pbx/journal/journal.ts'
import { createShipper, type Shipper, type ShipperOptions } from '../../../src/pbx/journal/shipper.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import { plainEnvironment, plainNode, temporaryFolder } from '../../harness/servers/run-folder.ts'

export const quiet = pino({ level: 'silent' })

export interface Line {
  event: string
  userType?: string
  at?: Date
  num?: string
  exten?: string
  context?: string
  uniqueId?: string
  linkedId?: string
  channel?: string
  extra?: string
}

/** A line as Asterisk writes it. */
export function line ({
  event, userType = event.startsWith('LD_') ? event : '', at = new Date(), num = '', exten = 's', context = 'hotline-inbound',
  uniqueId = 'pbx1-1.1', linkedId = uniqueId, channel = 'PJSIP/trunk-00000001', extra = ''
}: Line): string {
  const fields = [
    event, userType, at.toISOString().replace('Z', '000+0000'), num, '962000', exten, context, channel, '', '', uniqueId,
    linkedId, '', extra
  ]
  return fields.map(f => `"${f.replaceAll('"', '""')}"`).join(',') + '\n'
}

export const userLine = (event: string, data: Record<string, string>, more: Omit<Line, 'event'> = {}): string =>
  line({
    event,
    extra: JSON.stringify({ extra: Object.entries(data).map(([k, v]) => `${k}=${encodeURIComponent(v)}`).join('&') }),
    ...more
  })

export interface JournalFile {
  path: string
  /** opens, appends and closes, as Asterisk does for each line */
  append: (text: string) => void
}

export async function journalFile (): Promise<JournalFile> {
  const folder = join(await temporaryFolder('journal'), 'cel-custom')
  mkdirSync(folder)
  const path = join(folder, 'journal.csv')
  return { path, append: text => { appendFileSync(path, text) } }
}

export function shipperOf (t: Test, db: Database, file: JournalFile, options: Partial<ShipperOptions> = {}): Shipper {
  const shipper = createShipper({ db, file: file.path, node: 'pbx1', log: quiet, pollMs: 20, ...options })
  t.teardown(async () => await shipper.close())
  return shipper
}

export function journalOf (t: Test, db: Database, options: Partial<JournalOptions> = {}): Journal {
  const journal = createJournal({ db, handlers: [], clock: systemClock, log: quiet, pollMs: 50, ...options })
  t.teardown(async () => await journal.close())
  return journal
}

/** `npm run journal -- …` on this database, as an operator or a backup script calls it; its exit code. */
export async function journalCommand (databaseUrl: string, ...args: string[]): Promise<number | null> {
  const program = fileURLToPath(new URL('../../../src/bin/journal.ts', import.meta.url))
  const child = spawn(plainNode.command, [...plainNode.first, program, ...args],
    { env: { ...plainEnvironment(), DATABASE_URL: databaseUrl, REDIS_URL: 'redis://unused', AMI_SECRET: 'unused' }, stdio: 'ignore' })
  return await new Promise(resolve => child.on('exit', resolve))
}
