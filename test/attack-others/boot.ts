// A machine without the key file boots before its database: what does it write under?
import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { beginWithKeys } from '../../src/compose/data-keys.ts'
import { createKeyFollower } from '../../src/db/keys/key-follower.ts'
import { createSealing, keyPrint } from '../../src/db/sealing.ts'
import { DomainError } from '../../src/domain/errors.ts'
const key2 = { id: 2, algorithm: 'aes' as const, bytes: randomBytes(32) }
let up = false
const db = { async query (text: string) {
  if (!up) throw new DomainError('database-unavailable', 'the database does not answer; try again shortly')
  if (text.includes('from data_key ')) return [{ id: 2, algorithm: 'aes', state: 'writes', since: new Date(0), print: keyPrint(key2), movedAt: new Date(0) }]
  return []
} }
const ring = createSealing(randomBytes(32))
const said: unknown[] = []
const follower = createKeyFollower({ db: db as never, ring, readKeys: () => [], process: 'x', paceMs: 20, log: { error: (_: object, m: string) => { said.push(m) }, warn: (...a: unknown[]) => { said.push(a) } } as never })
await beginWithKeys(follower)
console.log('started while the database was away')
up = true
await wait(300)
console.log('rows say key 2 writes; this process writes under key', ring.writes(), '; fingerprint bytes', ring.fingerprint('+8613900000000').length, '; lacks', follower.status().lacks, said)
await follower.stop()
up = true
const again = createKeyFollower({ db: db as never, ring: createSealing(randomBytes(32)), readKeys: () => [], process: 'x', paceMs: 20, log: { error () {}, warn () {} } as never })
await beginWithKeys(again).then(() => console.log('started'), e => console.log('with the database there it refuses to start:', e.message))
