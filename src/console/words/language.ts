export type Language = 'zh' | 'en'

/** The two halves of a page's words: Chinese first, English beside it, with the same keys. */
export interface Words { zh: Record<string, string>, en: Record<string, string> }
