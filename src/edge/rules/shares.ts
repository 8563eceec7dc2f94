/** When an edge was last heard of, ms. */
export interface Beat { edge: string, at: number, draining: boolean }

/** An edge that has been silent so long has no share any more, ms. */
export const silentAfterMs = 10_000

/** How many edges share the trunks: the living ones that do not drain, this one always among them. */
export function edgesAtWork (beats: readonly Beat[], me: string, now: number): number {
  return 1 + beats.filter(beat => beat.edge !== me && !beat.draining && now - beat.at < silentAfterMs).length
}

/** One edge's part of a trunk's calls a second. A carrier spreads its calls evenly, not exactly: parts are never below one. */
export const shareOf = (perSecond: number, edges: number): number => Math.max(1, perSecond / edges)
