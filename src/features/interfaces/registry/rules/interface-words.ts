/** Which way something is exchanged. */
export const directions = ['in', 'out', 'both'] as const
export type Direction = typeof directions[number]

/** How often (更新周期). */
export const cycles = ['at-once', 'hourly', 'daily', 'working-day', 'weekly', 'monthly', 'on-demand'] as const
export type Cycle = typeof cycles[number]

/** 无条件共享 有条件共享 不予共享; the words of the catalogue of government data (GB/T 21063). */
export const shareTypes = ['open', 'conditional', 'none'] as const
export type ShareType = typeof shareTypes[number]

export const endpointStates = ['on', 'resting', 'off'] as const
export type EndpointState = typeof endpointStates[number]
