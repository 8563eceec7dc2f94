import Type from 'typebox'
import type { Database } from '../../../db/database.ts'
import { bind } from '../../../domain/bind.ts'
import type { Clock } from '../../../domain/time/clock.ts'
import { envelopeKind, type EnvelopeKind } from '../../../http/kit/envelope-kind.ts'
import { messagesHad, messagesOf, reportedDays, saveReportedDay } from './days-store.ts'
import { compareDay } from './rules/compare-day.ts'

export interface DaysOptions {
  db: Database
  clock: Clock
  /** the district's: its days begin there */
  timeZone: string
}

/** A day in both books. `theirs`, `ours`: messages; `missing` never came, `extra` they do not know of. */
export interface ComparedDay { day: string, reportedAt: Date, theirs: number, ours: number, missing: string[], extra: string[] }

/** Messages about the exchange itself: no book counts them. */
const ofTheExchange = ['interface.trial', 'interface.day'] as const

/** Days that are compared at once. */
const shownDays = 14

/** Comparing a day (对账): a sender tells what it sent, and each look compares it with what came until now. */
export type Days = ReturnType<typeof createDays>

export const createDays = (options: DaysOptions) => bind(options, { list, kinds })

/** The newest days a sender has reported, the newest first. */
async function list ({ db, timeZone }: DaysOptions, interfaceId: string): Promise<ComparedDay[]> {
  const days = await reportedDays(db, interfaceId, shownDays)
  const [first, last] = [days.at(-1), days[0]]
  if (!first || !last) return []
  const [had, ours] = await Promise.all([
    messagesHad(db, interfaceId, [...new Set(days.flatMap(({ ids }) => ids))]),
    messagesOf(db, interfaceId, { first: first.day, last: last.day, timeZone, but: ofTheExchange })
  ])
  const byDay = Map.groupBy(ours, ({ day }) => day)
  return days.map(({ day, ids, reportedAt }) => {
    const own = (byDay.get(day) ?? []).map(({ id }) => id)
    return { day, reportedAt, theirs: new Set(ids).size, ours: own.length, ...compareDay({ theirs: ids, had, ours: own }) }
  })
}

const Day = Type.Object({
  day: Type.String({ format: 'date', description: 'of the district: the messages whose `timestamp` lies in it' }),
  ids: Type.Array(Type.String({ pattern: '^[\\x21-\\x7e]{1,120}$' }), { maxItems: 5000 })
})

/** A trial of secret and clock, and the books of a day. */
const kinds = ({ clock }: DaysOptions): EnvelopeKind[] => [
  envelopeKind(ofTheExchange[0], '1', Type.Object({}), async () => ({ answer: {}, orderId: null })),
  envelopeKind(ofTheExchange[1], '1', Day, async (tx, { day, ids }, { interfaceId }) => {
    saveReportedDay(tx, interfaceId, { day, ids, reportedAt: clock.now() })
    return { answer: { day, ids: ids.length }, orderId: null }
  })
]
