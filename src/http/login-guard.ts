import type { Clock } from '../domain/clock.ts'
import { DomainError } from '../domain/errors.ts'

interface Failures { count: number, last: number, until: number }

/** Slows guessing down: after some failures each further one doubles the wait, for the login and for the address. */
export interface LoginGuard {
  /** @throws DomainError `too-many-requests` with the seconds to wait */
  ask: (login: string, address: string) => void
  failed: (login: string, address: string) => void
  succeeded: (login: string) => void
}

// A person mistypes a few times; an address may be a whole office behind one router.
const freeOfLogin = 4
const freeOfAddress = 30
const longestMs = 5 * 60_000
const forgetMs = 15 * 60_000
const remembered = 20_000

export function createLoginGuard (clock: Clock): LoginGuard {
  const logins = new Map<string, Failures>()
  const addresses = new Map<string, Failures>()

  function waitOf (known: Map<string, Failures>, key: string): number {
    const failures = known.get(key)
    return failures ? Math.max(0, failures.until - clock.now().getTime()) : 0
  }

  function count (known: Map<string, Failures>, key: string, free: number): void {
    const now = clock.now().getTime()
    const before = known.get(key)
    const failures = before && now - before.last < forgetMs ? before : { count: 0, last: now, until: 0 }
    failures.count++
    failures.last = now
    const over = failures.count - free
    if (over > 0) failures.until = now + Math.min(longestMs, 1000 * 2 ** Math.min(over - 1, 20))
    known.delete(key)
    if (known.size >= remembered) known.delete(known.keys().next().value ?? '')
    known.set(key, failures)
  }

  return {
    ask (login, address) {
      const wait = Math.max(waitOf(logins, login), waitOf(addresses, address))
      if (wait > 0) throw new DomainError('too-many-requests', 'too many failed attempts; wait before the next', { retryAfter: Math.ceil(wait / 1000) })
    },
    failed (login, address) {
      count(logins, login, freeOfLogin)
      count(addresses, address, freeOfAddress)
    },
    succeeded (login) { logins.delete(login) }
  }
}
