/*
 * active     在用: takes calls, agents, legs and conferences
 * draining   排空中: what lives there goes on to its own end, and who waits there is served; nothing new comes
 * removed    已移除: no part of the service any more; its name may be given again
 */
export const nodeStates = ['active', 'draining', 'removed'] as const
export type NodeState = typeof nodeStates[number]

/** A state of a PBX that is part of the service. */
export type PresentState = Exclude<NodeState, 'removed'>

export type NodeStep = 'drain' | 'activate' | 'remove'

const steps: Record<NodeStep, { from: PresentState, to: NodeState }> = {
  drain: { from: 'active', to: 'draining' },
  activate: { from: 'draining', to: 'active' },
  // Only after it was drained: a call could come between the look and the removal.
  remove: { from: 'draining', to: 'removed' }
}

/** What stands of a PBX and of the others, as a step is asked for. */
export interface NodeFacts {
  state: NodeState
  /** other PBXs that are active and have a link */
  othersActive: number
  /** channels that live there, as far as anybody knows; asked only for `remove` */
  living: number
}

/** Refusals; each is a code of the API. */
export type NodeRefusal = 'transition-not-allowed' | 'already-done' | 'pbx-node-last' | 'pbx-node-busy'

/** @returns the new state, or why not */
export function nodeAfter (step: NodeStep, { state, othersActive, living }: NodeFacts): { to: NodeState } | { refused: NodeRefusal } {
  const { from, to } = steps[step]
  if (state === to) return { refused: 'already-done' }
  if (state !== from) return { refused: 'transition-not-allowed' }
  // Somebody must be left who takes calls.
  if (step !== 'activate' && othersActive === 0) return { refused: 'pbx-node-last' }
  if (step === 'remove' && living > 0) return { refused: 'pbx-node-busy' }
  return { to }
}
