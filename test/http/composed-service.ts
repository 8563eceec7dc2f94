import { randomBytes } from 'node:crypto'
import pino from 'pino'
import type { Test } from 'tap'
import { createSessions } from '../../src/access/sessions/sessions.ts'
import { createService, type Service } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import type { Database } from '../../src/db/database.ts'
import { systemClock } from '../../src/domain/time/clock.ts'
import type { Role } from '../../src/domain/people/roles.ts'
import { nodePartsOf, nodesOf } from '../../src/servers/ground.ts'
import { freshDatabase, freshFolder } from '../harness/servers/database.ts'
import { hired } from '../harness/stories/hired.ts'
import { freePort } from '../harness/servers/ports.ts'

export interface ComposedService {
  db: Database
  url: string
  service: Service
  /** of recordings and data */
  folder: string
  dataKey: Buffer
  /** Signs a new person in. */
  cookieOf: (login: string, roles: Role[], unit?: string | null, extension?: string | null) => Promise<string>
}

/** The service as in production, its HTTP part and the door to the PBX's files: no PBX and no Redis, an empty database, after `load`. */
export async function composedService (
  t: Test, name: string, load: (db: Database) => Promise<void> = async () => {}, settings: Record<string, string> = {}
): Promise<ComposedService> {
  const { db, url } = await freshDatabase(t)
  await load(db)
  const folder = await freshFolder(name)
  const config = readConfig({
    DATABASE_URL: url,
    REDIS_URL: 'redis://127.0.0.1:1',
    DATA_DIR: folder,
    HTTP_ADDRESS: `127.0.0.1:${await freePort()}`,
    AMI_ADDRESS: `127.0.0.1:${await freePort()}`,
    NODE_ADDRESS: `127.0.0.1:${await freePort()}`,
    REQUESTS_PER_MINUTE: '0',
    ...settings
  })
  const dataKey = randomBytes(32)
  const service = await createService({
    config: { ...config, databaseUrl: url, redisUrl: 'redis://127.0.0.1:1' },
    secrets: { dataKey: dataKey.toString('base64') },
    nodes: nodesOf(config, { amiSecret: 'none', nodeSecret: 'of-a-test' }),
    nodeParts: nodePartsOf(config, { amiSecret: null, nodeSecret: 'of-a-test', files: null }),
    parts: ['http', 'node'],
    log: pino({ level: 'silent' })
  })
  await service.start()
  t.teardown(async () => { await service.stop() })
  const sessions = createSessions({ db, clock: systemClock })
  return {
    db,
    url,
    service,
    folder,
    dataKey,
    async cookieOf (login, roles, unit = null, extension = null) {
      await hired(db, login, roles, { unitId: unit, extension })
      return `liandong_session=${(await sessions.begin(db, login)).secret}`
    }
  }
}
