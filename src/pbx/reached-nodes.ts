import type { AmiConnection } from './ami/ami-connection.ts'

/** Which other PBXs a PBX reaches by SIP: their contacts are `node-<name>`, asked by OPTIONS. */
export interface ReachedNodes {
  /** names; empty while there is no link */
  now: () => ReadonlySet<string>
  close: () => void
}

/** A contact has a mark of its own behind the name. */
const nodeOf = (name: string | undefined): string | undefined => /^node-([a-z0-9-]+)/.exec(name ?? '')?.[1]

/** Follows the PBX's events, which tell changes only, and asks it for all whenever the link comes up. */
export function createReachedNodes ({ ami }: { ami: Pick<AmiConnection, 'on' | 'list' | 'isUp'> }): ReachedNodes {
  const reached = new Set<string>()
  let link = 0
  const saw = (contact: string | undefined, status: string | undefined): void => {
    const name = nodeOf(contact)
    if (name === undefined) return
    if (status === 'Reachable') reached.add(name)
    else reached.delete(name)
  }
  /** No contact of the configuration is in a list of contacts: each endpoint is queried by its name. */
  async function ask (): Promise<void> {
    const mine = link
    const endpoints = (await ami.list('PJSIPShowEndpoints')).map(endpoint => endpoint.objectname ?? '')
    for (const Endpoint of endpoints.filter(name => nodeOf(name) !== undefined)) {
      const details = await ami.list('PJSIPShowEndpoint', { Endpoint })
      if (mine !== link) return
      for (const { event, aor, status } of details) if (event === 'ContactStatusDetail') saw(aor, status)
    }
  }
  // Not answered: the link is gone and comes again, or its next change says it.
  const begin = (): void => { ask().catch(() => {}) }
  const stop = [
    ami.on('event', event => { if (event.event === 'ContactStatus') saw(event.aor, event.contactstatus) }),
    ami.on('up', begin),
    ami.on('down', () => {
      link++
      reached.clear()
    })
  ]
  if (ami.isUp()) begin()
  return { now: () => reached, close: () => { for (const off of stop) off() } }
}
