import { useMemo } from 'react'
import type { paths } from '../../api/api-types.d.ts'
import { api, onceKey } from '../../api/client.ts'
import { every } from '../../api/closed-lists.ts'
import { useAttempt } from '../../shell/refusals.ts'

export type Target = paths['/api/calls/{id}/transfer']['post']['requestBody']['content']['application/json']['to']
export type Centre = Extract<Target, { centre: string }>['centre']
type Plain = 'complete' | 'three-way' | 'hold' | 'retrieve' | 'hang-up' | 'civility-warning'

/** The target that was typed: an extension, or a number outside. */
export const targetOf = (typed: string): Target => /^8\d{3}$/.test(typed) ? { extension: typed } : { number: typed }

export interface Switching {
  /** `done`: the message on success */
  plain: (verb: Plain, callId: string, done?: string) => Promise<boolean>
  to: (verb: 'transfer' | 'consult', callId: string, to: Target) => Promise<boolean>
  agent: (verb: 'sign-in' | 'sign-out' | 'ready', extension: string) => Promise<boolean>
  pause: (extension: string, reason: PauseReason) => Promise<boolean>
}

export type PauseReason = paths['/api/agents/{extension}/pause']['post']['requestBody']['content']['application/json']['reason']
export const pauseReasons = every<PauseReason>()(['break', 'meal', 'meeting', 'training', 'back-office', 'other'])

/** Commands to the exchange, for a telephone in the page or on the desk. A refusal is shown; the result arrives by the feed. */
export function useSwitching (): Switching {
  const attempt = useAttempt()
  return useMemo(() => ({
    plain: async (verb, id, done) => await attempt(
      async () => await api.POST(`/api/calls/{id}/${verb}`, { params: { path: { id }, header: onceKey() } }),
      done
    ),
    to: async (verb, id, to) => await attempt(
      async () => await api.POST(`/api/calls/{id}/${verb}`, { params: { path: { id }, header: onceKey() }, body: { to } })
    ),
    agent: async (verb, extension) => await attempt(
      async () => await api.POST(`/api/agents/{extension}/${verb}`, { params: { path: { extension }, header: onceKey() } })
    ),
    pause: async (extension, reason) => await attempt(
      async () => await api.POST('/api/agents/{extension}/pause', { params: { path: { extension }, header: onceKey() }, body: { reason } })
    )
  }), [attempt])
}
