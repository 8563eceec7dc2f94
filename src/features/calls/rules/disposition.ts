/** What became of a call, said in the wrap-up: answered on the spot, order filed, refused, transferred, silent, abusive. */
export const dispositions = ['answered', 'order', 'refused', 'transferred', 'silent', 'abusive'] as const
export type Disposition = typeof dispositions[number]
