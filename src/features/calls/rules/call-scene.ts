import type { Call, CallEntry, CallEntryKind, Channel } from './call.ts'

/** What happened on a channel, as the journal tells it. */
export type CallFact = {
  row: number
  node: string
  at: Date
  uniqueId: string
  linkedId: string
  channel: string
  /** the caller's number as the dialplan has set it, digits or empty */
  num: string
  context: string
  exten: string
} & (
  | {
    kind: 'chan-start' | 'answer' | 'chan-end' | 'bridge-enter' | 'bridge-exit' | 'blind-transfer' | 'attended-transfer' | 'node-restart'
      | 'node-lost' | 'channel-lost' | 'channel-back' | 'other'
  }
  | { kind: 'hangup', cause: number, source: string }
  | { kind: 'user', name: string, data: Readonly<Record<string, string | undefined>> }
)

/** What is known when a fact arrives: the channel it names, the calls involved, and these calls' living channels. */
export interface Scene {
  channel: Channel | null
  /** the call the channel belongs to */
  call: Call | null
  /** the call that owns the fact's linked id; the same as `call` unless two calls are becoming one */
  linked: Call | null
  living: readonly Channel[]
}

/** What changed. Everything in it replaces what was known. */
export interface Step {
  call: Call | null
  channels: readonly Channel[]
  /** the call that became part of `call`; already ended and pointing there */
  merged: Call | null
  entries: readonly CallEntry[]
}

export const seconds = (from: Date, to: Date): number => Math.max(0, Math.round((to.getTime() - from.getTime()) / 1000))

export interface Turn {
  call: Call
  channel: Channel
  living: readonly Channel[]
  /** first row of this channel */
  unknown: boolean
  entries: CallEntry[]
}

export type Say = (kind: CallEntryKind, actor: string, detail?: Record<string, unknown>) => CallEntry
