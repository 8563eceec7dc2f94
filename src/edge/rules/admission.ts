/** Why a request gets no further than the edge. */
export const refusals = [
  'method', 'malformed', 'loop', 'stranger', 'flood', 'too-fast', 'blocked', 'too-many', 'no-capacity', 'no-node'
] as const
export type Refusal = typeof refusals[number]

/** What a call is for: `duty` is the emergency duty line, `conference` a member who rings back into a command conference. */
export type Line = 'hotline' | 'duty' | 'conference'

/** What the edge knows of one INVITE when it decides. */
export interface CallFacts {
  /** the carrier it came from; null: nobody we know */
  trunk: string | null
  /** a token was left: of the source for a stranger, of the trunk's calls a second else */
  inPace: boolean
  /** the request has a dialled number that can be one, and has not passed here before */
  wellFormed: boolean
  looped: boolean
  line: Line
  /** turned away by the shift leader now, and not rung by us lately */
  blocked: boolean
  /** calls of this number on all nodes; null: withheld */
  ofNumber: number | null
  /** calls one number may have; null: no limit for this number (centres, units) */
  numberLimit: number | null
  /** calls on all nodes */
  calls: number
  /** nodes that can take a call */
  nodes: number
}

/** Calls at once on all nodes, and how many of them only the duty line and the conference may use. */
export interface Budget { calls: number, reserve: number }

/** What of a budget is set by hand; null: not set. */
export interface BudgetSettings { calls: number | null, reserve: number | null }

/** Most calls that are kept back where nothing is set. */
const mostReserved = 10

/**
 * The budget of now. Where none is set, all lines of the carriers are used, and a fifth of them is kept back, ten at most.
 * @param lines calls at once on all carriers together
 */
export function budgetOf ({ calls: set, reserve }: BudgetSettings, lines: number): Budget {
  const calls = Math.max(1, set ?? lines)
  return { calls, reserve: Math.min(calls - 1, reserve ?? Math.min(mostReserved, Math.floor(calls / 5))) }
}

/** The methods a carrier sends outside a dialogue; those within one never reach the edge's process. */
export const methods: readonly string[] = ['INVITE', 'OPTIONS']

/**
 * Whether a call goes on to a node, in this order: who it is, how fast, which line, which number, how full, whereto. The duty line goes
 * first for every caller: nobody is turned away there, as in the dialplan. A forged caller id is bound by the limit of its number.
 * @returns null when it goes on
 */
export function admit (facts: CallFacts, budget: Budget): Refusal | null {
  if (facts.trunk === null) return facts.inPace ? 'stranger' : 'flood'
  if (facts.looped) return 'loop'
  if (!facts.wellFormed) return 'malformed'
  if (!facts.inPace) return 'too-fast'
  if (facts.blocked && facts.line === 'hotline') return 'blocked'
  if (facts.ofNumber !== null && facts.numberLimit !== null && facts.ofNumber >= facts.numberLimit) return 'too-many'
  if (facts.nodes === 0) return 'no-node'
  const room = facts.line === 'hotline' ? budget.calls - budget.reserve : budget.calls
  return facts.calls >= room ? 'no-capacity' : null
}
