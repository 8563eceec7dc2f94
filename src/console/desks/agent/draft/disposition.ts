import { useEffect, useRef } from 'react'
import { api, onceKey } from '../../../api/client.ts'
import type { Call } from '../../../phone/my-agent.ts'
import type { Draft } from './draft.ts'

const dispositionOf = {
  filed: 'order',
  dispatched: 'order',
  merged: 'order',
  answered: 'answered',
  urged: 'answered',
  urgedQuietly: 'answered',
  rejected: 'refused'
} as const

/**
 * 小结 by itself: the outcome of the draft becomes the disposition of its call, once one of ours speaks in it. What the agent has chosen
 * stays.
 */
export function useDisposition (draft: Draft | null, call: Call | null): void {
  const said = useRef(new Set<string>())
  const what = draft?.done?.what
  useEffect(() => {
    if (what === undefined || call === null || draft?.callId !== call.id) return
    if (call.disposition !== null || said.current.has(call.id)) return
    // A citizen who takes up our return waits for one of us: the call is answered before anybody speaks in it.
    if (!call.channels.some(c => c.kind === 'agent' && c.answeredAt !== null)) return
    said.current.add(call.id)
    // A failure loses nothing: the wrap-up keys still ask for the disposition.
    void api.POST('/api/calls/{id}/disposition',
      { params: { path: { id: call.id }, header: onceKey() }, body: { disposition: dispositionOf[what] } }).catch(() => {})
  }, [what, draft?.callId, call])
}
