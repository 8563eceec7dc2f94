import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { within } from '../domain/time/within.ts'

/** A name is asked for anew so often, ms. */
const everyMs = 30_000
/** Longest wait for a name as the edge starts, ms. */
const startMs = 3000

const allOf = async (host: string): Promise<string[]> =>
  isIP(host) === 0 ? (await lookup(host, { all: true })).map(({ address }) => address) : [host]

/** IP addresses of the carrier's host that the settings name. @throws Error when its name is not found in time */
export const addressesAtStart = async (host: string): Promise<string[]> => await within(startMs, allOf(host))

/** IP addresses of carriers' hosts. Nothing waits for a name service that hangs: a name is asked for in the background. */
export interface CarrierHosts {
  /** `before`: what was known of this host, until its name has been found */
  addressesOf: (host: string, before: readonly string[]) => readonly string[]
}

/** @param now ms of a clock that never goes back */
export function createCarrierHosts (now: () => number): CarrierHosts {
  const names = new Map<string, { found: readonly string[] | null, askedAt: number, asking: boolean }>()
  return {
    addressesOf (host, before) {
      if (isIP(host) !== 0) return [host]
      const name = names.get(host) ?? { found: null, askedAt: -Infinity, asking: false }
      names.set(host, name)
      if (!name.asking && now() - name.askedAt >= everyMs) {
        Object.assign(name, { asking: true, askedAt: now() })
        // A name nobody knows just now keeps its last addresses.
        allOf(host)
          .then(found => { name.found = found }, () => {})
          .finally(() => { name.asking = false })
      }
      return name.found ?? before
    }
  }
}
