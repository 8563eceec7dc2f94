/**
 * A text from outside, made fit to be kept: what cannot be stored or reads differently from what it is (control and bidi
 * characters, broken halves of a character) is taken out, every kind of line end is one. Nothing is refused.
 */
export const cleanText = (text: string): string => text
  .toWellFormed()
  .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
  // eslint-disable-next-line no-control-regex
  .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uFFFD]/g, '')
  .trim()
