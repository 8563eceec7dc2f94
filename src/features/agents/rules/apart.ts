/** A PBX without a link to the service. */
export interface Apart {
  /** without a link for so long, ms */
  silent: number
  /** since it was told last that the service is there, ms */
  untold: number
  /** the process beside it says that it runs: it takes calls, and goes on by itself */
  runs: boolean
}

/** A PBX keeps its agents for so long at least, ms. */
const silentMs = 5000
/**
 * A PBX that runs offers to the agents whose home it is once it has been told nothing for ten seconds (by its own clock, in whole seconds).
 * Before that, no other may offer to them; ms.
 */
const reservedMs = 7000
/** By then one that runs has let go of all others: it looks each second while somebody waits. ms */
const letGoMs = 12_000

/** The PBX apart that has this agent: no other is given them. null: none has. */
export function heldBy ({ seat, home }: { seat: string | null, home: string | null }, apart: ReadonlyMap<string, Apart>): string | null {
  const [atHome, atSeat] = [home, seat].map(node => node === null ? undefined : apart.get(node))
  if (atHome?.runs && atHome.untold >= reservedMs) return home
  if (atSeat === undefined) return null
  return atSeat.silent < silentMs || (atSeat.runs && atSeat.untold < letGoMs) ? seat : null
}

/** Whether a PBX apart keeps the agents whose home it is. */
export const keepsHomes = ({ silent, runs }: Apart): boolean => runs || silent < silentMs
