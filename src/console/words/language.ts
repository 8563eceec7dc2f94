export type Language = 'zh' | 'en'

type Half<Codes extends string> = Readonly<Record<Codes, string> & Record<string, string>>

/**
 * The two halves of a page's words: Chinese first, English beside it, with the same keys. `Codes`: keys that have to be there, those of the
 * API's closed lists.
 */
export interface Words<Codes extends string = never> { zh: Half<Codes>, en: Half<Codes> }
