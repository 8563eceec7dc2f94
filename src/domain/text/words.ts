/**
 * Whether words say anything: a letter or digit that can be seen. Fillers (U+3164 and the like) are letters to Unicode and show nothing.
 * The same as `saysSomething` for a JSON schema's pattern.
 */
export const saysSomething = '(?!\\p{Default_Ignorable_Code_Point})[\\p{L}\\p{N}]'
const seen = new RegExp(saysSomething, 'u')
export const says = (words: string | null | undefined): boolean => seen.test(words ?? '')
