import { randomBytes } from 'node:crypto'
import { bind } from '../../domain/bind.ts'
import { firstKey, type Algorithm, type DataKey } from '../../domain/data-key.ts'
import { DomainError } from '../../domain/errors.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { Queryable, Tx } from '../database.ts'
import { keyPrint } from '../sealing.ts'
import { dataKeys, insertDataKey, keyHolders, lockDataKeys, setKeyState, type DataKeyRow, type KeyHolder } from './data-key-store.ts'
import { mayUse, nextKey, spokenWithinMs, type NoUse } from './rules/may-use.ts'

/** A key without its bytes, as an operator sees it. */
export type KeyView = Omit<DataKeyRow, 'print'>

export interface KeysView { keys: KeyView[], holders: KeyHolder[] }

/** What an operator does with the data keys; see docs/production.md. */
export type KeyCommands = ReturnType<typeof createKeyCommands>

interface Context { clock: Clock }

/**
 * A new key with an id of its own; its bytes are to be kept before it is entered.
 * @param kept ids whose bytes are kept already. @throws DomainError `invalid-input` with no id left
 */
async function make (_context: Context, q: Queryable, algorithm: Algorithm, kept: readonly number[]): Promise<DataKey> {
  const id = nextKey([...kept, ...(await dataKeys(q)).map(key => key.id)])
  if (id === null) throw new DomainError('invalid-input', 'there is no id left for a data key', { field: 'id' })
  return { id, algorithm, bytes: randomBytes(32) }
}

/** The key waits from now on: each process says when it has it. @throws DomainError `already-done` for an id that was entered meanwhile */
async function enter ({ clock }: Context, tx: Tx, key: DataKey): Promise<void> {
  if ((await lockDataKeys(tx)).some(row => row.id === key.id)) {
    throw new DomainError('already-done', `another data key ${key.id} was entered just now: add once more`)
  }
  insertDataKey(tx, { id: key.id, algorithm: key.algorithm, since: clock.now(), print: keyPrint(key) })
}

/** From now on this key writes, and everything earlier is moved to it. @throws DomainError `not-found`, `already-done`, `guard-not-met` */
async function use ({ clock }: Context, tx: Tx, id: number): Promise<void> {
  const now = clock.now()
  const keys = await lockDataKeys(tx)
  const no = mayUse(id, { keys, holders: await keyHolders(tx), now })
  if (no !== null) throw refusalOf(id, no)
  for (const { id: before } of keys.filter(key => key.state === 'writes')) setKeyState(tx, before, 'reads', now)
  setKeyState(tx, id, 'writes', now)
}

function refusalOf (id: number, no: NoUse): DomainError {
  switch (no.why) {
    case 'unknown': return new DomainError('not-found', `there is no data key ${id}`)
    case 'not-waiting': return new DomainError('already-done', `data key ${id} does not wait: a key that wrote is not used again`)
    case 'too-early': return new DomainError('guard-not-met', `wait ${spokenWithinMs / 1000} s: not every process has seen the key`, no)
    case 'nobody-spoke': return new DomainError('guard-not-met', 'no process has said which keys it holds: is the service running?', no)
    case 'lacking': return new DomainError('guard-not-met', `these processes lack the key: ${no.lacking.join('; ')}`, { why: no.why })
    default: return no satisfies never
  }
}

/**
 * A key that never wrote is given up. What a key wrote on timelines, in the audit, or of a number that nothing else knows stays under
 * it: such a key is read for ever. @throws DomainError `not-found`, `already-done`, `key-in-use`
 */
async function forget ({ clock }: Context, tx: Tx, id: number): Promise<void> {
  const key = (await lockDataKeys(tx)).find(one => one.id === id)
  if (id === firstKey || key?.state === 'writes' || key?.state === 'reads') {
    throw new DomainError('key-in-use', `data key ${id} has written what is still read: it cannot be forgotten`)
  }
  if (key === undefined) throw new DomainError('not-found', `there is no data key ${id}`)
  if (key.state === 'gone') throw new DomainError('already-done', `data key ${id} is gone already`)
  setKeyState(tx, id, 'gone', clock.now())
}

/** Every key, and what each process said it holds since a key waits. */
async function status (_context: Context, q: Queryable): Promise<KeysView> {
  const keys = (await dataKeys(q)).map(({ print: _print, ...key }) => key)
  return { keys, holders: (await keyHolders(q)).filter(holder => holder.ageMs <= spokenWithinMs) }
}

export const createKeyCommands = (context: Context) => bind(context, { make, enter, use, forget, status })
