/** Digits as people write them: of any script, circled, in words (一三九, 壹叁玖, 幺两拐勾洞), and the letter O for zero. */
const digit = '[\\p{N}零○〇一二三四五六七八九壹贰叁肆伍陆柒捌玖两幺洞拐勾OoＯｏ]'
/** Letters nobody sees (U+3164 and its like) stand between digits as other signs do. */
const unseen = '\\p{Default_Ignorable_Code_Point}'
/** What stands between the digits of one number: dashes, dots, slashes, spaces, brackets, signs nobody sees; but no letter. */
const between = `(?:[^\\p{L}\\p{N}，,、;；\\n]|${unseen}){0,8}`
const list = `(?:[^\\p{L}\\p{N}]|${unseen}){0,8}`
/** A number as one counts: 一百三十八, 九千五百零一. */
const counted = '(?:[一二两三四五六七八九][千百十]零?)+[一二三四五六七八九]?'
/** Words between the groups of one number (138的0000的9501); not those that part an address or a date. */
const word = `(?:[^\\p{N}，,、;；\\n弄号室楼栋幢层路街巷村组座门元年月日时点分]|${unseen}){0,2}`

// The digits are counted afterwards: a class of letters repeated seven times takes seconds to compile on a busy machine.
const number = new RegExp(`[+＋]?${digit}(?:${between}${digit})+`, 'gu')
const digits = new RegExp(digit, 'gu')
// Commas also part house numbers: such a row is hidden only where it reads as a telephone number.
const listed = new RegExp(`[+＋]?${digit}(?:${list}${digit})+`, 'gu')
const group = `(?:${counted}|(?:${digit}(?![千百十]))+)`
const worded = new RegExp(`${group}(?:${word}${group})+`, 'gu')
const groups = new RegExp(group, 'gu')

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

const plainDigits = (run: string): string =>
  [...run.normalize('NFKC')].map(c => /\d/.test(c) ? c : words.includes(c) ? String(words.indexOf(c)) : sameAs[c] ?? '').join('')

/** 一百三十八 → 138; without 千, 百 or 十 the digits one by one. */
function digitsOf (text: string): string {
  if (!/[千百十]/.test(text)) return plainDigits(text)
  let sum = 0
  let last = 0
  for (const c of text) {
    const place = { 千: 1000, 百: 100, 十: 10 }[c]
    if (place === undefined) last = c === '两' ? 2 : words.indexOf(c)
    else { sum += last * place; last = 0 }
  }
  return String(sum + last)
}

const readsAsMobile = (digits: string): boolean => /^(?:(?:00)?86)?1[3-9]\d{9}$/.test(digits)

/** Hides the groups of a run that together read as a mobile. */
function hideMobile (run: string): string {
  const found = [...run.matchAll(groups)].map(({ 0: text, index }) => ({ from: index, to: index + text.length, digits: digitsOf(text) }))
  for (const [i, first] of found.entries()) {
    let digits = ''
    for (const { to, digits: more } of found.slice(i)) {
      digits += more
      if (digits.length > 15) break
      if (readsAsMobile(digits)) return `${run.slice(0, first.from)}***${hideMobile(run.slice(to))}`
    }
  }
  return run
}

const readsAsTelephone = (digits: string): boolean =>
  /^(?:(?:00)?86)?(?:1[3-9]\d{9}|0?[1-9]\d{1,2}[2-8]\d{6,7}|[48]00\d{7}|[2-8]\d{7})$/.test(digits)

/** Hides digits that could be somebody's number, in any spelling: a text message to a unit never carries one. */
export const hideNumbers = (text: string): string =>
  text.replace(number, run => (run.match(digits)?.length ?? 0) > 6 ? '***' : run)
    .replace(listed, run => readsAsTelephone(plainDigits(run)) ? '***' : run)
    .replace(worded, hideMobile)
