import { createHash } from 'node:crypto'
import type { Database } from '../../db/database.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { DomainError } from '../../domain/errors.ts'
import { counted, forgetMs, forgiven, freeFailures, secondsLeft, waitFrom, type Failures } from '../rules/sign-in-wait.ts'
import { deleteFailures, lockFailures, saveFailures } from './sign-in-store.ts'

/** Where an attempt comes from. */
export interface Attempt {
  login: string
  address: string
  /** this browser has signed this login in before: a secret only it holds */
  device: string | null
}

/**
 * Slows down a guesser and nobody else. Failures are counted for a login at an address, and for an address over all logins. A browser
 * that has signed the login in before is counted by itself. So neither a stranger far away nor a guessing colleague keeps a person out.
 * All processes count together.
 */
export interface LoginGuard {
  /**
   * Counts the attempt as a failure of its login before the password is looked at: of forty at once no more are tried than of forty in a
   * row. For the address only a failure counts: the people of a shift who sign in together are none.
   * @throws DomainError `too-many-requests` with the seconds to wait
   */
  begin: (attempt: Attempt) => Promise<{
    succeeded: () => Promise<void>
    failed: () => Promise<void>
    /** The password was never looked at: nothing happened. */
    takenBack: () => Promise<void>
  }>
}

interface Origin { key: Buffer, free: number, whole: boolean }

const fingerprint = (...parts: string[]): Buffer => createHash('sha256').update(parts.join('\n')).digest()

const originsOf = ({ login, address, device }: Attempt): Origin[] => device !== null
  ? [{ key: fingerprint('device', device, login), free: freeFailures.login, whole: false }]
  : [
      { key: fingerprint('login', address, login), free: freeFailures.login, whole: false },
      { key: fingerprint('address', address), free: freeFailures.address, whole: true }
    ]

export function createLoginGuard ({ db, clock }: { db: Database, clock: Clock }): LoginGuard {
  /** Changes the row of each origin, after `check` of them all; null deletes it. */
  async function change (
    origins: readonly Origin[], to: (known: Failures, origin: Origin) => Failures | null,
    check: (known: readonly Failures[]) => void = () => {}
  ): Promise<void> {
    await db.tx(async tx => {
      const known = await lockFailures(tx, origins.map(o => o.key), clock.now())
      check([...known.values()])
      for (const origin of origins) {
        const before = known.get(origin.key.toString('hex'))
        saveFailures(tx, origin.key, before ? to(before, origin) : null)
      }
    })
  }

  return {
    async begin (attempt) {
      const origins = originsOf(attempt)
      await change(origins, (known, { free, whole }) => whole ? known : counted(known, free, clock.now()), known => {
        const retryAfter = secondsLeft(known.map(k => k.waitUntil), clock.now())
        if (retryAfter > 0) throw new DomainError('too-many-requests', 'too many failed attempts; wait before the next', { retryAfter })
      })
      return {
        // The wait begins when the answer goes out, however long the check took.
        failed: async () => {
          await change(origins, (known, { free, whole }) => whole
            ? counted(known, free, clock.now())
            : { ...known, waitUntil: waitFrom(known.count, free, clock.now()) ?? known.waitUntil })
        },
        // The login's own failures are forgiven; those of others at the address are not.
        succeeded: async () => { await change(origins, (known, { whole }) => whole && known.count > 0 ? known : null) },
        takenBack: async () => { await change(origins, (known, { free, whole }) => whole ? known : forgiven(known, free)) }
      }
    }
  }
}

/** Deletes failures that no longer count. */
export async function forgetOldFailures (db: Database, now: Date): Promise<void> {
  await deleteFailures(db, new Date(now.getTime() - forgetMs))
}
