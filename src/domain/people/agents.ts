/**
 * An agent's state (坐席状态): 离线 空闲 振铃 通话 监听 整理 小休. The agent chooses three (out, ready, paused); four come
 * from the telephone (ringing, talking, listening, wrap-up); after a call the chosen one comes back.
 */
export const agentStates = ['out', 'ready', 'ringing', 'talking', 'listening', 'wrap-up', 'paused'] as const
export type AgentState = typeof agentStates[number]
