// The data keys (数据密钥) under which citizens' data is sealed, while the service runs. See docs/production.md.
//   npm run keys -- status
//   npm run keys -- add aes | sm
//   npm run keys -- use ID
//   npm run keys -- forget ID
import './load-env.ts'
import { readConfig } from '../config.ts'
import { createDatabase, type Database, type Tx } from '../db/database.ts'
import { createKeyCommands, type KeysView } from '../db/keys/key-commands.ts'
import { algorithms, firstKey } from '../domain/data-key.ts'
import { DomainError } from '../domain/errors.ts'
import { systemActor } from '../domain/people/roles.ts'
import { systemClock } from '../domain/time/clock.ts'
import { noteAudit } from '../http/kit/audit.ts'
import { keepDataKey, readDataKeys } from '../servers/data-folder/data-keys.ts'
import { openGround } from '../servers/ground.ts'

const usage = 'usage: npm run keys -- status | add aes | add sm | use ID | forget ID'
const commands = createKeyCommands({ clock: systemClock })

/** A command with its audit entry. */
async function run (db: Database, action: string, id: number, command: (tx: Tx) => Promise<void>): Promise<void> {
  await db.tx(async tx => {
    await command(tx)
    noteAudit(tx, { at: systemClock.now(), actor: systemActor.id, action, subject: String(id), requestId: null, detail: {} })
  })
}

async function add (db: Database, file: string, name: string): Promise<void> {
  const algorithm = algorithms.find(one => one === name)
  if (algorithm === undefined) throw new Error(usage)
  const key = await commands.make(db, algorithm, readDataKeys(file).map(one => one.id))
  // First the bytes: a row whose key nobody has would stop `use` for ever.
  keepDataKey(file, key)
  await run(db, 'data-key.add', key.id, async tx => { await commands.enter(tx, key) })
  console.log(`data key ${key.id} (${algorithm}) waits. It stands in ${file}:`)
  console.log('bring a copy to every machine of the service, and to the backup.')
  console.log(`Then: npm run keys -- use ${key.id}`)
}

function show ({ keys, holders }: KeysView): void {
  const writes = keys.find(key => key.state === 'writes')
  console.log(`${firstKey}  aes  ${writes === undefined ? 'writes' : 'reads'}  the installation's own`)
  for (const { id, algorithm, state, since, movedAt } of keys) {
    const moved = movedAt === null ? 'earlier values are being moved to it' : `all moved at ${movedAt.toISOString()}`
    console.log(`${id}  ${algorithm}  ${state}  since ${since.toISOString()}${state === 'writes' ? `, ${moved}` : ''}`)
  }
  if (!keys.some(key => key.state === 'waiting')) return
  for (const { process, held, ageMs } of holders) console.log(`  ${process} holds ${held.join(', ')} (${Math.round(ageMs / 1000)} s ago)`)
}

async function main ([command = 'status', argument, ...more]: string[]): Promise<void> {
  if (more.length > 0) throw new Error(usage)
  const { config } = openGround(readConfig())
  const db = createDatabase({ url: config.databaseUrl, size: 2 })
  try {
    if (command === 'status' && argument === undefined) return show(await commands.status(db))
    if (command === 'add' && argument !== undefined) return await add(db, config.dataKeysFile, argument)
    if (argument === undefined || !/^\d{1,5}$/.test(argument)) throw new Error(usage)
    const id = Number(argument)
    if (command === 'use') {
      await run(db, 'data-key.use', id, async tx => { await commands.use(tx, id) })
      console.log(`data key ${id} writes, and earlier values are being moved to it: npm run keys -- status`)
    } else if (command === 'forget') {
      await run(db, 'data-key.forget', id, async tx => { await commands.forget(tx, id) })
      console.log(`data key ${id} is gone: its bytes may be deleted`)
    } else throw new Error(usage)
  } finally {
    await db.close()
  }
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  const details = error instanceof DomainError ? ` (${error.code})` : ''
  console.error((error instanceof Error ? error.message : String(error)) + details)
  process.exitCode = 1
}
