import type { LegOutcome } from '../../../domain/telephone/legs.ts'

/** A return that the dialler is done with. `tried`: the telephone rang, or could have; `takenBack`: we need it no more. */
export interface FinishedReturn { outcome: LegOutcome, tried: boolean, takenBack: boolean }

/**
 * What follows. `again`: the citizen pressed 1, and nobody has spoken with them. `person`: each call failed on our side, and the citizen
 * was promised one. `over`: rung in vain, or needless.
 */
export function afterReturn ({ outcome, tried, takenBack }: FinishedReturn): 'again' | 'person' | 'over' {
  if (takenBack) return 'over'
  if (outcome === 'confirmed') return 'again'
  return tried ? 'over' : 'person'
}
