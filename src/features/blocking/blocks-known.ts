import type { Database, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { numberKey, type PhoneNumber } from '../../domain/telephone/phone-number.ts'
import type { Desired } from '../../pbx/desired/desired.ts'
import { lockUnfinished, saveRingBacks, unfinished } from './blocking-store.ts'
import { holdsUntil, ringBackEnd } from './rules/block.ts'

export interface KnownOptions {
  sealing: Sealing
  clock: Clock
  /** ms the service's clock is ahead of the PBX's; tests alone advance it */
  clockOffset: () => number
  desired: Pick<Desired, 'change'>
}

/** The PBX knows the ends by its own clock: seconds since 1970. */
const epoch = ({ clockOffset }: KnownOptions, until: Date): string => String(Math.floor((until.getTime() - clockOffset()) / 1000))

/** From this transaction on each PBX turns the number away as its blocks say. Blocks of it are locked or new. */
export async function blockKnown (context: KnownOptions, tx: Tx, number: PhoneNumber): Promise<void> {
  const now = context.clock.now()
  const key = { section: 'blocked', key: numberKey(number) } as const
  const [latest] = (await unfinished(tx, context.sealing.fingerprints(number), now)).map(b => holdsUntil(b)).filter(until => until > now)
    .sort((a, b) => b.getTime() - a.getTime())
  context.desired.change(tx, latest === undefined
    ? { withdraw: [key] }
    : { put: [{ ...key, value: epoch(context, latest), endsAt: latest }] })
}

/** Blocks told at once. */
const page = 500

/** Every block that stands, once more: after a restore the desired state may lack some. */
export async function blocksKnown (context: KnownOptions & { db: Database }): Promise<void> {
  const now = context.clock.now()
  for (let after: string | null = null; ;) {
    const rows = await context.db.tx(async tx => {
      const rows = await lockUnfinished(tx, now, after, page)
      const put = rows.map(row => ({ key: numberKey(context.sealing.openNumber(row.numberSealed)), endsAt: holdsUntil(row) }))
        .filter(({ endsAt }) => endsAt > now)
      context.desired.change(tx, {
        put: put.map(({ key, endsAt }) => ({ section: 'blocked', key, value: epoch(context, endsAt), endsAt }))
      })
      return rows
    })
    if (rows.length < page) return
    after = rows.at(-1)?.id ?? null
  }
}

/** We rang these numbers: they may ring back, though they are turned away. */
export function mayRingBack (context: KnownOptions, tx: Tx, numbers: readonly PhoneNumber[]): void {
  if (numbers.length === 0) return
  const endsAt = ringBackEnd(context.clock.now())
  saveRingBacks(tx, numbers.flatMap(number => context.sealing.fingerprints(number)), endsAt)
  context.desired.change(tx, {
    put: numbers.map(number => ({ section: 'ring-back', key: numberKey(number), value: epoch(context, endsAt), endsAt }))
  })
}
