import { lookup, Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'

/** The addresses of a host as they are now. @throws when there are none, or none in time */
export type Resolve = (host: string, signal: AbortSignal) => Promise<string[]>

/**
 * Asks the name servers by sockets of its own: the system's look-up has few threads, and names that nobody answers would hold them all. The
 * system's is asked only for a name of which no server knows: it may stand in a file of this machine.
 */
export async function resolveHost (host: string, signal: AbortSignal): Promise<string[]> {
  if (isIP(host) !== 0) return [host]
  const resolver = new Resolver({ timeout: 1500, tries: 2 })
  const cancel = (): void => { resolver.cancel() }
  signal.addEventListener('abort', cancel)
  try {
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    const found = answers.flatMap(answer => answer.status === 'fulfilled' ? answer.value : [])
    if (found.length > 0) return found
    if (answers.some(answer => answer.status === 'rejected' && isSilence(answer.reason))) throw new Error('the name servers do not answer')
  } finally {
    signal.removeEventListener('abort', cancel)
  }
  return (await lookup(host, { all: true })).map(({ address }) => address)
}

const isSilence = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ETIMEOUT', 'ECANCELLED'].includes(String(error.code))
