import { useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { openStates } from '../../orders/order-lists.ts'
import type { OrderFilter, OrderState } from '../../orders/order-types.ts'

const open = openStates.join(',')

/** The board's views; each is a filter. Views that wait for a dispatcher come first. */
export const views: Readonly<Record<string, OrderFilter>> = {
  todo: { state: 'FILED,REWORK', sort: 'due' },
  returns: { state: 'RETURN_REQUESTED', sort: 'due' },
  coordinating: { state: 'COORDINATING', sort: 'due' },
  extensions: { extension: true, sort: 'due' },
  answers: { answerWaits: true, state: 'VERIFYING', sort: 'due' },
  overtime: { state: open, overtime: true, sort: 'due' },
  critical: { state: open, urgency: 'critical', sort: 'due' },
  reported: { state: 'REPORTED', sort: 'due' },
  open: { state: open, sort: 'due' },
  all: {}
}

const words = ['townId', 'unitId', 'category', 'number', 'urgency', 'state'] as const
export type FilterWord = typeof words[number]

interface BoardFilter {
  view: string
  /** the query for the API */
  query: OrderFilter
  order: string | null
  value: (name: FilterWord) => string | null
  set: (change: Partial<Record<FilterWord | 'view' | 'order' | 'problem' | 'overtime' | 'urged', string | null>>) => void
}

/** The filter is in the address, so that it can be sent, kept and returned to. */
export function useBoardFilter (): BoardFilter {
  const [params, setParams] = useSearchParams()
  const text = params.toString()
  return useMemo(() => {
    const now = new URLSearchParams(text)
    const view = now.get('view') ?? 'todo'
    const query: OrderFilter = { ...views[view] ?? views.todo }
    for (const name of words) {
      const value = now.get(name)
      if (value) Object.assign(query, { [name]: value })
    }
    if (now.get('problem')) query.problem = true
    if (now.get('overtime')) query.overtime = true
    if (now.get('urged')) query.urged = true
    return {
      view,
      query,
      order: now.get('order'),
      value: name => now.get(name),
      set: change => {
        const next = new URLSearchParams(text)
        for (const [name, value] of Object.entries(change)) {
          if (value === null || value === '') next.delete(name)
          else next.set(name, value)
        }
        setParams(next, { replace: true })
      }
    }
  }, [text, setParams])
}

export type { OrderState }
