import type { Logger } from 'pino'
import { withoutExtension } from '../../domain/telephone/phone-number.ts'
import type { Sweep } from '../../queue/alarms.ts'
import type { Database, Queryable, Tx } from '../database.ts'
import { isTransient } from '../database-errors.ts'
import type { KeyRing, Sealing } from '../sealing.ts'
import { dataKeys, saveMoved } from './data-key-store.ts'

/** Looks for values that are not under the writing key; `mark` is what its values begin with. */
export interface Unmoved<A> { mark: Buffer, after: A, limit: number }

/** Gives a number's rows its fingerprint `to` in place of any of `from`. `reseal`: the same words under the writing key. */
export interface NumberMove { from: readonly Buffer[], to: Buffer, reseal: (sealed: Buffer) => Buffer }

/** A table with fingerprints of numbers. Other tables are joined by them: a number is moved in all tables at once. */
export interface NumberRows {
  /** `table.column` of each column it moves */
  columns: readonly string[]
  /** fingerprints above `after` with a value that the number is opened from, in their order; null: none has its number */
  next: ((q: Queryable, unmoved: Unmoved<Buffer>) => Promise<Array<{ hash: Buffer, sealed: Buffer }>>) | null
  move: (tx: Tx, move: NumberMove) => Promise<void>
}

/** A table with sealed values that no other row is compared with. */
export interface SealedRows {
  columns: readonly string[]
  /** Moves rows above `after`, in their order. @returns their number and the last one's id; null: there are no more */
  moveNext: (tx: Tx, unmoved: Unmoved<string | null>, reseal: NumberMove['reseal']) => Promise<{ count: number, last: string } | null>
}

/** A capability's sealed columns: each is moved to the key that writes. */
export interface Resealed { numbers?: readonly NumberRows[], values?: readonly SealedRows[] }

/** Rows and their values under the writing key, as two columns. */
export function resealedRows<I> (
  rows: ReadonlyArray<{ id: I, sealed: Buffer | null }>, reseal: NumberMove['reseal']
): [ids: I[], sealed: Array<Buffer | null>] {
  return [rows.map(row => row.id), rows.map(({ sealed }) => sealed && reseal(sealed))]
}

export interface ResealingOptions {
  db: Database
  sealing: Sealing & KeyRing
  resealed: readonly Resealed[]
  log: Pick<Logger, 'warn' | 'info'>
}

/** Moves sealed values to the key that writes, while everybody works. */
export interface Resealing {
  sweep: Sweep
  /** Moves the numbers this process has just written: within a round of the follower each has one fingerprint everywhere. */
  moveFresh: () => Promise<void>
}

/** Numbers, and rows of other values, that one run moves at most. */
export const movedAtOnce = 200
/**
 * A pass that finds nothing ends the moving, this long after the last move and after the key began to write, ms: a transaction begun before
 * has ended by then (`idle_in_transaction_session_timeout`).
 */
const quietMs = 20_000

interface Pass { source: number, after: Buffer | string | null, found: number }
interface State extends ResealingOptions { pass: Pass, movedAt: number, key: number }

const newPass = (): Pass => ({ source: 0, after: null, found: 0 })

export function createResealing (options: ResealingOptions): Resealing {
  const state: State = { ...options, pass: newPass(), movedAt: -Infinity, key: 0 }
  return {
    sweep: { name: 'resealing', pace: 'ordinary', run: async now => { await run(state, now) } },
    moveFresh: async () => { for (const text of state.sealing.takeFresh()) await moveNumber(state, text) }
  }
}

const numbersOf = ({ resealed }: State): NumberRows[] => resealed.flatMap(one => one.numbers ?? [])
const valuesOf = ({ resealed }: State): SealedRows[] => resealed.flatMap(one => one.values ?? [])

async function run (state: State, now: Date): Promise<void> {
  const { db, sealing, log } = state
  const writing = (await dataKeys(db)).find(key => key.state === 'writes')
  // This process learns of the key a moment later.
  if (writing === undefined || writing.movedAt !== null || sealing.writes() !== writing.id) return
  if (state.key !== writing.id) Object.assign(state, { pass: newPass(), key: writing.id, movedAt: now.getTime() })
  let budget = movedAtOnce
  for (;;) {
    const moved = await step(state, budget)
    if (moved === null) break
    if (moved > 0) Object.assign(state, { movedAt: now.getTime() })
    state.pass.found += moved
    budget -= moved
    if (budget <= 0) return
  }
  const { found } = state.pass
  state.pass = newPass()
  if (found > 0 || now.getTime() - Math.max(state.movedAt, writing.since.getTime()) < quietMs) return
  await saveMoved(db, writing.id, now)
  log.info({ key: writing.id }, 'every sealed value that can be is under the key that writes')
}

/** The next rows of one table. @returns how many numbers or rows were moved; null: every table has been gone through */
async function step (state: State, limit: number): Promise<number | null> {
  const { pass } = state
  const numbers = numbersOf(state).filter(source => source.next !== null)
  const values = valuesOf(state)
  if (pass.source >= numbers.length + values.length) return null
  const number = numbers[pass.source]
  const value = values[pass.source - numbers.length]
  const { moved, after } = number !== undefined ? await stepNumbers(state, number, limit) : await stepValues(state, value, limit)
  Object.assign(pass, after === null ? { source: pass.source + 1, after: null } : { after })
  return moved
}

interface Step { moved: number, after: Buffer | string | null }

async function stepNumbers (state: State, { next }: NumberRows, limit: number): Promise<Step> {
  const { db, sealing, pass } = state
  const after = Buffer.isBuffer(pass.after) ? pass.after : Buffer.alloc(0)
  const rows = await next?.(db, { mark: sealing.mark(), after, limit }) ?? []
  let moved = 0
  for (const { hash, sealed } of rows) {
    const text = textOf(state, hash, sealed)
    if (text === null) continue
    // A number that cannot be moved keeps none from it, and the moving does not end.
    await moveNumber(state, text).catch((error: unknown) => {
      if (isTransient(error)) throw error
      state.log.warn({ err: error }, 'a number cannot be moved to the key that writes')
    })
    moved++
  }
  return { moved, after: rows.length < limit ? null : rows.at(-1)?.hash ?? null }
}

/** The number that this fingerprint is of; null: it cannot be told, and the row stays as it is. */
function textOf ({ sealing, log }: State, hash: Buffer, sealed: Buffer): string | null {
  try {
    const text = withoutExtension(sealing.open(sealed))
    if (sealing.fingerprints(text).some(print => print.equals(hash))) return text
    log.warn('a fingerprint is not that of the number beside it: it stays as it is')
  } catch (error) {
    log.warn({ err: error }, 'a sealed number cannot be opened: it stays as it is')
  }
  return null
}

/** A number in every table, in one transaction. */
async function moveNumber (state: State, text: string): Promise<void> {
  const { db, sealing } = state
  const { to, from } = sealing.prints(text)
  const reseal = (sealed: Buffer): Buffer => sealing.seal(sealing.open(sealed))
  // Each has the tables in one order: two that move the same number wait, and do not lock each other out.
  await db.tx(async tx => { await Promise.all(numbersOf(state).map(async source => { await source.move(tx, { from, to, reseal }) })) })
}

async function stepValues ({ db, sealing, pass }: State, value: SealedRows | undefined, limit: number): Promise<Step> {
  const after = typeof pass.after === 'string' ? pass.after : null
  const reseal = (sealed: Buffer): Buffer => sealing.seal(sealing.open(sealed))
  const done = await db.tx(async tx => await value?.moveNext(tx, { mark: sealing.mark(), after, limit }, reseal) ?? null)
  return { moved: done?.count ?? 0, after: done !== null && done.count === limit ? done.last : null }
}
