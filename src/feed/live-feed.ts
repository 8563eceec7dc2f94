import type { Logger } from 'pino'
import type { Database, Tx } from '../db/database.ts'
import { bind } from '../domain/bind.ts'
import type { Sweep } from '../queue/alarms.ts'
import { createPump } from '../queue/pump.ts'
import type { Feed, FeedEvent, PublishedEvent } from './feed.ts'
import { createBroadcast } from './broadcast.ts'

/*
 * published   written in somebody's transaction, without an id
 * announced   given an id after commit, in commit order, by one announcer at a time in all processes
 */

export interface FeedOptions {
  db: Database
  log: Logger
  /** poll without a wake, ms: finds events that a crash left unannounced or a lost notification hid */
  pollMs?: number
  /** events are kept this long, ms, and at most this many */
  keepMs?: number
  keepEvents?: number
}

export interface LiveFeed extends Feed {
  /** the last id given; 0 when there is none */
  newestId: () => Promise<number>
  /** removes events older than the feed keeps */
  sweep: Sweep
  /** Resolves when everything committed before has been told to this process's subscribers. */
  settled: () => Promise<void>
  close: () => Promise<void>
}

interface FeedRow extends FeedEvent { id: number }

/** Events read or announced at once. */
const chunk = 500

interface FeedState extends Required<FeedOptions> {
  subscribers: Set<(event: PublishedEvent) => void>
  /** the last id told here; null until the first look */
  told: number | null
  unannounced: boolean
  announcedAt: number
  sweptAt: number
  announceSoon: () => void
}

export function createFeed ({ db, log, pollMs = 1000, keepMs = 86_400_000, keepEvents = 500_000 }: FeedOptions): LiveFeed {
  const state: FeedState = {
    db,
    log,
    pollMs,
    keepMs,
    keepEvents,
    subscribers: new Set(),
    told: null,
    unannounced: true,
    announcedAt: 0,
    sweptAt: 0,
    announceSoon: () => {
      state.unannounced = true
      pump.wake()
    }
  }
  const pump = createPump({ name: 'feed', work: async () => await work(state), pollMs, log })
  const listening = db.listen('feed', pump.wake)
  const others = createBroadcast({ db, log, hear: event => { tell(state, { ...event, id: null }) } })
  const { subscribers } = state
  return {
    ...bind(state, { publish, since, newestId }),
    broadcast (event) {
      tell(state, { ...event, id: null })
      others.send(event)
    },
    subscribe (hear) {
      subscribers.add(hear)
      return () => { subscribers.delete(hear) }
    },
    sweep: { name: 'feed retention', pace: 'ordinary', run: async now => { await sweep(state, now) } },
    async settled () {
      state.announceSoon()
      await pump.settled()
    },
    async close () {
      await (await listening)()
      await others.close()
      await pump.stop()
      subscribers.clear()
    }
  }
}

async function newestId ({ db }: FeedState): Promise<number> {
  const [newest] = await db.query<{ id: number | null }>('select max(id) as id from feed_event')
  return newest?.id ?? 0
}

function tell (state: FeedState, event: PublishedEvent): void {
  for (const hear of state.subscribers) {
    try {
      hear(event)
    } catch (error) {
      state.log.error({ err: error, topic: event.topic }, 'a subscriber of the feed failed')
    }
  }
}

/** Gives ids to committed events. Waits for the lock, never tries it: its holder may not see our commit yet. */
async function announce (state: FeedState): Promise<FeedRow[]> {
  state.unannounced = false
  state.announcedAt = Date.now()
  const rows = await state.db.tx(async tx => {
    tx.write('set local lock_timeout = \'2s\'')
    tx.write('select pg_advisory_xact_lock(962000, 2)')
    return await tx.query<FeedRow>(
      `update feed_event f set id = n.id
       from (select seq, nextval('feed_event_id') as id
         from (select seq from feed_event where id is null order by seq limit ${chunk}) s) n
       where f.seq = n.seq
       returning f.id, f.topic, f.subject, f.at, f.data, f.audience`)
  }).catch((error: unknown) => {
    state.unannounced = true
    throw error
  })
  if (rows.length > 0) state.db.wake('feed')
  return rows.sort((a, b) => a.id - b.id)
}

async function since (state: FeedState, id: number, limit: number): Promise<FeedRow[]> {
  return await state.db.query<FeedRow>(
    'select id, topic, subject, at, data, audience from feed_event where id > $1 order by id limit $2', [id, limit])
}

async function work (state: FeedState): Promise<boolean> {
  if (state.told === null) {
    state.told = await newestId(state)
  }
  const mine = state.unannounced || Date.now() - state.announcedAt >= state.pollMs ? await announce(state) : []
  // Our events follow directly on the last one told here: no need to read them back.
  const rows = mine[0]?.id === state.told + 1 && mine.at(-1)?.id === state.told + mine.length ? mine : await since(state, state.told, chunk)
  for (const row of rows) {
    state.told = row.id
    tell(state, row)
  }
  return rows.length === chunk || mine.length === chunk
}

async function publish (state: FeedState, tx: Tx, ...events: FeedEvent[]): Promise<void> {
  if (events.length === 0) return
  tx.write(
    `insert into feed_event (topic, subject, at, data, audience) select *
      from unnest($1::text[], $2::text[], $3::timestamptz[], $4::jsonb[], $5::jsonb[])`,
    [
      events.map(e => e.topic), events.map(e => e.subject), events.map(e => e.at), events.map(e => JSON.stringify(e.data)),
      events.map(e => JSON.stringify(e.audience))
    ])
  tx.afterCommit(state.announceSoon)
}

async function sweep (state: FeedState, now: Date): Promise<void> {
  if (Math.abs(now.getTime() - state.sweptAt) < 60_000) return
  state.sweptAt = now.getTime()
  await state.db.query(
    `delete from feed_event where seq in (select seq from feed_event where id is not null order by id limit 20000)
     and (at < $1 or id <= (select max(id) from feed_event) - $2::bigint)`, [new Date(now.getTime() - state.keepMs), state.keepEvents])
}
