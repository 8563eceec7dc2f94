import Type, { type Static, type TSchema } from 'typebox'
import type { Tx } from '../../db/database.ts'
import type { Actor } from '../../domain/roles.ts'

/** What a capability has of one telephone number, for the search by number (查号码). */
export interface NumberFinder {
  /** as it stands in the answer: `orders` */
  name: string
  schema: TSchema
  /** what this person may see of the number with this fingerprint */
  find: (tx: Tx, actor: Actor, hash: Buffer) => Promise<unknown>
}

/** A finder whose answers fit its schema. */
export function numberFinder<S extends TSchema> (
  name: string, schema: S, find: (tx: Tx, actor: Actor, hash: Buffer) => Promise<Static<S>>
): NumberFinder {
  return { name, schema: Type.Unsafe<unknown>(schema), find }
}
