import type { Database, Queryable } from '../db/database.ts'
import type { Actor } from '../domain/people/roles.ts'
import { listAudit, type AuditEntry, type AuditFilter } from '../http/kit/audit.ts'
import { numberSearchAction } from './number-search-limit.ts'

/** Orders that a capability's ids belong to: of calls, of callbacks, of blocks made by a call. An id of none has no line. */
export type OrdersOf = (q: Queryable, ids: readonly string[]) => Promise<ReadonlyArray<{ id: string, orderId: string }>>

export interface AuditReadingOptions {
  db: Database
  /** which of these ids are orders hidden from this person */
  hiddenOrders: (q: Queryable, actor: Actor, ids: readonly string[]) => Promise<ReadonlySet<string>>
  ordersOf: readonly OrdersOf[]
}

/** An entry as one person may read it. `withheld`: it is about an order hidden from that person; subject and detail are left out. */
export interface ReadAuditEntry extends Omit<AuditEntry, 'subject'> { id: number, subject: string | null, withheld: boolean }

/** The audit as its readers may see it. */
export interface AuditReading {
  /** One more row than `limit`, newest first, older than `after`. A subject hidden from the reader finds nothing. */
  list: (reader: Actor, filter: AuditFilter, page: { after: number | null, limit: number }) => Promise<ReadAuditEntry[]>
}

/** Every text of an entry that could be an id. */
const namedIn = ({ subject, detail }: Pick<AuditEntry, 'subject' | 'detail'>): string[] =>
  [subject, ...Object.values(detail).flat()].filter(value => typeof value === 'string')

/** The number of orders a search found is for the searcher alone: other readers see other orders. */
const shownDetail = ({ action, actor, detail }: AuditEntry, reader: Actor): Record<string, unknown> =>
  action === numberSearchAction && actor !== reader.id ? { reason: detail.reason } : detail

/** Which of these ids name an order hidden from this person, or a call or callback of one, or a block made by such a call. */
async function hiddenAmong ({ db, hiddenOrders, ordersOf }: AuditReadingOptions, reader: Actor, ids: readonly string[]) {
  const belongs = (await Promise.all(ordersOf.map(async of => await of(db, ids)))).flat()
  const hidden = await hiddenOrders(db, reader, [...new Set([...ids, ...belongs.map(b => b.orderId)])])
  return new Set([...hidden, ...belongs.filter(b => hidden.has(b.orderId)).map(b => b.id)])
}

export function createAuditReading (options: AuditReadingOptions): AuditReading {
  return {
    async list (reader, filter, page) {
      if (filter.subject !== null && (await hiddenAmong(options, reader, [filter.subject])).size > 0) return []
      const rows = await listAudit(options.db, filter, page)
      const hidden = await hiddenAmong(options, reader, [...new Set(rows.flatMap(namedIn))])
      return rows.map(row => namedIn(row).some(name => hidden.has(name))
        ? { ...row, subject: null, detail: {}, withheld: true }
        : { ...row, detail: shownDetail(row, reader), withheld: false })
    }
  }
}
