import type { Queryable, Tx } from '../../db/database.ts'
import type { Question } from './rules/quality-form.ts'

export const decisions = ['kept', 'changed'] as const
export type Decision = typeof decisions[number]

export interface FormRow { id: string, validFrom: string, questions: Question[], pass: number, enteredBy: string, enteredAt: Date }

export interface ScoreRow {
  callId: string
  formId: string
  extension: string
  agent: string
  scores: Record<string, number>
  total: number
  remark: string
  gradedBy: string
  gradedAt: Date
  objection: string | null
  objectedAt: Date | null
  decision: Decision | null
  decisionReason: string | null
  decidedBy: string | null
  decidedAt: Date | null
}

export interface ScoreOfCall extends ScoreRow { questions: Question[], pass: number, offeredAt: Date }

const columns = `s.call_id as "callId", s.form_id as "formId", s.extension, s.agent, s.scores, s.total, s.remark, s.graded_by as "gradedBy",
  s.graded_at as "gradedAt", s.objection, s.objected_at as "objectedAt", s.decision, s.decision_reason as "decisionReason",
  s.decided_by as "decidedBy", s.decided_at as "decidedAt", f.questions, f.pass, c.offered_at as "offeredAt"`
const from = 'from quality_score s join quality_form f on f.id = s.form_id join call_read c on c.id = s.call_id'

/** Every form, the first one first. */
export async function formsOf (q: Queryable): Promise<FormRow[]> {
  return await q.query<FormRow>(`select id, to_char(valid_from, 'YYYY-MM-DD') as "validFrom", questions, pass, entered_by as "enteredBy",
    entered_at as "enteredAt" from quality_form order by valid_from`)
}

/** A form that has not begun is replaced. */
export function saveForm (tx: Tx, { id, validFrom, questions, pass, enteredBy, enteredAt }: FormRow): void {
  tx.write(`insert into quality_form (id, valid_from, questions, pass, entered_by, entered_at) values ($1, $2, $3, $4, $5, $6)
    on conflict (valid_from) do update set questions = excluded.questions, pass = excluded.pass, entered_by = excluded.entered_by,
      entered_at = excluded.entered_at`, [id, validFrom, JSON.stringify(questions), pass, enteredBy, enteredAt])
}

/** null: the call was not graded */
export async function scoreOfCall (q: Queryable, callId: string): Promise<ScoreOfCall | null> {
  return (await q.query<ScoreOfCall>(`select ${columns} ${from} where s.call_id = $1`, [callId]))[0] ?? null
}

export async function lockScore (tx: Tx, callId: string): Promise<ScoreOfCall | null> {
  return (await tx.query<ScoreOfCall>(`select ${columns} ${from} where s.call_id = $1 for update of s`, [callId]))[0] ?? null
}

/** Last graded first; `agent`: of this login alone; `objected`: only those with an objection that is not decided. */
export async function scoresOf (
  q: Queryable,
  { agent, objected }: { agent: string | null, objected: boolean },
  { after, limit }: { after: [Date, string] | null, limit: number }
): Promise<ScoreOfCall[]> {
  return await q.query<ScoreOfCall>(`select ${columns} ${from}
    where ($1::text is null or s.agent = $1) and (not $2::boolean or (s.objected_at is not null and s.decided_at is null))
      and ($3::timestamptz is null or (s.graded_at, s.call_id) < ($3, $4))
    order by s.graded_at desc, s.call_id desc limit $5`, [agent, objected, after?.[0] ?? null, after?.[1] ?? null, limit])
}

/** false: somebody else graded the call before */
export async function insertScore (
  tx: Tx,
  s: Pick<ScoreRow, 'callId' | 'formId' | 'extension' | 'agent' | 'scores' | 'total' | 'remark' | 'gradedBy' | 'gradedAt'>
): Promise<boolean> {
  return (await tx.query(`insert into quality_score (call_id, form_id, extension, agent, scores, total, remark, graded_by, graded_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (call_id) do nothing returning call_id`,
  [s.callId, s.formId, s.extension, s.agent, JSON.stringify(s.scores), s.total, s.remark, s.gradedBy, s.gradedAt])).length > 0
}

export function saveObjection (tx: Tx, callId: string, objection: string, at: Date): void {
  tx.write('update quality_score set objection = $2, objected_at = $3 where call_id = $1', [callId, objection, at])
}

export function saveDecision (
  tx: Tx, callId: string,
  d: { decision: Decision, scores: Record<string, number>, total: number, reason: string, by: string, at: Date }
): void {
  tx.write(`update quality_score set decision = $2, scores = $3, total = $4, decision_reason = $5, decided_by = $6, decided_at = $7
    where call_id = $1`, [callId, d.decision, JSON.stringify(d.scores), d.total, d.reason, d.by, d.at])
}
