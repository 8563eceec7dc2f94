import { DomainError } from '../../../domain/errors.ts'

/** Hours a shift leader may turn a number away alone; longer needs a second person (domain rule: 拉黑). */
export const aloneHours = 24
/** Days the longest block lasts: every block expires. */
const maxDays = 90

/** Hours after a call of ours in which a number that is turned away may ring back. */
const ringBackHours = 24

/** Until when a number may ring back that we rang at this time. */
export const ringBackEnd = (rungAt: Date): Date => new Date(rungAt.getTime() + ringBackHours * 3_600_000)
/** A number that we have rung since then may ring back now. */
export const ringBackSince = (now: Date): Date => new Date(now.getTime() - ringBackHours * 3_600_000)

/** What decides whether a number is turned away now. */
export interface BlockFacts {
  blockedBy: string
  blockedAt: Date
  endsAt: Date
  confirmedAt: Date | null
  freedAt: Date | null
  objectionAt: Date | null
  objectionDecidedAt: Date | null
}

export const blockStates = ['standing', 'half-standing', 'expired', 'freed'] as const
/** `half-standing`: holds its first day while the second person is waited for. */
export type BlockState = typeof blockStates[number]

/** @throws DomainError `invalid-input` naming the field */
export function checkEnd (endsAt: Date, now: Date): void {
  if (endsAt <= now) throw new DomainError('invalid-input', 'the block would end before it begins', { field: 'until' })
  if (endsAt.getTime() - now.getTime() > maxDays * 86_400_000) {
    throw new DomainError('invalid-input', `a block lasts ${maxDays} days at most`, { field: 'until' })
  }
}

/** Until when the number is turned away, as things are. */
export function holdsUntil ({ blockedAt, endsAt, confirmedAt, freedAt }: BlockFacts): Date {
  if (freedAt !== null) return freedAt
  const alone = new Date(blockedAt.getTime() + aloneHours * 3_600_000)
  return confirmedAt !== null || endsAt <= alone ? endsAt : alone
}

export const needsSecond = (block: BlockFacts): boolean =>
  block.confirmedAt === null && block.endsAt.getTime() - block.blockedAt.getTime() > aloneHours * 3_600_000

export function stateOf (block: BlockFacts, now: Date): BlockState {
  if (block.freedAt !== null) return 'freed'
  if (holdsUntil(block) <= now) return 'expired'
  return needsSecond(block) ? 'half-standing' : 'standing'
}

const stands = (block: BlockFacts, now: Date): void => {
  if (['freed', 'expired'].includes(stateOf(block, now))) {
    throw new DomainError('already-done', 'this block is over', { guard: 'block-over' })
  }
}
const another = (block: BlockFacts, who: string): void => {
  if (who === block.blockedBy) {
    throw new DomainError('not-allowed', 'the person who blocked the number may not decide this', { guard: 'second-person' })
  }
}

/** @throws DomainError `already-done`, `not-allowed` for the one who blocked */
export function allowConfirm (block: BlockFacts, who: string, now: Date): void {
  stands(block, now)
  another(block, who)
  if (!needsSecond(block)) throw new DomainError('already-done', 'this block needs no second person', { guard: 'no-second-needed' })
}

/**
 * A person who has turned a number away alone for a day in all does not do so again while the longest block could last; another may.
 * @param earlier former blocks of the number
 * @throws DomainError `not-allowed`
 */
export function allowAlone (earlier: readonly BlockFacts[], who: string, now: Date): void {
  const held = earlier
    .filter(b => b.blockedBy === who && b.confirmedAt === null && b.blockedAt.getTime() > now.getTime() - maxDays * 86_400_000)
    .reduce((sum, b) => sum + holdsUntil(b).getTime() - b.blockedAt.getTime(), 0)
  if (held >= aloneHours * 3_600_000) {
    throw new DomainError('not-allowed', 'the person who blocked this number alone may not block it again', { guard: 'second-person' })
  }
}

/** @throws DomainError `already-done` */
export const allowFree = (block: BlockFacts, now: Date): void => { stands(block, now) }

/**
 * A later objection is added; the person who blocked does not write it.
 * @throws DomainError `already-done`, `not-allowed` for the one who blocked
 */
export function allowObjection (block: BlockFacts, who: string, now: Date): void {
  stands(block, now)
  another(block, who)
}

/** @throws DomainError `already-done`, `guard-not-met` without an objection, `not-allowed` for the one who blocked */
export function allowDecision (block: BlockFacts, who: string, now: Date): void {
  stands(block, now)
  if (block.objectionAt === null) throw new DomainError('guard-not-met', 'nobody has objected', { guard: 'objection' })
  if (block.objectionDecidedAt !== null) {
    throw new DomainError('already-done', 'the objection has been decided', { guard: 'objection-decided' })
  }
  another(block, who)
}
