import type { LegState } from '../../../domain/telephone/legs.ts'

/** A leg compared with the living channels, after the journal was handled up to its end. */
export interface LegInDoubt {
  state: LegState
  hasChannel: boolean
  hangupWanted: boolean
  /** the time of day allows it to be placed */
  allowedNow: boolean
  /** how often the PBX was told of it */
  placings: number
  /** the PBX itself refused it */
  refused: boolean
  /** the PBX told us directly that its channel ends; the rows of it were lost */
  over: boolean
  /** it was placed before the PBX last started */
  beforeStart: boolean
}

export type Reconciling = 'leave' | 'place-again' | 'hang-up' | 'withdrawn' | 'not-placed' | 'over' | 'lost' | 'unreported'

/** How often the PBX is told of one leg at most. */
export const maxPlacings = 3

/** What to do with the leg. A leg whose channel lives is never failed, whatever else was reported. */
export function reconcile (leg: LegInDoubt): Reconciling {
  if (leg.state === 'ended') return 'leave'
  if (leg.hasChannel) return leg.hangupWanted ? 'hang-up' : 'leave'
  // It had a channel, and neither the channel nor its end is there: the PBX died, or its disk was full.
  if (leg.state !== 'placing') return leg.beforeStart ? 'lost' : 'unreported'
  if (leg.over) return 'over'
  if (leg.hangupWanted) return 'withdrawn'
  if (leg.refused || !leg.allowedNow || leg.placings >= maxPlacings) return 'not-placed'
  return 'place-again'
}

export const isUnanswered = ({ state }: { state: LegState }): boolean => state === 'placing' || state === 'ringing'

/** Contexts in which a machine still speaks with the person; from any other, and from a bridge, the leg has been handed on. */
const inItsScript = /^(hotline-leg|script-[a-z]+|sub-ask)$/

/**
 * What becomes of a leg that should be over by the rows that were read: withdrawn, or out of its ringing or talking time. The PBX bounds
 * both times itself. `answered`: somebody is on the line. `bounded`: it is handed on, into a conference, a queue or a talk, which may last;
 * its time begins anew, so that it is looked at again.
 * @param channel as the PBX has it; undefined: it has none
 */
export function overrun (
  leg: { state: LegState, hangupWanted: boolean, hangupAnswered: boolean },
  channel: { state: string, context: string, bridgeId: string } | undefined
): 'hang-up' | 'leave' | 'answered' | 'bounded' {
  if (leg.hangupAnswered || channel?.state !== 'Up') return 'hang-up'
  if (isUnanswered(leg)) return leg.hangupWanted ? 'answered' : 'leave'
  return channel.bridgeId !== '' || !inItsScript.test(channel.context) ? 'bounded' : 'hang-up'
}
