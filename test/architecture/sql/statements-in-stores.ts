// A statement stands behind the door whose name says so; what stands elsewhere has its reason here, and the list only shrinks.
import type { Test } from 'tap'
import type { Composed } from '../program.ts'
import { createResolver, type Literal } from './sql-texts.ts'

const door = /-(store|reads|load|queries)\.ts$/

const lock = 'holds a lock or wakes a process: it names no row'
const machinery = 'machinery of the database itself, or of its health'
const queue = 'the table is this file\'s mechanism: nobody else runs its statements'

/** Files with statements that are no door: how many, and why. */
const elsewhere: Readonly<Record<string, readonly [number, string]>> = {
  'access/sessions/sessions.ts': [1, lock],
  'db/database-health.ts': [1, machinery],
  'db/listener.ts': [1, machinery],
  'db/takes-writes.ts': [1, machinery],
  'db/text-rows.ts': [1, 'writes the rows of any table a `-load` names'],
  'feed/broadcast.ts': [1, lock],
  'feed/live-feed.ts': [7, queue],
  'http/kit/audit.ts': [3, queue],
  'http/kit/write.ts': [7, queue],
  'http/request-counts.ts': [2, queue],
  'pbx/journal/backups.ts': [4, queue],
  'pbx/journal/journal.ts': [7, queue],
  'pbx/journal/lost-channels.ts': [1, queue],
  'pbx/journal/node-restart.ts': [3, queue],
  'pbx/journal/parked.ts': [3, queue],
  'pbx/journal/shipped-rows.ts': [5, queue],
  'pbx/journal/shipper.ts': [2, queue],
  'queue/alarms.ts': [1, queue],
  'queue/heart-beat.ts': [2, queue],
  'queue/relay.ts': [2, queue],
  'servers/postgres.ts': [2, 'makes the database itself'],
  'sms/replies.ts': [2, 'a savepoint: it names no row']
}
const maxElsewhere = 22

export function statementsStandInStores (t: Test, composed: Composed): void {
  const { given, literals } = createResolver(composed)
  const statements = new Set<Literal>(given.flatMap(expression => [...literals(expression).found]))
  const found: Record<string, number> = {}
  let behind = 0
  for (const statement of statements) {
    const file = composed.nameOf(statement.getSourceFile())
    if (door.test(file)) behind++
    else found[file] = (found[file] ?? 0) + 1
  }
  t.ok(behind > 250, `${behind} statements behind a door, ${statements.size - behind} elsewhere`)
  const listed = Object.fromEntries(Object.entries(elsewhere).map(([file, [statements]]) => [file, statements]))
  t.same(found, listed, 'a statement goes into a -store, -reads, -load or -queries file; one that moved there leaves the list')
  t.ok(Object.keys(elsewhere).length <= maxElsewhere, 'the list only shrinks')
}
