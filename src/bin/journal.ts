// Shows the rows the journal could not handle, has them handled again or puts one aside, and records backups.
//   npm run journal -- status | parked | retry [linked id] | skip <id> | backed-up <when the backup began>
import './load-env.ts'
import { readConfig } from '../config.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { systemActor } from '../domain/people/roles.ts'
import { noteAudit } from '../http/kit/audit.ts'
import { nodeStates } from '../node/node-state-reads.ts'
import { lastBackup, noteBackup } from '../pbx/journal/backups.ts'
import { journalCounts } from '../pbx/journal/journal.ts'
import { parkedRows, retryParked, skipParked } from '../pbx/journal/parked.ts'
import { completeConfig } from '../servers/ground.ts'

async function skip (db: Database, id: number): Promise<void> {
  const at = new Date()
  await db.tx(async tx => {
    const row = Number.isSafeInteger(id) ? await skipParked(tx, id, at) : null
    if (row === null) throw new Error('no row of this id is parked: npm run journal -- parked')
    noteAudit(tx, { at, actor: systemActor.id, action: 'journal.skip', subject: String(id), requestId: null, detail: { ...row } })
  })
  console.log(`row ${id} is put aside for good; the audit says so`)
}

async function main ([command = 'status', argument]: string[]): Promise<void> {
  const db = createDatabase({ url: completeConfig(readConfig()).databaseUrl, size: 2 })
  try {
    if (command === 'status') {
      const { lagMs, unhandled, parked, quarantined, older, lostLastHour } = await journalCounts(db, new Date())
      const backup = await lastBackup(db)
      console.log(`${unhandled} rows to be handled, the oldest ${lagMs} ms old; ${parked} parked; ` +
        `${quarantined} lines put aside because they are no rows; ${older} files of the last day came back from a backup; ` +
        `${lostLastHour} channels of the last hour whose end nobody reported`)
      for (const { node, ageMs, report } of await nodeStates(db)) {
        const journal = report.journal === null ? 'it writes rows by itself' : `${report.journal.behindBytes} bytes not carried over`
        console.log(`${node}: ${journal}, said ${Math.round(ageMs / 1000)} s ago`)
      }
      console.log(backup === null
        ? 'no backup was ever told of: journal files stay'
        : `last backup ${backup.toISOString()}: journal files completed before it go after a week`)
    } else if (command === 'parked') {
      const rows = await parkedRows(db)
      for (const row of rows) console.log(`${row.id}  ${row.at.toISOString()}  ${row.node}  ${row.linkedId}  ${row.event}: ${row.error}`)
      console.log(`${rows.length} parked`)
    } else if (command === 'retry') {
      console.log(`${await retryParked(db, argument)} rows are handled again as soon as a service runs`)
      // The wake is sent by itself, a moment later.
      await new Promise(resolve => setTimeout(resolve, 50))
    } else if (command === 'skip' && argument !== undefined) {
      await skip(db, Number(argument))
    } else if (command === 'backed-up' && argument !== undefined) {
      await noteBackup(db, new Date(argument), new Date())
      console.log(`noted: ${new Date(argument).toISOString()}`)
    } else {
      throw new Error('usage: npm run journal -- status | parked | retry [linked id] | skip <id> | ' +
        'backed-up <when the backup began, such as 2026-11-28T02:00:00Z>')
    }
  } finally {
    await db.close()
  }
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
