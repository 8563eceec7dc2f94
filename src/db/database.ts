import { AsyncLocalStorage } from 'node:async_hooks'
import pg from 'pg'
import { DomainError } from '../domain/errors.ts'
import { isConflict, isConnectionLoss, isExhausted, sqlState } from './database-errors.ts'
import { listenTo } from './listener.ts'
import { goodbye, streamOf, watchSilence, type SilenceWatch } from './silence.ts'

/** What SQL is run on: the pool itself, or one transaction. */
export interface Queryable {
  /** Rows of one statement. Values travel beside the text, never inside it. */
  query: <R extends object = Record<string, unknown>>(text: string, values?: readonly unknown[]) => Promise<R[]>
}

/** One transaction. Announcements of its result go to `afterCommit`. */
export interface Tx extends Queryable {
  /** Sends a statement whose rows nobody needs, without waiting: it travels with the next statement. Its error surfaces at commit. */
  write: (text: string, values?: readonly unknown[]) => void
  /** Runs after the commit; an announcement that throws goes to `onError` and undoes nothing. */
  afterCommit: (announce: () => void) => void
}

export interface Database extends Queryable {
  /** Runs `work` in one transaction; deadlocks and serialisation failures are tried again, three times in all. */
  tx: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>
  /** Calls `hear` for every NOTIFY on the channel, and once after each reconnect, since some may have been missed. */
  listen: (channel: string, hear: (payload: string) => void) => Promise<() => Promise<void>>
  /** Tells listeners in every process, soon and coalesced; outside any transaction, so commits never queue for it. */
  wake: (channel: string) => void
  close: () => Promise<void>
}

// Postgres speaks timestamps; the product speaks Date. bigint ids stay below 2^53 here.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number)
pg.types.setTypeParser(pg.types.builtins.DATE, text => text)

function translated (error: unknown): unknown {
  if (isConnectionLoss(error)) return new DomainError('database-unavailable', 'the database does not answer; try again shortly')
  if (!isExhausted(error)) return error
  const why = error instanceof Error ? error.message : ''
  return new DomainError('database-unavailable', `the database can take no work just now: ${why}`, { sqlState: sqlState(error) })
}

const transactions = new AsyncLocalStorage<{ open: boolean }>()

/**
 * Code that waits for another system (the PBX, speech, a gateway, a disk) calls this first: the rows it holds would be locked meanwhile.
 * @throws Error inside an open transaction: a programming error, never the caller's
 */
export function refuseInsideTransaction (what: string): void {
  if (transactions.getStore()?.open === true) throw new Error(`${what} was asked for inside a transaction`)
}

/** Statements prepared at most; texts composed each time must not pile up on the server. */
const maxPrepared = 300

/**
 * Statements sent before this process next waits leave in one packet. Called before each statement, it holds back the
 * connection's stream until the running chain of promises has come to rest.
 */
function corked (client: pg.PoolClient): () => void {
  const stream = streamOf(client)
  let held = false
  return () => {
    if (held) return
    held = true
    stream.cork()
    process.nextTick(() => {
      held = false
      stream.uncork()
    })
  }
}

/** A hung server ends no statement: silent this long after a statement's time-out, its connection is given up. ms */
const lateMs = 2000

/** A forgotten transaction must not hold a lock for ever, ms. */
const idleInTransactionMs = 15_000

export interface DatabaseOptions {
  url: string
  /** connections at most */
  size?: number
  /** a statement that takes longer is wrong or waits for somebody's lock; ms, default 10,000 */
  statementMs?: number
  onError?: (error: Error) => void
}

interface State {
  /** of transactions */
  pool: pg.Pool
  /** of single statements */
  singles: pg.Pool
  silence: SilenceWatch
  /** A repeated write is prepared once per connection: parsing it is then paid once. */
  names: Map<string, { name: string, seen: number }>
  /** channels to wake */
  pending: Set<string>
  closed: boolean
  onError: (error: Error) => void
}

export function createDatabase ({ url, size = 16, statementMs = 10_000, onError = () => {} }: DatabaseOptions): Database {
  const open = new Set<pg.ClientBase>()
  const state: State = {
    ...poolsOf(url, size, statementMs),
    silence: watchSilence(statementMs + lateMs),
    names: new Map(),
    pending: new Set(),
    closed: false,
    onError
  }
  const { pool, singles, silence } = state
  for (const p of [pool, singles]) watch(p, open, state)
  const listeners = new Set<() => Promise<void>>()
  return {
    query: (text, values) => statement(state, text, values),
    tx: work => transact(state, work),
    wake: channel => { wake(state, channel) },
    async listen (channel, hear) {
      const { tried, stop } = listenTo({ url, queryMs: statementMs + lateMs, channel, hear })
      const leave = async (): Promise<void> => {
        listeners.delete(leave)
        await stop()
      }
      listeners.add(leave)
      await tried
      return leave
    },
    async close () {
      state.closed = true
      await Promise.all([...listeners].map(async stop => await stop()))
      await goodbye(Promise.all([pool.end(), singles.end()]), open)
      silence.close()
    }
  }
}

function poolsOf (url: string, size: number, statementMs: number): Pick<State, 'pool' | 'singles'> {
  const shape: pg.PoolConfig = {
    connectionString: url,
    // Statements that do not wait for one another share a round trip; round trips are the cost here.
    pipeline: true,
    connectionTimeoutMillis: 5000,
    // By the server's clock, for each statement by itself; `silence` watches whether the server is still there.
    statement_timeout: statementMs,
    // Compiling a statement takes longer than running any of ours.
    options: '-c jit=off',
    idle_in_transaction_session_timeout: idleInTransactionMs
  }
  // Single statements have connections of their own. A transaction may wait for one (the directory being read again), but
  // never for a connection held by transactions that wait likewise.
  const aside = Math.max(1, Math.floor(size / 4))
  return { pool: new pg.Pool({ ...shape, max: Math.max(1, size - aside) }), singles: new pg.Pool({ ...shape, max: aside }) }
}

function watch (pool: pg.Pool, open: Set<pg.ClientBase>, { silence, onError }: State): void {
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', onError)
  pool.on('connect', client => {
    // The pool's own listener is away while a connection passes to its user: one that breaks then is found unusable a moment later.
    client.on('error', () => {})
    open.add(client)
    silence.follow(client)
  })
  pool.on('remove', client => {
    open.delete(client)
    silence.forget(client)
  })
}

async function statement<R extends object> (state: State, text: string, values?: readonly unknown[]): Promise<R[]> {
  try {
    return (await single(state, text, values)).rows as R[]
  } catch (error) {
    throw translated(error)
  }
}

async function transact<T> (state: State, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { result, announcements } = await once(state, work)
      tell(state, announcements)
      return result
    } catch (error) {
      if (attempt < 3 && isConflict(error)) continue
      throw translated(error)
    }
  }
}

function wake (state: State, channel: string): void {
  if (state.pending.size === 0) setTimeout(() => { flushWakes(state).catch(state.onError) }, 1)
  state.pending.add(channel)
}

function prepared (names: State['names'], text: string, values: readonly unknown[] = []): pg.QueryConfig {
  const config = { text, values: values as unknown[] }
  if (!/^\s*(insert|update|delete)\b/i.test(text)) return config
  const known = names.get(text)
  if (known) return ++known.seen < 3 ? config : { ...config, name: known.name }
  if (names.size < maxPrepared) names.set(text, { name: `ld${names.size}`, seen: 1 })
  return config
}

async function once<T> (state: State, work: (tx: Tx) => Promise<T>): Promise<{ result: T, announcements: Array<() => void> }> {
  const client = await state.pool.connect()
  const announcements: Array<() => void> = []
  const mark = { open: true }
  let broken: Error | undefined
  const onBreak = (error: Error): void => { broken = error }
  client.on('error', onBreak)
  // Not awaited: begin travels with the first statement, writes travel with the commit.
  const sent: Array<Promise<unknown>> = []
  let firstFailure: unknown = null
  const together = corked(client)
  const query = async (text: string, values?: readonly unknown[]): Promise<pg.QueryResult> => {
    together()
    return await state.silence.waits(client, client.query(prepared(state.names, text, values)))
  }
  const send = (text: string, values?: readonly unknown[]): void => {
    const answer = query(text, values)
    answer.catch((error: unknown) => { firstFailure ??= error })
    sent.push(answer)
  }
  try {
    send('begin')
    const result = await transactions.run(mark, async () => await work({
      query: async <R>(text: string, values?: readonly unknown[]) => (await query(text, values)).rows as R[],
      write: send,
      afterCommit: announce => { announcements.push(announce) }
    }))
    const commit = query('commit')
    commit.catch(() => {})
    await Promise.all(sent)
    // A statement that failed unnoticed turns commit into rollback, without an error of its own.
    if ((await commit).command !== 'COMMIT') throw new Error('the transaction was rolled back by the server')
    return { result, announcements }
  } catch (late) {
    // After a failed write every later statement only says that the transaction is aborted: the first one says why.
    const error = sqlState(late) === '25P02' && firstFailure !== null ? firstFailure : late
    if (isConnectionLoss(error)) broken = error
    else await client.query('rollback').catch((e: Error) => { broken = e })
    throw error
  } finally {
    mark.open = false
    client.off('error', onBreak)
    client.release(broken)
  }
}

/** The commit stands, whatever becomes of the announcement. */
function tell (state: State, announcements: ReadonlyArray<() => void>): void {
  for (const announce of announcements) {
    try {
      announce()
    } catch (error) {
      state.onError(error instanceof Error ? error : new Error(String(error)))
    }
  }
}

async function single (state: State, text: string, values: readonly unknown[] = []): Promise<pg.QueryResult> {
  const client = await state.singles.connect()
  let broken: Error | undefined
  const onBreak = (error: Error): void => { broken = error }
  client.on('error', onBreak)
  try {
    return await state.silence.waits(client, client.query(text, values as unknown[]))
  } catch (error) {
    if (isConnectionLoss(error)) broken = error
    throw error
  } finally {
    client.off('error', onBreak)
    client.release(broken)
  }
}

async function flushWakes (state: State): Promise<void> {
  const channels = [...state.pending]
  state.pending.clear()
  if (state.closed || channels.length === 0) return
  await single(state, 'select pg_notify(c, \'\') from unnest($1::text[]) c', [channels])
}
