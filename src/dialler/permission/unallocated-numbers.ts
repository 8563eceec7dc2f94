import type { Queryable, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import type { LegLife } from '../legs/rules/leg-life.ts'
import { deleteUnallocated, saveUnallocated, unallocatedOf } from './unallocated-store.ts'

/** Marks numbers the carrier does not know, and takes the mark from those that rang. */
export function markNumbers (
  tx: Tx,
  ended: ReadonlyArray<{ numberHash: Buffer, life: Pick<LegLife, 'outcome' | 'channelState' | 'answeredAt'>, at: Date }>
): void {
  const unknown = ended.filter(({ life }) => life.outcome === 'unallocated')
  const rang = ended.filter(({ life }) => life.answeredAt !== null || life.channelState === 'ringing')
  if (unknown.length > 0) saveUnallocated(tx, unknown)
  if (rang.length > 0) deleteUnallocated(tx, rang.map(r => r.numberHash))
}

export interface UnallocatedNumbers {
  /** Since when the carrier has not known these numbers; only those it does not know. */
  unallocatedSince: (numbers: readonly PhoneNumber[]) => Promise<Map<PhoneNumber, Date>>
}

/** The carrier's word on numbers, for capabilities that keep a list of numbers. */
export const createUnallocatedNumbers = ({ db, sealing }: {
  db: Queryable,
  sealing: Pick<Sealing, 'fingerprints'>
}): UnallocatedNumbers => ({
  async unallocatedSince (numbers) {
    if (numbers.length === 0) return new Map()
    const byHash = new Map(numbers.flatMap(number =>
      sealing.fingerprints(number).map(hash => [hash.toString('hex'), number] as const)))
    const rows = await unallocatedOf(db, [...byHash.keys()].map(hash => Buffer.from(hash, 'hex')))
    return new Map(rows.flatMap(({ hash, since }) => {
      const number = byHash.get(hash)
      return number === undefined ? [] : [[number, since] as const]
    }))
  }
})
