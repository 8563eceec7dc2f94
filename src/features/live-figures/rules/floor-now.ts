/** What one PBX says of a telephone. */
export interface SeatNow { telephone: string, ringingFor: string | null }

const nobody: SeatNow = { telephone: 'UNKNOWN', ringingFor: null }
/** A telephone is registered with these words or better; a PBX that does not have it knows nothing of it. */
const absent: ReadonlySet<string> = new Set(['UNKNOWN', 'INVALID', 'UNAVAILABLE'])

/** A telephone that several PBXs know: where it rings for a citizen, else where it does something, else where it is registered. */
export function seatNow (seats: ReadonlyArray<SeatNow | undefined>): SeatNow {
  const known = seats.filter(seat => seat !== undefined)
  const there = known.filter(seat => !absent.has(seat.telephone))
  const rung = known.find(seat => seat.ringingFor !== null)
  return rung ?? there.find(seat => seat.telephone !== 'NOT_INUSE') ?? there[0] ?? known[0] ?? nobody
}

/** Callers waiting in any queue, longest first. */
export const callersNow = <C extends { since: Date }>(queues: ReadonlyArray<readonly C[]>): C[] =>
  queues.flat().sort((a, b) => a.since.getTime() - b.since.getTime())
