import type { Clock } from '../domain/clock.ts'
import { DomainError } from '../domain/errors.ts'

interface Failures { count: number, last: number, until: number }

/** Where an attempt comes from. */
export interface Attempt {
  login: string
  address: string
  /** this browser has signed this login in before: a secret only it holds */
  device: string | null
}

/**
 * Slows down whoever guesses, and nobody else. Failures are counted for a login at an address, and for an address over all logins; a
 * browser
 * that has signed the login in before is counted by itself. So nobody far away keeps a person out, and a colleague's guessing does not.
 */
export interface LoginGuard {
  /**
   * Counts the attempt as failed before the password is looked at: of forty at once no more are tried than of forty in a row.
   * @throws DomainError `too-many-requests` with the seconds to wait
   */
  begin: (attempt: Attempt) => { succeeded: () => void, failed: () => void }
}

// A person mistypes a few times; an address may be a whole office behind one router.
const free = { login: 5, address: 60 } as const
const longestMs = 5 * 60_000
const forgetMs = 15 * 60_000
const remembered = 20_000

export function createLoginGuard (clock: Clock): LoginGuard {
  const failures = new Map<string, Failures>()

  const keysOf = ({ login, address, device }: Attempt): Array<[key: string, free: number]> => device !== null
    ? [[`d ${device} ${login}`, free.login]]
    : [[`l ${address} ${login}`, free.login], [`a ${address}`, free.address]]

  function waitFrom (known: Failures, free: number, now: number): void {
    const over = known.count - free
    if (over >= 0) known.until = now + Math.min(longestMs, 1000 * 2 ** Math.min(over, 20))
  }

  function count (key: string, free: number, now: number): void {
    const before = failures.get(key)
    const known = before && now - before.last < forgetMs ? before : { count: 0, last: now, until: 0 }
    known.count++
    known.last = now
    waitFrom(known, free, now)
    failures.delete(key)
    if (failures.size >= remembered) failures.delete(failures.keys().next().value ?? '')
    failures.set(key, known)
  }

  return {
    begin (attempt) {
      const now = clock.now().getTime()
      const keys = keysOf(attempt)
      const wait = Math.max(...keys.map(([key]) => (failures.get(key)?.until ?? 0) - now))
      if (wait > 0) {
        throw new DomainError('too-many-requests', 'too many failed attempts; wait before the next', { retryAfter: Math.ceil(wait / 1000) })
      }
      for (const [key, most] of keys) count(key, most, now)
      return {
        // The wait begins when the answer goes out, however long the check took.
        failed () {
          for (const [key, most] of keys) {
            const known = failures.get(key)
            if (known) waitFrom(known, most, clock.now().getTime())
          }
        },
        succeeded () {
          // His own failures are forgiven; of the address only this attempt, which was none.
          for (const [key] of keys) {
            const known = failures.get(key)
            if (!key.startsWith('a ')) failures.delete(key)
            else if (known) { known.count--; if (known.count < free.address) known.until = 0 }
          }
        }
      }
    }
  }
}
