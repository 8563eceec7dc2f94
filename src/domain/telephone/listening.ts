/** How a shift leader is in an agent's call: 监听 hears it, 密语 speaks to the agent alone, 强插 is heard by both. */
export const listenModes = ['listen', 'whisper', 'barge'] as const
export type ListenMode = typeof listenModes[number]
