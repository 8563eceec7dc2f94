import type { Queryable, Tx } from '../db/database.ts'
import { legPriority, type LegOutcome, type LegPriority, type LegPurpose, type LegState } from '../domain/telephone/legs.ts'
import type { LegScript } from './dialler-types.ts'
import type { PlacedLeg } from './legs/leg-nodes.ts'
import type { LegLife } from './legs/rules/leg-life.ts'
import type { NextStep, RequestProgress } from './legs/rules/next-step.ts'

export interface LivingLeg extends PlacedLeg { trunkId: string, priority: number, answered: boolean, hangupWanted: boolean }

export async function livingLegs (tx: Queryable): Promise<LivingLeg[]> {
  return await tx.query<LivingLeg>(`
    select id as "legId", node, trunk_id as "trunkId", priority, state in ('answered', 'confirmed') as answered,
           hangup_wanted as "hangupWanted"
      from leg where state <> 'ended' order by placing_at desc, id`)
}

export interface DueRequest {
  requestId: string
  purpose: LegPurpose
  priority: LegPriority
  subject: string
  numbersSealed: Buffer
  numberIndex: number
  attempt: number
  ringSeconds: number
  talkSeconds: number
  script: LegScript
  windows: string
  failedTrunks: string[]
  /** where it must be placed; null: anywhere */
  node: string | null
  /** the one trunk it goes over; null: any */
  trunk: string | null
}

/**
 * Requests that can be placed on one of these nodes, in order; those another transaction works on are left to its wake. A lost node takes
 * only an emergency: whom else it would ring may still be on the line there.
 */
export async function takeDue (tx: Tx, now: Date, limit: number, nodes: readonly string[]): Promise<DueRequest[]> {
  return await tx.query<DueRequest>(`
    select id as "requestId", purpose, priority, subject, numbers_sealed as "numbersSealed", number_index as "numberIndex",
           attempt, ring_seconds as "ringSeconds", talk_seconds as "talkSeconds", script, windows, failed_trunks as "failedTrunks",
           node, trunk_id as trunk
      from dial_request where state = 'waiting' and next_at <= $1 and (node is null or node = any($3))
       and (priority = $4 or exists (select 1 from unnest($3::text[]) u (name) where u.name = coalesce(dial_request.node, u.name)
         and u.name not in (select l.node from node_lost_read l)))
     order by priority, ordering, next_at, seq limit $2 for update skip locked`, [now, limit, nodes, legPriority.emergency])
}

export async function anyDue (db: Queryable, now: Date, nodes: readonly string[]): Promise<boolean> {
  return (await db.query(`select 1 from dial_request where state = 'waiting' and next_at <= $1 and (node is null or node = any($2))
    limit 1`, [now, nodes])).length > 0
}

export function postpone (tx: Tx, requests: ReadonlyArray<{ requestId: string, at: Date }>): void {
  if (requests.length === 0) return
  tx.write(`update dial_request r set next_at = n.at, revision = revision + 1
    from unnest($1::uuid[], $2::timestamptz[]) n(id, at) where r.id = n.id`,
  [requests.map(r => r.requestId), requests.map(r => r.at)])
}

export interface NewLeg extends PlacedLeg {
  trunkId: string
  numberSealed: Buffer
  numberHash: Buffer
  requestId: string
}

/** Writes the legs as `placing`, before the PBX is told. */
export function insertLegs (tx: Tx, legs: readonly NewLeg[], placedBy: string, now: Date): void {
  tx.write(`
    insert into leg (id, request_id, purpose, priority, subject, attempt, number_index, number_sealed, number_hash, trunk_id, node, state,
      placing_at, placed_by)
    select n.id, r.id, r.purpose, r.priority, r.subject, r.attempt, r.number_index, n.sealed, n.hash, n.trunk, n.node, 'placing', $7, $8
      from unnest($1::text[], $2::uuid[], $3::bytea[], $4::bytea[], $5::text[], $6::text[]) n(id, request, sealed, hash, trunk, node)
      join dial_request r on r.id = n.request`,
  [
    legs.map(l => l.legId), legs.map(l => l.requestId), legs.map(l => l.numberSealed), legs.map(l => l.numberHash),
    legs.map(l => l.trunkId), legs.map(l => l.node), now, placedBy
  ])
  tx.write('update dial_request set state = \'dialling\', revision = revision + 1 where id = any($1::uuid[])', [legs.map(l => l.requestId)])
}

/** `answered`: answered legs too. Of the others the want ends with an answer: see `nextLife`. */
export function wantHangup (tx: Tx, legIds: readonly string[], { answered = false } = {}): void {
  tx.write(`update leg set hangup_wanted = true, hangup_answered = hangup_answered or $2, revision = revision + 1
    where id = any($1::text[]) and ($2 or answered_at is null)`, [legIds, answered])
}

/** A leg with the fields of its request that decide its next step. */
export interface LegRow extends LegLife, RequestProgress, PlacedLeg {
  requestId: string
  priority: LegPriority
  subject: string
  trunkId: string
  numberHash: Buffer
  /** attempt the leg belongs to */
  legAttempt: number
  /** taken back to make room for an emergency */
  preempted: boolean
  requestState: 'waiting' | 'dialling' | 'finished'
  /** best outcome of the request so far */
  requestOutcome: LegOutcome | null
  requestRevision: number
  /** the one trunk its request goes over; null: any */
  onlyTrunk: string | null
}

/** Locks the legs and their requests; requests always in the order of their ids, so that two transactions do not lock crosswise. */
export async function lockLegs (tx: Tx, legIds: readonly string[]): Promise<LegRow[]> {
  return await tx.query<LegRow>(`
    select l.id as "legId", l.node, r.id as "requestId", r.purpose, r.priority, r.subject, l.attempt as "legAttempt", l.state, l.outcome,
           l.cause, l.sip, l.channel_state as "channelState", l.theirs, r.ring_seconds as "ringSeconds", l.trunk_id as "trunkId",
           l.number_hash as "numberHash", r.tried, r.failed_trunks as "failedTrunks",
           l.done_result as "doneResult", l.keys, l.hangup_wanted as "hangupWanted", l.hangup_answered as "hangupAnswered", l.preempted,
           l.ringing_at as "ringingAt", l.answered_at as "answeredAt", l.confirmed_at as "confirmedAt", l.bounded_from as "boundedFrom",
           l.ended_at as "endedAt", r.state as "requestState", r.outcome as "requestOutcome", r.attempts, r.gap_seconds as "gapSeconds",
           r.number_count as "numberCount", r.attempt, r.number_index as "numberIndex", r.dead_numbers as "deadNumbers", r.repeats,
           r.cancel_reason is not null as cancelled, r.revision as "requestRevision",
           r.trunk_id as "onlyTrunk"
      from leg l join dial_request r on r.id = l.request_id
     where l.id = any($1::text[]) order by r.id, l.id for update of r, l`, [legIds])
}

/**
 * Legs that a restart in the journal certainly ended: placed before the second in which the PBX started. Legs placed within that second
 * may belong to the new run and ring: `legsBeforeStart` compares them with the living channels. Both times are the service's own.
 * @param before where the start is not known
 */
export async function livingLegsOfNode (tx: Queryable, node: string, before: Date): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(`
    select id from leg where node = $1 and state <> 'ended'
       and placing_at < coalesce((select started_at from pbx_node_read where node = $1), $2) order by id`, [node, before])
  return rows.map(row => row.id)
}

export function saveLegs (tx: Tx, legs: ReadonlyArray<{ legId: string, life: LegLife }>): void {
  if (legs.length === 0) return
  const of = <T>(pick: (life: LegLife) => T): T[] => legs.map(leg => pick(leg.life))
  tx.write(`
    update leg l set state = n.state, outcome = n.outcome, cause = n.cause, keys = n.keys::jsonb, done_result = n.done,
      ringing_at = n.ringing, answered_at = n.answered, confirmed_at = n.confirmed, ended_at = n.ended, sip = n.sip,
      channel_state = n.channel_state, theirs = n.theirs, bounded_from = n.bounded_from, hangup_wanted = n.wanted,
      revision = revision + 1
      from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[],
        $9::timestamptz[], $10::timestamptz[], $11::int[], $12::text[], $13::boolean[], $14::timestamptz[], $15::boolean[])
        n(id, state, outcome, cause, keys, done, ringing, answered, confirmed, ended, sip, channel_state, theirs, bounded_from, wanted)
     where l.id = n.id`,
  [
    legs.map(leg => leg.legId), of(l => l.state), of(l => l.outcome), of(l => l.cause), of(l => JSON.stringify(l.keys)),
    of(l => l.doneResult), of(l => l.ringingAt), of(l => l.answeredAt), of(l => l.confirmedAt), of(l => l.endedAt), of(l => l.sip),
    of(l => l.channelState), of(l => l.theirs), of(l => l.boundedFrom), of(l => l.hangupWanted)
  ])
}

export interface SavedStep { requestId: string, step: NextStep, endedAt: Date }

export function saveSteps (tx: Tx, steps: readonly SavedStep[]): void {
  const again = steps.flatMap(s => s.step.kind === 'again' ? [{ id: s.requestId, step: s.step }] : [])
  const finished = steps.flatMap(s => s.step.kind === 'finished' ? [{ id: s.requestId, step: s.step, at: s.endedAt }] : [])
  // Lists of different lengths do not travel as one SQL array: they travel as text.
  if (again.length > 0) {
    tx.write(`
      update dial_request r set state = 'waiting', attempt = n.attempt, number_index = n.number_index, dead_numbers = n.dead::int[],
        repeats = n.repeats, outcome = n.outcome, next_at = n.at, tried = n.tried, failed_trunks = n.failed::text[], revision = revision + 1
        from unnest($1::uuid[], $2::int[], $3::int[], $4::text[], $5::int[], $6::text[], $7::timestamptz[], $8::boolean[], $9::text[])
             n(id, attempt, number_index, dead, repeats, outcome, at, tried, failed)
       where r.id = n.id`,
    [
      again.map(a => a.id),
      again.map(a => a.step.attempt),
      again.map(a => a.step.numberIndex),
      again.map(a => `{${a.step.deadNumbers.join(',')}}`),
      again.map(a => a.step.repeats),
      again.map(a => a.step.outcome),
      again.map(a => a.step.at),
      again.map(a => a.step.tried),
      again.map(a => `{${a.step.failedTrunks.map(id => `"${id}"`).join(',')}}`)
    ])
  }
  if (finished.length > 0) {
    tx.write(`
      update dial_request r set state = 'finished', outcome = n.outcome, dead_numbers = n.dead::int[], tried = n.tried, finished_at = n.at,
        revision = revision + 1
        from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::boolean[]) n(id, outcome, dead, at, tried)
       where r.id = n.id`,
    [
      finished.map(f => f.id),
      finished.map(f => f.step.outcome),
      finished.map(f => `{${f.step.deadNumbers.join(',')}}`),
      finished.map(f => f.at),
      finished.map(f => f.step.tried)
    ])
  }
}

export interface DoubtedLeg {
  legId: string
  state: LegState
  trunkId: string
  hangupWanted: boolean
  /** also when it is answered */
  hangupAnswered: boolean
  placings: number
  windows: string
  numberSealed: Buffer
  ringSeconds: number
  talkSeconds: number
  script: LegScript
  placingAt: Date
  placedBy: string
  /** before the PBX last started, or within that same second */
  beforeStart: boolean
}

/** Of a leg `l`. The PBX tells its start in whole seconds: a leg placed in that second may belong to the run before. */
const beforeStart = 'l.placing_at < (select p.started_at + interval \'1 second\' from pbx_node_read p where p.node = l.node)'

const doubted = `
  l.id as "legId", l.state, l.trunk_id as "trunkId", l.hangup_wanted as "hangupWanted",
  l.hangup_answered as "hangupAnswered", l.placings, r.windows,
  l.number_sealed as "numberSealed", r.ring_seconds as "ringSeconds", r.talk_seconds as "talkSeconds", r.script,
  l.placing_at as "placingAt", l.placed_by as "placedBy", coalesce(${beforeStart}, false) as "beforeStart"`

/** Legs of the node that the PBX was told of, or was to be, and has not reported on. */
export async function placingLegs (db: Queryable, node: string, before: Date): Promise<DoubtedLeg[]> {
  return await db.query<DoubtedLeg>(`
    select ${doubted} from leg l join dial_request r on r.id = l.request_id
     where l.node = $1 and l.state = 'placing' and l.placing_at < $2 order by l.priority, l.placing_at, l.id`, [node, before])
}

/** Legs that had a channel before the PBX last started, or within that same second. */
export async function legsBeforeStart (db: Queryable, node: string): Promise<DoubtedLeg[]> {
  return await db.query<DoubtedLeg>(`select ${doubted} from leg l join dial_request r on r.id = l.request_id
     where l.node = $1 and l.state in ('ringing', 'answered', 'confirmed') and ${beforeStart} order by l.id`, [node])
}

/** Those of the legs that were placed before their PBX last started, or within that same second. */
export async function placedBeforeStart (db: Queryable, legIds: readonly string[]): Promise<Set<string>> {
  const rows = await db.query<{ id: string }>(`select l.id from leg l where l.id = any($1::text[]) and ${beforeStart}`, [legIds])
  return new Set(rows.map(row => row.id))
}

/**
 * Living legs that should be over: withdrawn, out of the talking time that still bounds them, or (`overdue`) so late that the PBX must have
 * lost them.
 */
export async function overrunningLegs (
  db: Queryable, node: string, now: Date, graceSeconds: number
): Promise<Array<DoubtedLeg & { overdue: boolean }>> {
  return await db.query(`
    select ${doubted}, coalesce(due.at + $3 * interval '1 second' < $2, false) as overdue
      from leg l join dial_request r on r.id = l.request_id
      cross join lateral (select case when l.answered_at is null then l.ringing_at + (r.ring_seconds + $3) * interval '1 second'
                                      else l.bounded_from + r.talk_seconds * interval '1 second' end as at) due
     where l.node = $1 and l.state <> 'ended' and (l.hangup_wanted or (l.state <> 'placing' and due.at <= $2))
     order by l.id limit 1000`, [node, now, graceSeconds])
}

/** Locks the legs again, and keeps those that are still in the state in which they were read. */
export async function lockUnchanged (tx: Tx, legs: readonly DoubtedLeg[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(`
    select l.id from leg l join dial_request r on r.id = l.request_id
      join unnest($1::text[], $2::text[], $3::timestamptz[]) n(id, state, at) on n.id = l.id
     where l.state = n.state and date_trunc('milliseconds', l.placing_at) = n.at order by r.id, l.id for update of r, l`,
  [legs.map(l => l.legId), legs.map(l => l.state), legs.map(l => l.placingAt)])
  return new Set(rows.map(row => row.id))
}

export function placeAgain (tx: Tx, legIds: readonly string[], placedBy: string, now: Date): void {
  tx.write('update leg set placing_at = $3, placed_by = $2, placings = placings + 1, revision = revision + 1 where id = any($1::text[])',
    [legIds, placedBy, now])
}
