import type { Queryable, Tx } from '../../db/database.ts'
import type { AgentState } from '../../domain/people/agents.ts'
import type { BelievedChannel } from '../../pbx/journal/lost-channels.ts'
import { reasonOf, type Agent, type AgentReason } from './rules/agent-state.ts'

/** An agent's SIP account, as the PBX's configuration needs it. */
export interface AgentAccount { extension: string, displayName: string, sipPassword: string, webrtc: boolean }

/** A telephone given to a person; without a login it is nobody's yet. */
export interface NewAccount {
  extension: string
  login: string | null
  displayName: string
  webrtc: boolean
  sipPassword: string
  since: Date
}

export interface AgentView {
  extension: string
  login: string | null
  displayName: string
  state: AgentState
  /** why paused, or how listening */
  reason: AgentReason | null
  since: Date
  callId: string | null
  wrapUpUntil: Date | null
  /** the telephone in the browser rings, not the one on the desk */
  webrtc: boolean
  /** 班长: agents may ask this person into a call */
  shiftLeader: boolean
}

/** Of an `Agent`. */
export const agentColumns =
  'extension, state, reason, since, call_id "callId", wrap_up_until "wrapUpUntil", channels lines, afterwards, seat'

/** Locks and returns the agents of these extensions; others are not known here. */
export const lockAgents = async (tx: Tx, extensions: readonly string[]): Promise<Agent[]> =>
  await tx.query<Agent>(`select ${agentColumns} from agent where extension = any($1) order by extension for update`, [extensions])

/** Agents with a living line on one of these nodes, locked. */
export const lockWithLines = async (tx: Tx, nodes: readonly string[]): Promise<Agent[]> => nodes.length === 0
  ? []
  : await tx.query<Agent>(`select ${agentColumns} from agent
    where exists (select 1 from jsonb_each(channels) l where l.value->>'node' = any($1)) order by extension for update`, [nodes])

/** Lines of agents' telephones that live on this node according to the journal. */
export const livingLines = async (q: Queryable, node: string): Promise<BelievedChannel[]> =>
  await q.query<BelievedChannel>(`select l.key "uniqueId", l.value->>'linkedId' "linkedId", l.value->>'name' name
    from agent, jsonb_each(channels) l where l.value->>'node' = $1`, [node])

/** Agents whose wrap-up, or rest after a declined call, has run out, locked. */
export const lockWrappedUp = async (tx: Tx, now: Date): Promise<Agent[]> =>
  await tx.query<Agent>(`select ${agentColumns} from agent where state in ('wrap-up', 'paused') and wrap_up_until <= $1
    order by extension for update skip locked`, [now])

export const allAgents = async (db: Queryable): Promise<Agent[]> =>
  await db.query<Agent>(`select ${agentColumns} from agent order by extension`)

export function saveAgents (tx: Tx, agents: readonly Agent[]): void {
  if (agents.length === 0) return
  tx.write(`update agent a set state = n.state, reason = n.reason, since = n.since, call_id = n.call_id, wrap_up_until = n.until,
    channels = n.lines, afterwards = n.afterwards,
    seat = case when n.state in ('ready', 'ringing') and n.afterwards = 'ready' then a.seat end
    from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::timestamptz[], $7::jsonb[], $8::text[])
      n(extension, state, reason, since, call_id, until, lines, afterwards) where a.extension = n.extension`,
  [agents.map(a => a.extension), agents.map(a => a.state), agents.map(a => a.reason), agents.map(a => a.since), agents.map(a => a.callId),
    agents.map(a => a.wrapUpUntil), agents.map(a => JSON.stringify(a.lines)), agents.map(a => a.afterwards)])
}

/** Every state an agent was in, for time sheets: each lasts until the next. */
export function logStates (tx: Tx, changes: ReadonlyArray<{ agent: Agent, actor: string }>): void {
  if (changes.length === 0) return
  tx.write(`insert into agent_event (extension, at, state, reason, call_id, actor) select *
    from unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[])`,
  [
    changes.map(c => c.agent.extension), changes.map(c => c.agent.since), changes.map(c => c.agent.state),
    changes.map(c => reasonOf(c.agent)), changes.map(c => c.agent.callId), changes.map(c => c.actor)
  ])
}

/** How long an agent was in one state, for one reason, between two moments. */
export interface TimeInState {
  extension: string
  displayName: string
  state: AgentState
  reason: AgentReason | null
  seconds: number
  signedInAt: Date | null
}

/** Of every agent who was in any; each state lasts until the next. */
export async function timesInStates (db: Queryable, { from, to }: { from: Date, to: Date }): Promise<TimeInState[]> {
  return await db.query<TimeInState>(`
    with span as (
      select extension, state, reason, at, lead(at, 1, $2::timestamptz) over (partition by extension order by at, id) until
        from agent_event where at < $2
    )
    select a.extension, a.display_name "displayName", s.state, s.reason,
      sum(extract(epoch from least(s.until, $2) - greatest(s.at, $1)))::float8 seconds,
      min(s.at) filter (where s.state <> 'out' and s.at >= $1) "signedInAt"
    from span s join agent a using (extension) where s.until > $1 group by 1, 2, 3, 4 order by 1`, [from, to])
}

/** Of `agent a`: its telephone may register. A disabled login's may not; a telephone without an owner so far may. */
const isServed = `(exists (select 1 from user_account_read u where u.extension = a.extension and u.disabled_at is null)
  or not exists (select 1 from user_account_read u where u.extension = a.extension or u.login = a.login))`

/** The reason is `reasonOf` in SQL. */
const viewColumns = `extension, login, display_name "displayName", state, since,
  case when state = 'listening' then (select l.value->>'mode' from jsonb_each(channels) l where l.value->>'phase' = 'listening' limit 1)
    else reason end reason, call_id "callId", wrap_up_until "wrapUpUntil", webrtc,
  exists (select 1 from user_account_read u where u.login = agent.login and 'SHIFT_LEADER' = any(u.roles)
    and u.disabled_at is null) "shiftLeader"`

export const agentViews = async (db: Queryable): Promise<AgentView[]> =>
  await db.query<AgentView>(`select ${viewColumns} from agent order by extension`)

export async function viewOf (tx: Tx, extension: string): Promise<AgentView> {
  const [view] = await tx.query<AgentView>(`select ${viewColumns} from agent where extension = $1`, [extension])
  if (!view) throw new Error(`there is no agent ${extension}`)
  return view
}

/** Those of these extensions whose telephone may register. */
export async function servedAmong (tx: Tx, extensions: readonly string[]): Promise<ReadonlySet<string>> {
  return new Set((await tx.query<{ extension: string }>(
    `select extension from agent a where extension = any($1) and ${isServed}`,
    [extensions]
  )).map(a => a.extension))
}

/** The SIP accounts of all telephones that may register. */
export const servedAccounts = async (db: Queryable): Promise<AgentAccount[]> =>
  await db.query<AgentAccount>(`select extension, display_name "displayName", sip_password "sipPassword", webrtc
      from agent a where ${isServed} order by extension`)

/** Adds the telephone or gives it to this login. Whether it has this SIP password now: the same login keeps the one it had. */
export async function putAccount (
  tx: Tx, { extension, login, displayName, webrtc, sipPassword, since }: NewAccount
): Promise<boolean> {
  const [made] = await tx.query<{ fresh: boolean }>(`insert into agent (extension, login, display_name, sip_password, webrtc, since)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (extension) do update set login = excluded.login, display_name = excluded.display_name, webrtc = excluded.webrtc,
      sip_password = case when agent.login is distinct from excluded.login then excluded.sip_password else agent.sip_password end
    returning (sip_password = $4) fresh`,
  [extension, login, displayName, sipPassword, webrtc, since])
  return made?.fresh ?? false
}

/** Whether the page in the browser rings, not the telephone on the desk; null: there is no such extension. */
export async function ringsInBrowser (db: Queryable, extension: string): Promise<boolean | null> {
  const [row] = await db.query<{ webrtc: boolean }>('select webrtc from agent where extension = $1', [extension])
  return row?.webrtc ?? null
}

export function saveTelephone (tx: Tx, extension: string, webrtc: boolean): void {
  tx.write('update agent set webrtc = $2 where extension = $1', [extension, webrtc])
}

/** Returns whether there is such an extension. */
export async function saveSipPassword (tx: Tx, extension: string, sipPassword: string): Promise<boolean> {
  return (await tx.query('update agent set sip_password = $2 where extension = $1 returning extension',
    [extension, sipPassword])).length > 0
}

/** The enabled login that holds the extension, or null. */
export async function loginOf (tx: Tx, extension: string): Promise<string | null> {
  const [found] = await tx.query<{ login: string }>(`select u.login from user_account_read u
    left join agent a on a.login = u.login and a.extension = u.extension
    where u.extension = $1 and u.disabled_at is null order by a.login nulls last, u.login limit 1`, [extension])
  return found?.login ?? null
}
