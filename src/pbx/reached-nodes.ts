import type { AmiConnection } from './ami/ami-connection.ts'
import type { AmiMessage } from './ami/messages.ts'

/** Which other PBXs a PBX reaches by SIP: their contacts are `node-<name>`, asked by OPTIONS. */
export interface ReachedNodes {
  /** names; empty while there is no link */
  now: () => ReadonlySet<string>
  close: () => void
}

/** Follows the PBX's events, and reads all contacts whenever the link comes up. */
export function createReachedNodes ({ ami }: { ami: Pick<AmiConnection, 'on' | 'list' | 'isUp'> }): ReachedNodes {
  const reached = new Set<string>()
  const saw = (contact: string | undefined, status: string | undefined): void => {
    // A contact has a mark of its own behind the name.
    const name = /^node-([a-z0-9-]+)/.exec(contact ?? '')?.[1]
    if (name === undefined) return
    if (status === 'Reachable') reached.add(name)
    else reached.delete(name)
  }
  const read = (): void => {
    ami.list('PJSIPShowContacts').then((contacts: AmiMessage[]) => {
      for (const { objectname, status } of contacts) saw(objectname, status)
    }).catch(() => {
      // None yet, or the link is gone: the events tell.
    })
  }
  const stop = [
    ami.on('event', event => { if (event.event === 'ContactStatus') saw(event.aor, event.contactstatus) }),
    ami.on('up', read),
    ami.on('down', () => { reached.clear() })
  ]
  if (ami.isUp()) read()
  return { now: () => reached, close: () => { for (const off of stop) off() } }
}
