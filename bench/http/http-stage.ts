import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createDatabase, type Database } from '../../src/db/database.ts'
import { loadDistrict } from '../../src/district/load-district.ts'
import { readDistrict } from '../../src/district/read-district.ts'
import { systemClock } from '../../src/domain/time/clock.ts'
import type { Role } from '../../src/domain/people/roles.ts'
import { sessionCookie } from '../../src/http/kit/session-cookie.ts'
import { hashRandomPassword } from '../../src/access/passwords/password.ts'
import { createSessions } from '../../src/access/sessions/sessions.ts'
import { migrate } from '../../src/servers/migrate.ts'
import { freePort } from '../../src/servers/machine/ports.ts'
import { ensureDatabase, startPostgres } from '../../src/servers/postgres.ts'

/** Everybody's on this stage. */
export const password = 'of-a-bench'

/** The service's HTTP part in a process of its own, on a PostgreSQL of its own (fsync on) with the sample district. */
export interface HttpStage {
  address: string
  server: ChildProcess
  db: Database
  /** makes a login and signs it in: the value of its cookie header */
  signIn: (login: string, roles: readonly Role[], unitId?: string | null) => Promise<string>
  /** another program of this folder in a process of its own */
  part: (name: string, ...args: string[]) => ChildProcess
  stop: () => Promise<void>
}

/** What a part answers, or says by itself when nothing is asked. */
export async function answerOf<T> (child: ChildProcess, ask?: object | string): Promise<T> {
  const answer = once(child, 'message', { signal: AbortSignal.timeout(60_000) })
  if (ask !== undefined) child.send(ask)
  return (await answer)[0] as T
}

export const shareOf = (values: readonly number[]) => (share: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}

/** @param fill puts more into the database before the service starts */
export async function startHttpStage (fill: (db: Database) => Promise<void> = async () => {}): Promise<HttpStage> {
  const folder = mkdtempSync('/tmp/liandong-bench-http-')
  const dataDir = join(folder, 'data')
  mkdirSync(dataDir)
  const ends: Array<() => Promise<void> | void> = [() => { rmSync(folder, { recursive: true, force: true }) }]
  const stop = async (): Promise<void> => { for (const end of ends.splice(0).reverse()) await end() }
  try {
    const postgres = await startPostgres({ folder, port: await freePort(), password: null, dieWithParent: true })
    ends.push(async () => { await postgres.stop() })
    await ensureDatabase(postgres, 'bench')
    const url = postgres.url('bench')
    await migrate(url)
    // a year of orders is loaded in a few long statements
    const db = createDatabase({ url, statementMs: 600_000 })
    ends.push(async () => { await db.close() })
    await db.tx(async tx => { await loadDistrict(tx, readDistrict()) })
    await fill(db)
    const part = (name: string, ...args: string[]): ChildProcess => {
      const child = fork(join(import.meta.dirname, name), args,
        { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' })
      ends.push(() => { if (child.connected) child.disconnect() })
      return child
    }
    const server = part('http-part.ts', url, dataDir)
    const { address } = await answerOf<{ address: string }>(server)
    const sessions = createSessions({ db, clock: systemClock })
    const hash = await hashRandomPassword(password)
    return {
      address,
      server,
      db,
      part,
      stop,
      signIn: async (login, roles, unitId = null) => await db.tx(async tx => {
        tx.write('insert into user_account (login, password_hash, roles, unit_id) values ($1, $2, $3, $4)', [login, hash, roles, unitId])
        return `${sessionCookie}=${(await sessions.begin(tx, login)).secret}`
      })
    }
  } catch (error) {
    await stop()
    throw error
  }
}
