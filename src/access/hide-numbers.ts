/** Digits as people write them: of any script, circled, in words (一三九, 壹叁玖, 幺两拐勾洞), and the letter O for zero. */
const digit = '[\\p{N}零○〇一二三四五六七八九壹贰叁肆伍陆柒捌玖两幺洞拐勾OoＯｏ]'
/** What stands between the digits of one number: dashes, dots, slashes, spaces, brackets, signs nobody sees; but no letter. */
const between = '[^\\p{L}\\p{N}，,、;；\\n]{0,3}'
const list = '[^\\p{L}\\p{N}]{0,3}'

const number = new RegExp(`[+＋]?${digit}(?:${between}${digit}){6,}`, 'gu')
// Commas also part house numbers: such a row is hidden only where it reads as a telephone number.
const listed = new RegExp(`[+＋]?${digit}(?:${list}${digit}){7,}`, 'gu')

const words = '零一二三四五六七八九'
const sameAs: Readonly<Record<string, string>> = {
  '○': '0',
  〇: '0',
  洞: '0',
  O: '0',
  o: '0',
  幺: '1',
  两: '2',
  拐: '7',
  勾: '9',
  壹: '1',
  贰: '2',
  叁: '3',
  肆: '4',
  伍: '5',
  陆: '6',
  柒: '7',
  捌: '8',
  玖: '9'
}

const plainDigits = (run: string): string => [...run.normalize('NFKC')].map(c => /\d/.test(c) ? c : words.includes(c) ? String(words.indexOf(c)) : sameAs[c] ?? '').join('')

const readsAsTelephone = (digits: string): boolean => /^(?:(?:00)?86)?(?:1[3-9]\d{9}|0?[1-9]\d{1,2}[2-8]\d{6,7}|[48]00\d{7}|[2-8]\d{7})$/.test(digits)

/** Digits that could be somebody's number, hidden, however they are written: a text message to a unit never carries one. */
export const hideNumbers = (text: string): string =>
  text.replace(number, '***').replace(listed, run => readsAsTelephone(plainDigits(run)) ? '***' : run)
