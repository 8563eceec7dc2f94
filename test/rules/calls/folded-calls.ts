import type { Call, Channel } from '../../../src/features/calls/rules/call.ts'
import { progress } from '../../../src/features/calls/rules/call-progress.ts'
import type { CallFact } from '../../../src/features/calls/rules/call-scene.ts'

/** The second `s` after eight. */
export const at = (s: number): Date => new Date(Date.UTC(2026, 10, 22, 8, 0, s))
/** A line of the journal: `more` holds what an event of ours reports, or further columns; `columns` of an event of ours. */
export type Line = [
  second: number, kind: string, uniqueId: string, linkedId: string, channel: string,
  more?: Record<string, unknown>, columns?: Record<string, unknown>
]

const trunk = 'PJSIP/trunk-00000001'
/** A citizen's call up to the queue. */
export const begin: Line[] = [
  [0, 'chan-start', 'c', 'c', trunk],
  [0, 'LD_OFFERED', 'c', 'c', trunk, { did: '962000', number: '13900001001', withheld: '0' }],
  [0, 'answer', 'c', 'c', trunk],
  [1, 'LD_QUEUED', 'c', 'c', trunk, { queue: 'hotline', priority: '0' }]
]

/** Folds lines as the journal's handler does, with everything in memory. */
export function fold (lines: Line[]): { calls: Map<string, Call>, channels: Map<string, Channel>, timeline: string[] } {
  const calls = new Map<string, Call>()
  const channels = new Map<string, Channel>()
  const alias = new Map<string, string>()
  const timeline: string[] = []
  let row = 0
  for (const [second, kind, uniqueId, linkedId, channel, more = {}, columns = {}] of lines) {
    const user = kind.startsWith('LD_')
    const fact = {
      row: ++row,
      node: 'pbx1',
      at: at(second),
      uniqueId,
      linkedId,
      channel,
      context: '',
      exten: '',
      num: '',
      kind: user ? 'user' : kind,
      name: kind,
      data: more,
      cause: 16,
      source: '',
      ...user ? columns : more
    } as unknown as CallFact
    const known = channels.get(uniqueId) ?? null
    const call = known && (calls.get(known.callId) ?? null)
    const linked = calls.get(alias.get(linkedId) ?? linkedId) ?? null
    const living = [...channels.values()].filter(c => c.endedAt === null && (c.callId === call?.id || c.callId === linked?.id))
    const step = progress({ channel: known, call, linked, living }, fact)
    if (step.merged) {
      calls.set(step.merged.id, step.merged)
      alias.set(step.merged.id, step.merged.mergedInto ?? '')
    }
    if (step.call) calls.set(step.call.id, step.call)
    for (const c of step.channels) {
      channels.set(c.uniqueId, c)
      alias.set(c.linkedId, c.callId)
    }
    timeline.push(...step.entries.map(e => `${e.kind} ${e.actor}`))
  }
  return { calls, channels, timeline }
}
