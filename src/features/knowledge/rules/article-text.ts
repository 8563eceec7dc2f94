import { DomainError } from '../../../domain/errors.ts'
import { keysOf } from '../../../domain/properties.ts'
import { says } from '../../../domain/text/words.ts'
import { hasLink } from '../../../domain/telephone/text-message.ts'

const maxLength = { title: 120, body: 4000, shortAnswer: 320, keywords: 400, basis: 400, note: 200 } as const
const forbiddenInText = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u
// The calendar's own days only: a parser that rolls 31 February over into March does not give the text back.
const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text)

interface Checked {
  title: string
  body: string
  shortAnswer: string
  keywords: string
  basis: string
  validFrom: string
  validTo: string | null
}

function words (field: keyof typeof maxLength, value: string, lines: boolean): void {
  if (forbiddenInText.test(lines ? value.replace(/[\n\t]/g, '') : value)) {
    throw new DomainError('control-character', `${field} holds control characters`, { field })
  }
  if ([...value].length > maxLength[field]) {
    throw new DomainError('invalid-input', `${field} has at most ${maxLength[field]} characters`, { field, maxLength: maxLength[field] })
  }
}

/** What an editor typed, checked; nothing is changed or cut. @throws DomainError `invalid-input`, `control-character`, `link-in-text` */
export function checkArticle (article: Checked, note: string): void {
  for (const field of ['title', 'keywords', 'basis'] as const) words(field, article[field], false)
  for (const field of ['body', 'shortAnswer'] as const) words(field, article[field], true)
  words('note', note, false)
  for (const field of ['title', 'body'] as const) {
    if (!says(article[field])) throw new DomainError('invalid-input', `${field} is empty`, { field })
  }
  if (hasLink(article.shortAnswer)) throw new DomainError('link-in-text', 'a text message carries no link', { field: 'shortAnswer' })
  for (const field of ['validFrom', 'validTo'] as const) {
    if (article[field] !== null && !isDay(article[field])) {
      throw new DomainError('invalid-input', 'a day is written like 2026-11-22', { field })
    }
  }
  if (article.validTo !== null && article.validTo < article.validFrom) {
    throw new DomainError('invalid-input', 'the last day is before the first', { field: 'validTo' })
  }
}

/** The fields in which two texts differ. */
export const differences = <T extends object>(before: T, after: T): Array<keyof T & string> =>
  keysOf(after).filter(key => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
