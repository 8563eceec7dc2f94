import { DomainError } from '../../domain/errors.ts'

// A check is slow on purpose (docs/figures.md) and takes a core: more than this many at once could stop the service.
const atOnce = 16

/** Runs a sign-in in one of the places for password checks. @throws DomainError `too-many-requests` when all are taken */
export type PasswordChecks = <T>(knownBrowser: boolean, work: () => Promise<T>) => Promise<T>

/** Browsers that have signed the login in before have places of their own: strangers who try names do not fill them. */
export function createPasswordChecks (): PasswordChecks {
  const taken = { known: 0, unknown: 0 }
  return async (knownBrowser, work) => {
    const kind = knownBrowser ? 'known' : 'unknown'
    if (taken[kind] >= atOnce) {
      throw new DomainError('too-many-requests', 'many people are signing in; try again shortly', { retryAfter: 1 })
    }
    taken[kind]++
    try {
      return await work()
    } finally {
      taken[kind]--
    }
  }
}
