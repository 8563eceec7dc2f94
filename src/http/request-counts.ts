import type { Database } from '../db/database.ts'
import type { Clock } from '../domain/time/clock.ts'

/** The interface of the rate limit: one more request of `key`; `ttl`: ms left of its window. */
export interface CountStore {
  incr: (key: string, tell: (error: Error | null, seen: { current: number, ttl: number }) => void, windowMs: number) => void
  child: () => CountStore
}

interface Seen {
  /** ms since 1970 */
  beganAt: number
  /** by all processes, as far as this one knows */
  count: number
  /** of those, the ones no other process has been told of */
  untold: number
}

/** Most senders remembered; beyond it the longest silent one is forgotten, and starts a new count. */
const maxSenders = 5000
/** Between two exchanges with the other processes, ms. */
const tellMs = 1000

/**
 * Counts requests by sender in windows. Each process counts its own at once, tells the others in the database once a second and learns of
 * theirs; while the database is away each counts alone. `close` ends the telling.
 */
export function createRequestCounts (
  { db, clock, windowMs }: { db: Database, clock: Clock, windowMs: number }
): { Store: new () => CountStore, tell: () => Promise<void>, close: () => void } {
  const senders = new Map<string, Seen>()
  const now = (): number => clock.now().getTime()

  function counted (key: string, at: number): Seen {
    const known = senders.get(key)
    const seen = known && known.beganAt + windowMs > at ? known : { beganAt: at, count: 0, untold: 0 }
    seen.count++
    seen.untold++
    senders.delete(key)
    if (senders.size >= maxSenders) senders.delete(senders.keys().next().value ?? '')
    senders.set(key, seen)
    return seen
  }

  async function tell (): Promise<void> {
    const told = [...senders].filter(([, seen]) => seen.untold > 0).map(([key, seen]) => ({ key, seen, untold: seen.untold }))
      .sort((a, b) => a.key < b.key ? -1 : 1)
    if (told.length === 0) return
    const rows = await db.query<{ key: string, beganAt: Date, count: number }>(`
      insert into request_count as c (key, began_at, count) select * from unnest($1::text[], $2::timestamptz[], $3::int[])
      on conflict (key) do update set
        began_at = case when c.began_at <= $4 then excluded.began_at else c.began_at end,
        count = excluded.count + case when c.began_at <= $4 then 0 else c.count end
      returning key, began_at as "beganAt", count`,
    [told.map(x => x.key), told.map(x => new Date(x.seen.beganAt)), told.map(x => x.untold), new Date(now() - windowMs)])
    const all = new Map(rows.map(row => [row.key, row]))
    for (const { key, seen, untold } of told) {
      const row = all.get(key)
      if (!row) continue
      seen.untold -= untold
      seen.beganAt = row.beganAt.getTime()
      seen.count = row.count + seen.untold
    }
    await db.query('delete from request_count where began_at <= $1', [new Date(now() - 2 * windowMs)])
  }

  let telling = false
  const timer = setInterval(() => {
    if (telling) return
    telling = true
    // Counts that could not be told are told with the next exchange.
    tell().catch(() => {}).finally(() => { telling = false })
  }, tellMs)
  timer.unref()

  /** One for all routes: a person is counted over all of them. */
  class Store implements CountStore {
    incr (key: string, answer: Parameters<CountStore['incr']>[1]): void {
      const at = now()
      const { count, beganAt } = counted(key, at)
      answer(null, { current: count, ttl: Math.max(0, beganAt + windowMs - at) })
    }

    child (): CountStore { return this }
  }
  return { Store, tell, close: () => { clearInterval(timer) } }
}
