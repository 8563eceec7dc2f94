import type { LinkedOrder } from '../../access/rules/visibility.ts'
import { isLegId } from '../../domain/ids.ts'
import type { LegPurpose } from '../../domain/telephone/legs.ts'
import type { Queryable, Tx } from '../../db/database.ts'
import type { BelievedChannel } from '../../pbx/journal/lost-channels.ts'
import type { Call, CallEntry, CallEntryKind, Channel } from './rules/call.ts'
import type { Disposition } from './rules/disposition.ts'

/** A call as the journal handler sees it: the fold's facts plus what its effects need. */
export interface StoredCall extends Call {
  numberSealed: Buffer | null
  numberHash: Buffer | null
}

export interface Involved {
  calls: StoredCall[]
  channels: Channel[]
  /** linked id → call id */
  aliases: Array<{ linkedId: string, callId: string }>
  legs: Leg[]
}

/** What the dialler knows of an outbound call before its channel exists. */
export interface Leg { id: string, purpose: LegPurpose, numberSealed: Buffer, numberHash: Buffer }

/** Every row is sent as JSON text in one round trip: times as ISO, bytes as hex. */
interface Row {
  calls: CallJson[] | null
  channels: ChannelJson[] | null
  aliases: Array<{ linkedId: string, callId: string }> | null
  legs: Array<Record<keyof Leg, string> & Pick<Leg, 'purpose'>> | null
}
type Dates = 'offeredAt' | 'queuedAt' | 'answeredAt' | 'leftQueueAt' | 'abandonedAt' | 'endedAt'
type CallJson = Omit<Call, Dates | 'number'> & Record<Dates, string | null> & { numberSealed: string | null, numberHash: string | null }
type ChannelJson = Omit<Channel, 'startedAt' | 'answeredAt' | 'endedAt'> & {
  startedAt: string,
  answeredAt: string | null,
  endedAt: string | null
}

const callJson = `jsonb_build_object('id', c.id, 'node', c.node, 'direction', c.direction, 'purpose', c.purpose, 'state', c.state,
  'withheld', c.withheld, 'did', c.did, 'service', c.service, 'priority', c.priority, 'offeredAt', c.offered_at, 'queuedAt', c.queued_at,
  'answeredAt', c.answered_at, 'answeredBy', c.answered_by, 'leftQueueAt', c.left_queue_at, 'abandonedAt', c.abandoned_at,
  'overflowTo', c.overflow_to, 'endedAt', c.ended_at, 'endedBy', c.ended_by, 'endCause', c.end_cause, 'lost', c.lost,
  'recording', c.recording, 'recordingBytes', c.recording_bytes, 'mergedInto', c.merged_into,
  'numberSealed', encode(c.number_sealed, 'hex'), 'numberHash', encode(c.number_hash, 'hex'))`
const channelJson = `jsonb_build_object('uniqueId', h.unique_id, 'node', h.node, 'callId', h.call_id, 'linkedId', h.linked_id,
  'name', h.name, 'kind', h.kind, 'extension', h.extension, 'cameBy', h.came_by, 'startedAt', h.started_at, 'answeredAt', h.answered_at,
  'endedAt', h.ended_at, 'cause', h.cause, 'lost', h.lost)`

const date = (text: string | null): Date | null => text === null ? null : new Date(text)
const bytes = (hex: string | null): Buffer | null => hex === null ? null : Buffer.from(hex, 'hex')

/**
 * The calls a batch touches, with their living channels, in one statement.
 * @param keys unique ids and linked ids of the batch
 * @param restarted nodes whose living channels are all wanted
 */
export async function loadInvolved (tx: Queryable, keys: readonly string[], restarted: readonly string[]): Promise<Involved> {
  const [row] = await tx.query<Row>(`
    with key as (select unnest($1::text[]) id),
    involved as materialized (
      select h.call_id id from channel h join key on h.unique_id = key.id
      union select a.call_id from call_alias a join key on a.linked_id = key.id
      union select c.id from call c join key on c.id = key.id where c.merged_into is null
      union select h.call_id from channel h where h.node = any($2) and h.ended_at is null
    )
    select (select jsonb_agg(${callJson}) from call c join involved using (id)) calls,
      (select jsonb_agg(${channelJson}) from channel h join involved i on i.id = h.call_id
        where h.ended_at is null or h.unique_id = any($1)) channels,
      (select jsonb_agg(jsonb_build_object('linkedId', a.linked_id, 'callId', a.call_id)) from call_alias a
      join key on a.linked_id = key.id) aliases,
      (select jsonb_agg(jsonb_build_object('id', l.id, 'purpose', l.purpose, 'numberSealed', encode(l.number_sealed, 'hex'), 'numberHash',
      encode(l.number_hash, 'hex')))
        from leg_read l where l.id = any($3)) legs`,
  [keys, restarted, keys.filter(isLegId)])
  return {
    calls: (row?.calls ?? []).map(c => ({
      ...c,
      offeredAt: new Date(c.offeredAt as string),
      queuedAt: date(c.queuedAt),
      answeredAt: date(c.answeredAt),
      leftQueueAt: date(c.leftQueueAt),
      abandonedAt: date(c.abandonedAt),
      endedAt: date(c.endedAt),
      numberSealed: bytes(c.numberSealed),
      numberHash: bytes(c.numberHash)
    })),
    channels: (row?.channels ?? []).map(channelFrom),
    aliases: row?.aliases ?? [],
    legs: (row?.legs ?? []).map(l => ({
      id: l.id,
      purpose: l.purpose,
      numberSealed: Buffer.from(l.numberSealed, 'hex'),
      numberHash: Buffer.from(l.numberHash, 'hex')
    }))
  }
}

const channelFrom = (h: ChannelJson): Channel =>
  ({ ...h, startedAt: new Date(h.startedAt), answeredAt: date(h.answeredAt), endedAt: date(h.endedAt) })

/** Every channel of these calls, the ended ones too. */
export async function channelsOf (tx: Queryable, callIds: readonly string[]): Promise<Channel[]> {
  const rows = await tx.query<{ channel: ChannelJson }>(`select ${channelJson} channel from channel h where h.call_id = any($1::text[])`,
    [callIds])
  return rows.map(row => channelFrom(row.channel))
}

/** Every channel of the call that this one is in. */
export async function channelsWith (q: Queryable, uniqueId: string): Promise<Channel[]> {
  const rows = await q.query<{ channel: ChannelJson }>(`select ${channelJson} channel from channel h
    where h.call_id = (select call_id from channel where unique_id = $1)`, [uniqueId])
  return rows.map(row => channelFrom(row.channel))
}

/** The number that this leg rang: sealed, and its fingerprint. */
export async function numberOfLeg (q: Queryable, legId: string): Promise<Pick<Leg, 'numberSealed' | 'numberHash'> | null> {
  const [leg] = await q.query<Pick<Leg, 'numberSealed' | 'numberHash'>>(
    'select number_sealed "numberSealed", number_hash "numberHash" from leg_read where id = $1', [legId])
  return leg ?? null
}

/** Writes what the fold changed; nothing here waits. Columns that people write (the disposition) are left alone. */
export function saveProgress (tx: Tx, { calls, channels, aliases, merges, entries }: {
  calls: readonly StoredCall[]
  channels: readonly Channel[]
  aliases: ReadonlyArray<{ linkedId: string, callId: string }>
  merges: ReadonlyArray<{ from: string, into: string }>
  entries: readonly CallEntry[]
}): void {
  if (calls.length > 0) saveCalls(tx, calls)
  if (channels.length > 0) saveChannels(tx, channels)
  if (aliases.length > 0) {
    tx.write(`insert into call_alias (linked_id, call_id) select * from unnest($1::text[], $2::text[])
      on conflict (linked_id) do update set call_id = excluded.call_id`, [aliases.map(a => a.linkedId), aliases.map(a => a.callId)])
  }
  // After the aliases: a call that is merged twice in one batch takes the first one's along.
  for (const { from, into } of merges) saveMerge(tx, from, into)
  appendEntries(tx, entries)
}

const callColumns = ['id', 'node', 'direction', 'purpose', 'state', 'number_sealed', 'number_hash', 'withheld', 'did', 'service',
  'priority', 'offered_at', 'queued_at', 'answered_at', 'answered_by', 'left_queue_at', 'abandoned_at', 'overflow_to', 'ended_at',
  'ended_by', 'end_cause', 'lost', 'recording', 'recording_bytes', 'merged_into'] as const
const callTypes = ['text', 'text', 'text', 'text', 'text', 'bytea', 'bytea', 'boolean', 'text', 'text', 'int',
  'timestamptz', 'timestamptz', 'timestamptz', 'text', 'timestamptz', 'timestamptz', 'text', 'timestamptz', 'text', 'int',
  'boolean', 'text', 'bigint', 'text'] as const
const upsertCalls = `insert into call (${callColumns.join(', ')})
  select * from unnest(${callTypes.map((type, i) => `$${i + 1}::${type}[]`).join(', ')})
  on conflict (id) do update set ${callColumns.filter(c => c !== 'id').map(c => `${c} = excluded.${c}`).join(', ')},
  revision = call.revision + 1`

function saveCalls (tx: Tx, calls: readonly StoredCall[]): void {
  const rows = calls.map(
    c => [c.id, c.node, c.direction, c.purpose, c.state, c.numberSealed, c.numberHash, c.withheld, c.did, c.service, c.priority,
      c.offeredAt, c.queuedAt, c.answeredAt, c.answeredBy, c.leftQueueAt, c.abandonedAt, c.overflowTo, c.endedAt, c.endedBy, c.endCause,
      c.lost, c.recording, c.recordingBytes, c.mergedInto])
  tx.write(upsertCalls, callColumns.map((_, i) => rows.map(row => row[i])))
}

function saveChannels (tx: Tx, channels: readonly Channel[]): void {
  tx.write(`insert into channel (unique_id, node, call_id, linked_id, name, kind, extension, started_at, answered_at, ended_at, cause, lost,
    came_by) select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[],
      $9::timestamptz[], $10::timestamptz[], $11::int[], $12::boolean[], $13::text[])
    on conflict (unique_id) do update set call_id = excluded.call_id, linked_id = excluded.linked_id, kind = excluded.kind,
      answered_at = excluded.answered_at, ended_at = excluded.ended_at, cause = excluded.cause, lost = excluded.lost,
      came_by = excluded.came_by`,
  [channels.map(
    c => c.uniqueId
  ), channels.map(c => c.node), channels.map(c => c.callId), channels.map(c => c.linkedId), channels.map(c => c.name),
  channels.map(c => c.kind), channels.map(c => c.extension), channels.map(c => c.startedAt), channels.map(c => c.answeredAt),
  channels.map(c => c.endedAt), channels.map(c => c.cause), channels.map(c => c.lost),
  channels.map(c => c.cameBy)])
}

/** Rows of the merged call now belong to the surviving one; the merged call's timeline stays and is read with it. */
function saveMerge (tx: Tx, from: string, into: string): void {
  tx.write('update channel set call_id = $2 where call_id = $1', [from, into])
  tx.write('update call_alias set call_id = $2 where call_id = $1', [from, into])
  tx.write('update call set merged_into = $2 where merged_into = $1', [from, into])
  tx.write(`insert into call_work_order (call_id, order_id, role, linked_by, linked_at)
    select $2, order_id, role, linked_by, linked_at from call_work_order where call_id = $1 on conflict do nothing`, [from, into])
  tx.write('delete from call_work_order where call_id = $1', [from])
}

export function appendEntries (tx: Tx, entries: readonly CallEntry[]): void {
  if (entries.length === 0) return
  tx.write(`insert into call_event (call_id, at, kind, actor, detail, journal_id)
    select * from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::jsonb[], $6::bigint[])`,
  [
    entries.map(e => e.callId), entries.map(e => e.at), entries.map(e => e.kind), entries.map(e => e.actor),
    entries.map(e => JSON.stringify(e.detail)), entries.map(e => e.row)
  ])
}

/**
 * Whether this call, or the one it was merged into, needs no further disposition. A citizen's own call and our return of one ask for one,
 * and a call by hand in which an order began.
 */
export async function isDisposed (tx: Tx, callId: string): Promise<boolean> {
  return (await tx.query(`select 1 from call
    where (disposition is not null or not (direction = 'inbound' or purpose is not distinct from 'missed-call'
      or exists (select 1 from call_work_order l where l.call_id = call.id and l.role = 'origin')))
    and id = (select id from call_root($1))`, [callId])).length > 0
}

/** The surviving call of this id, locked; an id that was merged away still finds it. */
export async function lockRoot (tx: Tx, callId: string): Promise<string | null> {
  return (await tx.query<{ id: string }>(`select c.id from call c
    where c.id = (select id from call_root($1)) for update`, [callId]))[0]?.id ?? null
}

/** Whether this telephone was in the call. */
export async function hasSpoken (q: Queryable, callId: string, extension: string): Promise<boolean> {
  return (await q.query('select 1 from channel where call_id = $1 and extension = $2 and answered_at is not null limit 1',
    [callId, extension])).length > 0
}

export function saveDisposition (
  tx: Tx, callId: string, { disposition, by, at }: { disposition: Disposition, by: string, at: Date }
): void {
  tx.write('update call set disposition = $2, disposition_by = $3, disposition_at = $4, revision = revision + 1 where id = $1',
    [callId, disposition, by, at])
}

/** Channels of this node without a reported end. */
export async function livingChannels (q: Queryable, node: string): Promise<BelievedChannel[]> {
  return await q.query<BelievedChannel>(
    'select unique_id "uniqueId", linked_id "linkedId", name from channel where node = $1 and ended_at is null', [node])
}

/** An order a call is tied to. */
export type Belonging = Required<LinkedOrder>

export interface TimelineEntry { at: Date, kind: CallEntryKind, actor: string, detail: Record<string, unknown> }
/** `waits`: the order whose callback waits for this caller; the call need not belong to it. */
export type TimelineRow = TimelineEntry & { waits: Belonging | null }

/** Entries of a call that became part of this one stay its own and are read here. */
export const timelineOf = async (q: Queryable, callId: string): Promise<TimelineRow[]> => await q.query<TimelineRow>(`
  select e.at, e.kind, e.actor, e.detail, (select jsonb_build_object('kind', o.kind, 'about', o.about_unit_id, 'by', o.created_by)
    from work_order_read o where e.kind = 'callback-awaited' and o.id = (e.detail->>'order')::uuid) as waits
  from call_event e where e.call_id = $1 or e.call_id in (select id from call where merged_into = $1) order by e.at, e.id`, [callId])
