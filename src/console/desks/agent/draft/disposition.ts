import { useEffect, useRef } from 'react'
import { api, onceKey } from '../../../api/client.ts'
import type { Call } from '../../../phone/my-agent.ts'
import type { Draft } from './draft.ts'

const becameOf = {
  filed: 'order',
  dispatched: 'order',
  merged: 'order',
  answered: 'answered',
  urged: 'answered',
  urgedQuietly: 'answered',
  rejected: 'refused'
} as const

/**
 * 小结 by itself: what became of the draft is what became of its call, as soon as that was answered. Who pressed something else is not
 * overruled.
 */
export function useDisposition (draft: Draft | null, call: Call | null): void {
  const said = useRef(new Set<string>())
  const what = draft?.done?.what
  useEffect(() => {
    if (
      what === undefined || call === null || draft?.callId !== call.id || call.direction !== 'inbound' || call.answeredAt === null ||
      call.disposition !== null || said.current.has(call.id)
    ) {
      return
    }
    said.current.add(call.id)
    // The order is kept whatever becomes of this; without it the wrap-up keys ask.
    void api.POST('/api/calls/{id}/disposition',
      { params: { path: { id: call.id }, header: onceKey() }, body: { disposition: becameOf[what] } }).catch(() => {})
  }, [what, draft?.callId, call])
}
