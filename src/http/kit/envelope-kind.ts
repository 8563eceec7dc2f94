import type { Static, TSchema } from 'typebox'
import type { Tx } from '../../db/database.ts'
import type { Actor, TokenPurpose } from '../../domain/people/roles.ts'

/** Who sent a message, and as what. */
export interface EnvelopeFrom {
  /** the outside system, as its token stood when the message came */
  actor: Actor
  /** what that token is for */
  purposes: readonly TokenPurpose[]
  interfaceId: string
}

/** What became of a message: its sender's answer (ids and states, no personal data), and the order it is about. */
export interface EnvelopeTaken { answer: Record<string, unknown>, orderId: string | null }

/** A kind of message of other systems (来文) that a capability takes, in one version of its form. */
export interface EnvelopeKind {
  /** noun and verb: `order.report` */
  kind: string
  /** version of the form, as the sender names it */
  version: string
  /** of `data`; other fields are refused */
  schema: TSchema
  /**
   * In the transaction that marks the message as taken. A refusal (`DomainError`) puts it aside for a person.
   * @param data fits the schema
   */
  take: (tx: Tx, data: unknown, from: EnvelopeFrom) => Promise<EnvelopeTaken>
}

/** A kind whose command fits its schema. */
export function envelopeKind<S extends TSchema> (
  kind: string, version: string, schema: S, take: (tx: Tx, data: Static<S>, from: EnvelopeFrom) => Promise<EnvelopeTaken>
): EnvelopeKind {
  return { kind, version, schema, take: async (tx, data, from) => await take(tx, data as Static<S>, from) }
}
