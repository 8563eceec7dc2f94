import type { Database, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { isPbxAway } from '../../domain/errors.ts'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import type { Sweep } from '../../queue/alarms.ts'
import { markRingBackTold, markTold, tellAgain, unfinished, untold, untoldRingBacks } from './blocking-store.ts'
import { holdsUntil } from './rules/block.ts'

/** What the PBX is told with. */
export interface TellingOptions {
  db: Database
  sealing: Sealing
  clock: Clock
  /** until when the PBX turns a number away, by its own clock; null: no longer */
  putBlock: (number: PhoneNumber, until: Date | null) => Promise<void>
  /** until when a number may ring back because we rang it */
  putRingBack: (number: PhoneNumber, until: Date) => Promise<void>
  /** whether there are PBXs to be told beside one that is away */
  othersAreUp: () => boolean
  onError: (error: unknown) => void
}

/**
 * Tells the PBX the newest state of every number it does not have: first who may ring back, so that nobody we rang is turned away in
 * between. Late, twice or with the PBX away: the sweep repairs it.
 */
async function tell ({ db, sealing, clock, putBlock, putRingBack, othersAreUp }: TellingOptions): Promise<void> {
  const now = clock.now()
  /** false when nobody can be told of anything just now */
  const told = async (put: Promise<void>, mark: () => Promise<void>): Promise<boolean> => {
    try {
      await put
    } catch (error) {
      if (!isPbxAway(error)) throw error
      // A PBX that is away is told after its next login; the others are not kept waiting for it.
      return othersAreUp()
    }
    await mark()
    return true
  }
  for (const row of await untoldRingBacks(db, now)) {
    if (!await told(putRingBack(sealing.openNumber(row.numberSealed), row.until), async () => { await markRingBackTold(db, row) })) return
  }
  for (const row of await untold(db)) {
    const others = await unfinished(db, [row.numberHash], now)
    const latest = [row, ...others].filter(b => b.freedAt === null).map(b => holdsUntil(b)).filter(until => until > now).sort(
      (a, b) => b.getTime() - a.getTime()
    )[0]
    const mark = async (): Promise<void> => { await db.tx(async tx => { await markTold(tx, [row]) }) }
    if (!await told(putBlock(sealing.openNumber(row.numberSealed), latest ?? null), mark)) return
  }
}

/** Tells the PBX after the commit. */
export function tellSoon (context: TellingOptions, tx: Tx): void {
  tx.afterCommit(() => { tell(context).catch(context.onError) })
}

/** Repeats what the PBX did not take, and ends what has run out. */
export const blockedNumbersSweep = (context: TellingOptions): Sweep =>
  ({ name: 'blocked numbers', pace: 'ordinary', run: async () => { await tell(context) } })

/** After a login: a PBX that lost its own database is told of every block, and of who may ring back, again. */
export async function exchangeIsUp (context: TellingOptions): Promise<void> {
  const { db, clock, onError } = context
  try {
    await tellAgain(db, clock.now())
    await tell(context)
  } catch (error) {
    onError(error)
  }
}
