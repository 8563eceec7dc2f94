import type { Database } from '../../db/database.ts'
import { keysOf } from '../../domain/properties.ts'

/** A rate that says what it counts: `value` is numerator / denominator, null when nothing was counted. */
export interface Rate { numerator: number, denominator: number, value: number | null, leftOut: number }

export interface CallFigures {
  from: Date
  to: Date
  offered: number
  /** answered within 15 s of entering the queue, of all answered (the trade's 15-second rate) */
  answeredIn15s: Rate
  /** 接通率: answered of all offered, those the exchange lost included; left out: short abandons, citizens still waiting */
  connection: Rate
  /** gave up after the cut, of all offered; left out as above */
  abandoned: Rate
  /** of all offered: reached nobody since the exchange failed; they did not give up, and count as not connected */
  lost: number
  /** mean length of the answered calls that have ended, s; null without any */
  talkSeconds: number | null
  /** seconds of waiting below which giving up is not counted */
  shortAbandonSeconds: number
}

export interface FigureSpan {
  from: Date
  to: Date
  shortAbandonSeconds?: number
  /** only calls that this extension answered */
  answeredBy?: string
}

/** A citizen's calls to the hotline; without refused calls and members who rejoin their conference. */
export const offered =
  'c.direction = \'inbound\' and coalesce(c.purpose, \'\') not in (\'blocked\', \'conference\') and c.merged_into is null'
const begun = 'coalesce(c.queued_at, c.offered_at)'
const gaveUpAfter = (short: string): string => `c.answered_at is null and c.abandoned_at >= ${begun} + make_interval(secs => ${short})`
const gaveUpSoon = (short: string): string => `c.answered_at is null and c.abandoned_at < ${begun} + make_interval(secs => ${short})`
const waits = 'c.answered_at is null and not c.lost and c.abandoned_at is null and c.ended_at is null'

/** What each figure counts among the calls offered in a span. The same condition counts it and finds the list it counts. */
export const figureSql = {
  answered: () => 'c.answered_at is not null',
  answeredIn15s: () => `c.answered_at <= ${begun} + interval '15 seconds'`,
  /** of all offered, without short abandons and citizens still waiting */
  counted: (short: string) => `(${gaveUpSoon(short)}) is not true and (${waits}) is not true`,
  abandoned: gaveUpAfter
} as const
export type CallFigureName = keyof typeof figureSql
export const callFigureNames = keysOf(figureSql)
/** seconds of waiting below which giving up is not counted, by default */
export const shortAbandon = 5

const rate = (numerator: number, denominator: number, leftOut: number): Rate =>
  ({ numerator, denominator, value: denominator === 0 ? null : numerator / denominator, leftOut })

/** What became of the calls offered in this span. */
export async function figures (
  { db }: { db: Database },
  { from, to, shortAbandonSeconds = shortAbandon, answeredBy }: FigureSpan
): Promise<CallFigures> {
  const counts = callFigureNames.map(name => `count(*) filter (where ${figureSql[name]('$3')})::int "${name}"`)
  const [row] = await db.query<Record<CallFigureName, number> & { all: number, lost: number, talkSeconds: number | null }>(`
    select count(*)::int "all", count(*) filter (where c.answered_at is null and c.lost and c.abandoned_at is null)::int lost,
      extract(epoch from avg(c.ended_at - c.answered_at))::float8 "talkSeconds", ${counts.join(', ')}
    from call c where ${offered} and c.offered_at >= $1 and c.offered_at < $2 and ($4::text is null or c.answered_by = $4)`,
  [from, to, shortAbandonSeconds, answeredBy ?? null])
  const { all = 0, answered = 0, answeredIn15s = 0, counted = 0, abandoned = 0, lost = 0, talkSeconds = null } = row ?? {}
  const leftOut = all - counted
  return {
    from,
    to,
    offered: all,
    answeredIn15s: rate(answeredIn15s, answered, 0),
    connection: rate(answered, counted, leftOut),
    abandoned: rate(abandoned, counted, leftOut),
    lost,
    talkSeconds,
    shortAbandonSeconds
  }
}
