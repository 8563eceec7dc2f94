/**
 * A text from outside, made fit to be stored. Characters that cannot be stored or mislead the reader (control and bidi
 * characters, broken halves of a character) are taken out; all line ends become one kind. Nothing is refused.
 */
export const cleanText = (text: string): string => text
  .toWellFormed()
  .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
  // eslint-disable-next-line no-control-regex
  .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uFFFD]/g, '')
  .trim()
