/**
 * linked        we have a link to the PBX
 * unreachable   no link: it gets nothing new from us, and nothing on it ends
 * lost          it is taken for dead: its calls are over, and who waited on it is rung back
 */
export type Reach = 'linked' | 'unreachable' | 'lost'

/** For how long nothing has been heard from each side of one PBX, ms. */
export interface Silence {
  /** its manager interface; 0 while there is a link */
  link: number
  /** the process beside it; null: none stands there */
  process: number | null
  /** its SIP port */
  options: number
}

/** Nothing heard for so long from any side: lost. ms */
export const lostAfterMs = 10_000

/**
 * What is to be thought of a PBX. Silence on every side may be our own deafness: without a link to any other PBX none is taken for lost.
 * So a single PBX is declared lost by a person alone; nobody could be rung from elsewhere anyway.
 */
export function reachOf ({ link, process, options }: Silence, othersLinked: boolean): Reach {
  if (link === 0) return 'linked'
  const least = Math.min(link, options, process ?? Infinity)
  return least >= lostAfterMs && othersLinked ? 'lost' : 'unreachable'
}
