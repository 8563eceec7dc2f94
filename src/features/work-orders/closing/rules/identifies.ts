import { numberKey } from '../../../../domain/telephone/phone-number.ts'
import type { Identifying } from '../../rules/order-facts.ts'

/** Somebody whose request an answer goes to; nulls: not known. */
export interface Named { name: string | null, number: string | null, creditCode: string | null }

/** 幺 and the like as numbers are spoken; the financial forms. */
const spoken: ReadonlyMap<string, string> = new Map(
  ['〇零○洞', '一壹幺么', '二贰两', '三叁', '四肆', '五伍', '六陆', '七柒拐', '八捌', '九玖勾']
    .flatMap((signs, digit) => [...signs].map(sign => [sign, String(digit)] as const)))

/** Digits however they are written, with nothing between them; whatever else stands there keeps them apart. */
const digitsOf = (text: string): string =>
  [...text.normalize('NFKC').replace(/[\s\p{P}\p{S}\p{Cf}\p{M}]/gu, '')].map(sign => spoken.get(sign) ?? sign).join('')

/** A shorter number is a service's, as 95588. */
const shortestOfAPerson = 7

const withoutSpaces = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/[\s·•・‧\p{Cf}]/gu, '')
const latinWords = (text: string): string => ` ${(text.normalize('NFKC').toLowerCase().match(/\p{Script=Latin}+/gu) ?? []).join(' ')} `

const titles = /(?:先生|女士|小姐|老师|师傅|阿姨|大爷|大妈|同志|某+)$/u
/** Words that are entered where no name was given. */
const nobody: ReadonlySet<string> = new Set(['匿名', '市民', '居民', '业主', '群众', '来电人', '诉求人', '家属', '未提供'])

function holdsName (text: string, entered: string): boolean {
  const name = withoutSpaces(entered).replace(titles, '')
  if (nobody.has(name)) return false
  // 王女士 names nobody.
  if (/\p{Script=Han}/u.test(name)) return [...name].length > 1 && withoutSpaces(text).includes(name)
  return latinWords(name).trim().length > 1 && latinWords(text).includes(latinWords(entered))
}

function holdsNumber (text: string, number: string): boolean {
  const digits = numberKey(number)
  return digits.length >= shortestOfAPerson && digitsOf(text).includes(digits)
}

/** A code of 18 signs is itself alone, also with spaces or small letters. */
const holdsCode = (text: string, code: string): boolean =>
  text.normalize('NFKC').toUpperCase().replace(/[\s\p{P}\p{S}\p{Cf}]/gu, '').includes(code)

/**
 * By what a text names one of these people: the full name, the credit code, or the number in any spelling, in words too. A surname with a
 * title and a masked number (`139****0123`) name nobody. A name that is also a word (高兴) is found in the word.
 */
export function identifies (text: string, people: readonly Named[]): Identifying[] {
  const found: Identifying[] = []
  if (people.some(({ name }) => name !== null && holdsName(text, name))) found.push('name')
  if (people.some(({ number }) => number !== null && holdsNumber(text, number))) found.push('number')
  if (people.some(({ creditCode }) => creditCode !== null && holdsCode(text, creditCode))) found.push('credit code')
  return found
}
