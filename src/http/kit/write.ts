import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Database, Tx } from '../../db/database.ts'
import type { Outside } from '../../db/outside.ts'
import type { Sealing } from '../../db/sealing.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { Actor } from '../../domain/people/roles.ts'
import { sqlState } from '../../db/database-errors.ts'
import { DomainError, errorStatus } from '../../domain/errors.ts'
import { noteAudit } from './audit.ts'

/** What `write` needs of the server; decorated as `writes`. */
export interface Writes { db: Database, clock: Clock, sealing: Sealing }

declare module 'fastify' {
  interface FastifyInstance { writes: Writes }
}

/** What `write` reads of a Fastify request. */
export interface WriteRequest {
  id: string
  method: string
  url: string
  body: unknown
  headers: Record<string, string | string[] | undefined>
  actor: Actor
  server: { writes: Writes }
}

// To the compiler a handler's answer may be void or a promise; a command's result is neither.
type Settled<T> = Exclude<Awaited<T>, void>

export interface WriteOptions<T> {
  /** noun and verb for the audit: `order.file`, `user.disable` */
  action: string
  /** its subject, e.g. the order's id; may be known only afterwards */
  subject: string | ((result: Settled<T>) => string)
  /** default 200 */
  status?: number
  /** for the audit; ids and states, no personal data */
  detail?: Record<string, unknown> | ((result: Settled<T>) => Record<string, unknown>)
  /** false: an `Idempotency-Key` is ignored, since the answer is more than its body (a cookie) */
  repeatable?: boolean
}

const claimSql = 'insert into idempotency (actor, key, request_hash, created_at) values ($1, $2, $3, $4)'
const answerSql = 'update idempotency set status = $3, response = $4 where actor = $1 and key = $2'
const takeSql = `${claimSql} on conflict do nothing returning 1`
const giveBackSql = 'delete from idempotency where actor = $1 and key = $2 and status is null'
/** A status without an answer: nobody knows the answer. */
const leaveOpenSql = 'update idempotency set status = $3 where actor = $1 and key = $2 and status is null'

/** How long the same request under the same key waits for the first, ms. */
const maxWaitMs = 10_000
/** A claim older than this without an answer belongs to a process that died while it acted, ms. */
const abandonedMs = 60_000

interface Earlier { request_hash: Buffer, status: number | null, response: Buffer | null, created_at: Date }

function idempotencyKey (request: WriteRequest): string | null {
  const key = request.headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key !== 'string' || !/^[\x21-\x7e]{8,200}$/.test(key)) {
    throw new DomainError('invalid-input', 'Idempotency-Key is 8 to 200 visible ASCII characters', { field: 'Idempotency-Key' })
  }
  return key
}

const fingerprint = (request: WriteRequest): Buffer =>
  createHash('sha256').update(`${request.method} ${request.url.split('?')[0]}\n`).update(JSON.stringify(request.body ?? null)).digest()

/** Thrown out of the transaction when the key is already taken, so that it rolls back. */
const isTaken = (error: unknown): boolean =>
  sqlState(error) === '23505' && typeof error === 'object' && error !== null && 'constraint' in error &&
    error.constraint === 'idempotency_pkey'

/**
 * Runs one command for a request, in one transaction with its audit entry and, where the request carries an
 * `Idempotency-Key`, with the key. The same request under the same key gets the first one's answer and does nothing,
 * also when both arrive at once. A refusal is not kept: it changed nothing, and is decided again.
 *
 * The key's row travels with the command's first statement, audit and answer with the commit: no round trip is added.
 * @throws DomainError `idempotency-key-reused` when the key was used for another request
 */
export async function write<T> (
  request: WriteRequest, reply: { statusCode: number }, options: WriteOptions<T>, command: (tx: Tx) => Promise<T>
): Promise<T> {
  const { db, clock, sealing } = request.server.writes
  const { actor } = request
  const key = options.repeatable === false ? null : idempotencyKey(request)
  const hash = key === null ? null : fingerprint(request)
  const status = options.status ?? 200
  try {
    const result = await db.tx(async tx => {
      const claimed = key === null ? null : tx.query(claimSql, [actor.id, key, hash, clock.now()])
      claimed?.catch(() => {})
      let result: T
      try {
        result = await command(tx)
      } catch (error) {
        await claimed // when the claim failed, that is the reason for everything after it
        throw error
      }
      await claimed
      const subject = typeof options.subject === 'function' ? options.subject(result as Settled<T>) : options.subject
      const detail = typeof options.detail === 'function' ? options.detail(result as Settled<T>) : options.detail ?? {}
      noteAudit(tx, { at: clock.now(), actor: actor.id, action: options.action, subject, requestId: request.id, detail })
      if (key !== null) tx.write(answerSql, [actor.id, key, status, sealing.seal(JSON.stringify(result ?? null))])
      return result
    })
    reply.statusCode = status
    return result
  } catch (error) {
    if (!isTaken(error) || key === null) throw error
    return await earlierAnswer<T>(request, reply, key)
  }
}

/**
 * The answer of the first request under this key; while that one is still running, this one waits for it.
 * @throws DomainError `idempotency-key-reused`, `request-in-progress` when the first takes too long,
 * `outcome-unknown` when the first acted outside, or may have, and could not record the result
 */
async function earlierAnswer<T> (request: WriteRequest, reply: { statusCode: number }, key: string): Promise<T> {
  const { db, clock, sealing } = request.server.writes
  for (const giveUpAt = Date.now() + maxWaitMs; ;) {
    const [earlier] = await db.query<Earlier>(
      'select request_hash, status, response, created_at from idempotency where actor = $1 and key = $2',
      [request.actor.id, key]
    )
    if (earlier && !fingerprint(request).equals(earlier.request_hash)) {
      throw new DomainError('idempotency-key-reused', 'this Idempotency-Key was used for another request')
    }
    if (earlier?.status && earlier.response) {
      reply.statusCode = earlier.status
      return JSON.parse(sealing.open(earlier.response)) as T
    }
    if (earlier && (earlier.status !== null || clock.now().getTime() - earlier.created_at.getTime() > abandonedMs)) {
      throw new DomainError('outcome-unknown',
        'the first request with this Idempotency-Key may have been carried out; see what became of it')
    }
    if (!earlier || Date.now() > giveUpAt) {
      throw new DomainError('request-in-progress', 'the first request with this Idempotency-Key is not finished; look up its result')
    }
    await wait(50)
  }
}

/** The last command on each subject in this process: after two opposite commands the PBX and the row agree. */
const turns = new Map<string, Promise<unknown>>()

async function inTurn<T> (subject: string, work: () => Promise<T>): Promise<T> {
  const before = turns.get(subject) ?? Promise.resolve()
  const mine = before.then(work, work)
  const settled = mine.catch(() => {})
  turns.set(subject, settled)
  try {
    return await mine
  } finally {
    if (turns.get(subject) === settled) turns.delete(subject)
  }
}

/** A certain no: refused here, or by the system that was asked. After any other error the command may have been carried out. */
const isKnownNo = (error: unknown): boolean => error instanceof DomainError && error.code !== 'pbx-no-answer'

/**
 * The same for a command that acts outside the database. Its decision is committed with the claimed key before it acts;
 * audit entry and answer are written with its result. One request at a time for a subject.
 *
 * A repeat under the same key gets the answer, once there is one. Refused before it acted, or told a certain no: the key is
 * released and the repeat is decided again. The key stays when it acted and no
 * answer was written, or when nobody knows whether it acted. The repeat then gets `outcome-unknown`: acting twice is worse
 * than asking a person to look.
 * An act of several steps is ordered so that its last step is the one that must not happen twice.
 * @throws DomainError `idempotency-key-reused`, `request-in-progress`, `outcome-unknown`
 */
export async function writeOutside<T> (
  request: WriteRequest, reply: {
    statusCode: number
  }, options: WriteOptions<T> & { subject: string }, command: (tx: Tx) => Promise<Outside<T>>
): Promise<T> {
  const { db, clock, sealing } = request.server.writes
  const { actor } = request
  const key = idempotencyKey(request)
  const status = options.status ?? 200
  // With the database away the claim stays as it is: its age has the same effect.
  const leaveOpen = async (): Promise<void> => {
    if (key !== null) await db.query(leaveOpenSql, [actor.id, key, errorStatus['outcome-unknown']]).catch(() => {})
  }
  const giveBack = async (): Promise<void> => { if (key !== null) await db.query(giveBackSql, [actor.id, key]).catch(() => {}) }

  return await inTurn(options.subject, async () => {
    const decided = await db.tx(async tx => {
      const claimed = key === null || (await tx.query(takeSql, [actor.id, key, fingerprint(request), clock.now()])).length > 0
      return claimed ? await command(tx) : null
    })
    if (decided === null) return await earlierAnswer<T>(request, reply, key ?? '')
    try {
      await decided.act()
    } catch (error) {
      await (isKnownNo(error) ? giveBack() : leaveOpen())
      throw error
    }
    try {
      const result = await db.tx(async tx => {
        const made = await decided.save(tx)
        const detail = typeof options.detail === 'function' ? options.detail(made as Settled<T>) : options.detail ?? {}
        noteAudit(tx, { at: clock.now(), actor: actor.id, action: options.action, subject: options.subject, requestId: request.id, detail })
        if (key !== null) tx.write(answerSql, [actor.id, key, status, sealing.seal(JSON.stringify(made ?? null))])
        return made
      })
      reply.statusCode = status
      return result
    } catch (error) {
      await leaveOpen()
      throw error
    }
  })
}

/** Forgets keys older than a day; run by a sweep. */
export async function forgetOldKeys (db: Database, now: Date): Promise<void> {
  await db.query('delete from idempotency where created_at < $1', [new Date(now.getTime() - 86_400_000)])
}
