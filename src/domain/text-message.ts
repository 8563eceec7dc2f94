/** Chinese characters of one text message, and of each part of a long one (GSM 03.38, UCS-2). */
const single = 70
export const charactersOfPart = 67

/** Parts the network sends and counts. */
export const textParts = (whole: string): number => whole.length <= single ? 1 : Math.ceil(whole.length / charactersOfPart)

/** Citizens are told to trust no link in a text of a public office: ours carry none. */
export const hasLink = (text: string): boolean => /https?:|www\.|[\w-]\.(?:com|cn|net|org|gov|top|cc)\b/i.test(text.normalize('NFKC'))
