import type { Queryable } from '../../db/database.ts'
import { DomainError } from '../../domain/errors.ts'
import type { PhoneNumber } from '../../domain/telephone/phone-number.ts'
import { refusal, type NamedPrefixes, type OurNumbers, type WhoDials } from './rules/dial-permission.ts'

/** Asked by everything that can make a trunk ring: each kind of leg, transfers and consults, and the overflow from the queue. */
export interface DialPermission {
  /** The rule as it stands now, for many numbers. Answers why not; null when it may be rung. */
  now: (q: Queryable) => Promise<(number: PhoneNumber, who: WhoDials) => DomainError | null>
  /** @throws DomainError `emergency-number-refused`, `number-not-permitted`, `not-a-phone-number` */
  check: (q: Queryable, number: PhoneNumber, who: WhoDials) => Promise<void>
}

export interface DialPermissionOptions {
  ourNumbers: (q: Queryable) => Promise<OurNumbers>
  named: NamedPrefixes
}

export function createDialPermission ({ ourNumbers, named }: DialPermissionOptions): DialPermission {
  const now: DialPermission['now'] = async q => {
    const ours = await ourNumbers(q)
    return (number, who) => {
      const refused = refusal(number, who, ours, named)
      return refused && new DomainError(refused.code, 'this number is not dialled', { kind: refused.kind, who })
    }
  }
  return {
    now,
    async check (q, number, who) {
      const refused = (await now(q))(number, who)
      if (refused) throw refused
    }
  }
}
