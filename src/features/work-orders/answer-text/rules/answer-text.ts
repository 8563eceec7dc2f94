import { DomainError } from '../../../../domain/errors.ts'
import { says } from '../../../../domain/text/words.ts'
import { charactersOfPart, hasLink } from '../../../../domain/telephone/text-message.ts'
import { text } from '../../intake/rules/order-fields.ts'

/** A longer answer is read out or written in a letter. */
const maxParts = 5
/** Most texts about one order. */
export const maxAnswers = 5

/** Characters left after the signature. */
export const maxAnswerLength = (signature: string): number => maxParts * charactersOfPart - [...signature].length

/** @throws DomainError `invalid-input`, `control-character`, `link-in-text` */
export function checkAnswerText (answer: string, maxLength: number): void {
  if (!says(text('text', answer, maxLength))) throw new DomainError('invalid-input', 'the text is empty', { field: 'text' })
  if (hasLink(answer)) throw new DomainError('link-in-text', 'a text message carries no link', { field: 'text' })
}
