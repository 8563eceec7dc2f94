import { DomainError } from '../domain/errors.ts'
import type { AmiConnection } from './ami/ami-connection.ts'
import type { AmiMessage } from './ami/messages.ts'

/** Whether carriers answer the OPTIONS of this PBX. */
export interface WatchedTrunks {
  /** trunk id → whether its carrier answers, where that is known */
  answering: ReadonlyMap<string, boolean>
  /** these are watched from now on, and no others; of the new ones it is asked how they are, where there is a link */
  watch: (trunks: readonly string[], linked: boolean) => void
  /** asks how they all are: the PBX reports only changes */
  ask: () => void
  /** what the PBX reports of one of its contacts */
  hear: (aor: string | undefined, status: string | undefined) => void
  /** the link is gone: nothing is known, and no answer that is under way counts */
  forget: () => void
}

type Told = (change: { kind: 'trunk', id: string, answers: boolean }) => void

/** The PBX probes `trunk-watch` in the place of `trunk`; any other form is an agent's telephone. */
const trunkOf = (aor: string | undefined): string | null => /^([\w-]+)-watch$/.exec(aor ?? '')?.[1] ?? null
const notAsked = (error: unknown): AmiMessage[] => {
  if (error instanceof DomainError && error.code === 'pbx-refused') return []
  throw error
}

export function createWatchedTrunks (ami: Pick<AmiConnection, 'list'>, tell: Told): WatchedTrunks {
  const answering = new Map<string, boolean>()
  let watched: readonly string[] = []
  let link = 0
  function hear (aor: string | undefined, status: string | undefined): void {
    const id = trunkOf(aor)
    // Neither yet, or not probed at all: nothing is known.
    if (id === null || (status !== 'Reachable' && status !== 'Unreachable')) return
    answering.set(id, status === 'Reachable')
    tell({ kind: 'trunk', id, answers: status === 'Reachable' })
  }
  /** No contact of the configuration is listed: each is queried by its name. Not answered: its next change says it. */
  function ask (trunks: readonly string[]): void {
    const mine = link
    for (const id of trunks) {
      ami.list('PJSIPShowEndpoint', { Endpoint: `${id}-watch` }).catch(notAsked).then(contacts => {
        if (mine !== link) return
        for (const { event, aor, status } of contacts) if (event === 'ContactStatusDetail') hear(aor, status)
      }, () => {})
    }
  }
  return {
    answering,
    hear,
    ask: () => { ask(watched) },
    watch (trunks, linked) {
      const more = trunks.filter(id => !watched.includes(id))
      watched = [...trunks]
      for (const id of answering.keys()) if (!trunks.includes(id)) answering.delete(id)
      if (linked) ask(more)
    },
    forget () {
      link++
      answering.clear()
    }
  }
}
