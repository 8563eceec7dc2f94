/** Characters of a code, each worth its place: no I, O, S, V, Z. */
const signs = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const form = /^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/

/**
 * 统一社会信用代码: an enterprise's or organisation's code of 18 signs in its one spelling, whose last sign checks the others; null: the text
 * is none. Spaces, hyphens, small and full-width letters are as people type them. Source: GB 32100-2015.
 */
export function creditCode (text: string): string | null {
  const code = text.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '')
  if (!form.test(code)) return null
  let sum = 0
  let weight = 1
  for (const sign of code.slice(0, 17)) {
    sum += signs.indexOf(sign) * weight
    weight = weight * 3 % 31
  }
  return code.at(-1) === signs[(31 - sum % 31) % 31] ? code : null
}
