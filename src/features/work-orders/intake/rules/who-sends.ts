import { DomainError } from '../../../../domain/errors.ts'
import type { TokenPurpose } from '../../../../domain/people/roles.ts'
import type { ChannelPolicy } from '../../../../policy/rules/channel-policy.ts'

/**
 * Whether an order of this channel may come from here. `purposes`: of the outside system's token; null: a person writes it down.
 * @throws DomainError `not-allowed`, `source-number-taken`
 */
export function checkSender (
  { sentWith }: Pick<ChannelPolicy, 'sentWith'>,
  { purposes, sourceNumber }: { purposes: readonly TokenPurpose[] | null, sourceNumber: boolean }
): void {
  if (purposes !== null && (sentWith === null || !purposes.includes(sentWith))) {
    throw new DomainError('not-allowed', 'this token sends no orders of this channel')
  }
  // Who writes one down by hand would take the number from the source, whose own order is then refused for ever.
  if (purposes === null && sourceNumber && sentWith !== null && sentWith !== 'orders') {
    throw new DomainError('source-number-taken', 'the numbers of this source come with its own orders', { field: 'sourceNumber' })
  }
}
