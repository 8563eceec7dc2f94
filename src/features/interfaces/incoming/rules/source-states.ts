/** `off`: whatever is sent is refused. */
export const sourceStates = ['on', 'off'] as const
export type SourceState = typeof sourceStates[number]

/** How far a sender's clock may be off, minutes. The smallest is what Standard Webhooks recommends. */
export const tolerance = { least: 5, most: 120 } as const
