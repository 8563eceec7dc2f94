import Type, { type Static, type TSchema } from 'typebox'
import type { Tx } from '../../db/database.ts'
import type { Actor } from '../../domain/people/roles.ts'

/** A capability's part in the search by number (查号码). */
export interface NumberFinder {
  /** its name in the answer: `orders` */
  name: string
  schema: TSchema
  /** the rows with one of these fingerprints of a number that this person may see */
  find: (tx: Tx, actor: Actor, hashes: readonly Buffer[]) => Promise<unknown>
}

/** A finder whose answers fit its schema. */
export function numberFinder<S extends TSchema> (
  name: string, schema: S, find: (tx: Tx, actor: Actor, hashes: readonly Buffer[]) => Promise<Static<S>>
): NumberFinder {
  return { name, schema: Type.Unsafe<unknown>(schema), find }
}
