import { Compile } from 'typebox/compile'
import { userEvents, type UserEventName } from '../contract.ts'
import type { PbxEvent, PbxEventBase } from '../pbx-event.ts'

/** A journal row as it is stored. */
export interface JournalRow {
  id: number
  node: string
  generation: number
  event: string
  at: Date
  unique_id: string
  linked_id: string
  channel: string
  num: string
  exten: string
  context: string
  app: string
  app_data: string
  peer: string
  extra: string
}

const kinds = {
  CHAN_START: 'chan-start',
  ANSWER: 'answer',
  CHAN_END: 'chan-end',
  BRIDGE_ENTER: 'bridge-enter',
  BRIDGE_EXIT: 'bridge-exit',
  BLINDTRANSFER: 'blind-transfer',
  NODE_RESTART: 'node-restart',
  NODE_LOST: 'node-lost',
  CHANNEL_LOST: 'channel-lost'
} as const

const isKind = (event: string): event is keyof typeof kinds => Object.hasOwn(kinds, event)
const isUserEvent = (event: string): event is UserEventName => Object.hasOwn(userEvents, event)

const checks = new Map(Object.entries(userEvents).map(([name, schema]) => [name, Compile(schema)]))

function extraOf (row: JournalRow): Record<string, unknown> {
  if (row.extra === '') return {}
  const parsed: unknown = JSON.parse(row.extra)
  if (typeof parsed !== 'object' || parsed === null) throw new Error(`${row.event}: the extra field is not an object`)
  return parsed as Record<string, unknown>
}

/** `key=value&…`, URI-encoded by the dialplan: a space is %20, so a plus sign is a plus sign. */
const pairs = (text: string): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(text.replaceAll('+', '%2B')))

/**
 * A row as a typed event.
 * @throws Error naming event and field, never a value: a user event that is not in the contract, or not in the contract's form
 */
export function toEvent (row: JournalRow): PbxEvent {
  const base: PbxEventBase = {
    row: row.id,
    node: row.node,
    at: row.at,
    uniqueId: row.unique_id,
    linkedId: row.linked_id,
    channel: row.channel,
    num: row.num,
    exten: row.exten,
    context: row.context,
    app: row.app,
    appData: row.app_data,
    peer: row.peer
  }
  if (row.event === 'HANGUP') {
    const extra = extraOf(row)
    const cause = Number(extra.hangupcause ?? 0)
    if (!Number.isInteger(cause)) throw new Error('HANGUP: hangupcause is not a whole number')
    return { ...base, kind: 'hangup', cause, source: String(extra.hangupsource ?? ''), dialStatus: String(extra.dialstatus ?? '') }
  }
  if (row.event === 'CHANNEL_BACK') return { ...base, kind: 'channel-back', answered: extraOf(row).answered === true }
  if (row.event === 'ATTENDEDTRANSFER') {
    return { ...base, kind: 'attended-transfer', other: String(extraOf(row).channel2_uniqueid ?? '') }
  }
  if (isKind(row.event)) return { ...base, kind: kinds[row.event] }
  if (!row.event.startsWith('LD_')) return { ...base, kind: 'other' }
  if (!isUserEvent(row.event)) throw new Error(`${row.event} is not an event of the contract`)
  const data = pairs(String(extraOf(row).extra ?? ''))
  const check = checks.get(row.event)
  if (check && !check.Check(data)) {
    const where = check.Errors(data).map(e => `${e.instancePath || '/'} ${e.message}`).slice(0, 3).join('; ')
    throw new Error(`${row.event} is not as the contract says: ${where}`)
  }
  return { ...base, kind: 'user', name: row.event, data } as PbxEvent
}
