import type { Queryable, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import type { LegLife } from '../legs/rules/leg-life.ts'

/** Marks numbers the carrier does not know, and takes the mark from those that rang. */
export function markNumbers (
  tx: Tx,
  ended: ReadonlyArray<{ numberHash: Buffer, life: Pick<LegLife, 'outcome' | 'channelState' | 'answeredAt'>, at: Date }>
): void {
  const unknown = ended.filter(({ life }) => life.outcome === 'unallocated')
  const rang = ended.filter(({ life }) => life.answeredAt !== null || life.channelState === 'ringing')
  if (unknown.length > 0) {
    tx.write(`insert into unallocated_number (number_hash, since, last_at)
      select hash, min(at), max(at) from unnest($1::bytea[], $2::timestamptz[]) n(hash, at) group by hash
      on conflict (number_hash) do update set last_at = excluded.last_at`, [unknown.map(u => u.numberHash), unknown.map(u => u.at)])
  }
  if (rang.length > 0) tx.write('delete from unallocated_number where number_hash = any($1::bytea[])', [rang.map(r => r.numberHash)])
}

export interface UnallocatedNumbers {
  /** Since when the carrier has not known these numbers; only those it does not know. */
  unallocatedSince: (numbers: readonly PhoneNumber[]) => Promise<Map<PhoneNumber, Date>>
}

/** The carrier's word on numbers, for capabilities that keep a list of numbers. */
export const createUnallocatedNumbers = ({ db, sealing }: {
  db: Queryable,
  sealing: Pick<Sealing, 'fingerprint'>
}): UnallocatedNumbers => ({
  async unallocatedSince (numbers) {
    if (numbers.length === 0) return new Map()
    const byHash = new Map(numbers.map(number => [sealing.fingerprint(number).toString('hex'), number]))
    const rows = await db.query<{ hash: string, since: Date }>(`select encode(number_hash, 'hex') as hash, since from unallocated_number
      where number_hash = any($1::bytea[])`, [[...byHash.keys()].map(hash => Buffer.from(hash, 'hex'))])
    return new Map(rows.flatMap(({ hash, since }) => {
      const number = byHash.get(hash)
      return number === undefined ? [] : [[number, since] as const]
    }))
  }
})
