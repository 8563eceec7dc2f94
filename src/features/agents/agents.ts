import { randomBytes } from 'node:crypto'
import type { Database, Tx } from '../../db/database.ts'
import type { AgentState } from '../../domain/agents.ts'
import type { Clock } from '../../domain/clock.ts'
import { DomainError, isPbxAway } from '../../domain/errors.ts'
import { holds, type Actor } from '../../domain/roles.ts'
import type { Feed } from '../../feed/feed.ts'
import type { JournalHandler } from '../../pbx/pbx-event.ts'
import type { Sweep } from '../../queue/alarms.ts'
import { createAgentJournal, type AgentsKept } from './agents-events.ts'
import { allAgents, lockAgents, lockWrappedUp, logStates, saveAgents, type AgentAccount } from './agents-store.ts'
import { createQueueKeeper, type QueueMembers } from './queue-keeper.ts'
import { agentStep, isNewState, membershipOf, reasonOf, type Agent, type AgentEvent, type PauseReason } from './rules/agent-state.ts'

export interface AgentsOptions {
  db: Database
  clock: Clock
  feed: Feed
  queue: QueueMembers
  /** whether this call has its disposition (小结) */
  hasDisposition: (tx: Tx, callId: string) => Promise<boolean>
  /** writes the telephones' SIP accounts into the PBX's configuration and reloads it */
  writeAgents: (accounts: readonly AgentAccount[]) => Promise<void>
  /** seconds of wrap-up after a citizen's call; 0: none */
  wrapUpSeconds: number
  onError?: (error: Error, what: string) => void
}

export interface AgentView {
  extension: string
  login: string | null
  displayName: string
  state: AgentState
  /** why paused, or how listening */
  reason: string | null
  since: Date
  callId: string | null
  wrapUpUntil: Date | null
  /** the telephone in the browser rings, not the one on the desk */
  webrtc: boolean
  /** 班长: whom an agent asks into a call */
  shiftLeader: boolean
}

/** Seconds an agent spent in each state. */
export interface AgentTimes {
  extension: string
  displayName: string
  seconds: Partial<Record<AgentState, number>>
  pauses: Record<string, number>
  signedInAt: Date | null
}

export type { QueueMembers, AgentAccount }

interface Which { extension?: string }

export interface Agents {
  journalHandler: JournalHandler
  /** ends wrap-ups that have run out; tells the exchange again what it did not take */
  sweep: Sweep
  /** makes good what the queue in the PBX was not told, or not told last */
  queueSweep: Sweep
  /** 签入. Without an extension the agent's own. @throws DomainError `not-allowed`, `not-found` */
  signIn: (tx: Tx, actor: Actor, input: Which) => Promise<AgentView>
  /** 签出; during a call it takes effect when the call ends */
  signOut: (tx: Tx, actor: Actor, input: Which) => Promise<AgentView>
  /** 示忙 with a reason. @throws `agent-not-signed-in` */
  pause: (tx: Tx, actor: Actor, input: Which & { reason: PauseReason }) => Promise<AgentView>
  /** 示闲; ends a wrap-up whose call has its disposition. @throws `agent-not-signed-in`, `guard-not-met` without a disposition */
  ready: (tx: Tx, actor: Actor, input: Which) => Promise<AgentView>
  list: () => Promise<AgentView[]>
  /** time sheets between two moments */
  times: (span: { from: Date, to: Date }) => Promise<AgentTimes[]>
  /** a telephone for somebody; the SIP password is answered once */
  saveAccount: (
    tx: Tx, actor: Actor, input: { extension: string, login: string | null, displayName: string, webrtc: boolean }
  ) => Promise<{ extension: string, sipPassword: string | null }>
  /**
   * Which telephone rings for an extension: one on the desk, or the page in the browser. `writeAccounts` afterwards tells
   * the PBX. @throws DomainError `not-found`, `not-allowed`, `agent-busy` in the middle of a call
   */
  chooseTelephone: (tx: Tx, actor: Actor, input: { extension: string, kind: 'desk' | 'browser' }) => Promise<{ kind: 'desk' | 'browser' }>
  /** makes the queue's members what the rows say; after the PBX or the connection to it came back */
  reconcile: () => Promise<void>
  /**
   * A login changed, for these extensions: whom no enabled login holds is signed out and taken off the PBX; with `newOwner` its telephone
   * gets another
   * SIP password, so that the one before rings no more.
   */
  loginChanged: (tx: Tx, actor: Actor, input: { extensions: readonly string[], newOwner: boolean }) => Promise<void>
  /**
   * Another SIP password for an extension; a page signs in with it by itself, a desk telephone is set up anew. @throws DomainError
   * `not-allowed`, `not-found`
   */
  newSipPassword: (tx: Tx, actor: Actor, input: { extension: string }) => Promise<{ extension: string, sipPassword: string }>
  /** Whose extension it is: an enabled login, or null. */
  loginOf: (tx: Tx, extension: string) => Promise<string | null>
  /** the accounts, written to the PBX again */
  writeAccounts: () => Promise<void>
}

/** Between two looks at the queue's members, ms: what somebody has in hand is done by then. */
const lookMs = 5000

const newPassword = (): string => randomBytes(18).toString('base64url')

/** Of `agent a`: its telephone may register. A disabled login's may not; one that was never given to anybody may. */
const isServed = `(exists (select 1 from user_account_read u where u.extension = a.extension and u.disabled_at is null)
  or not exists (select 1 from user_account_read u where u.extension = a.extension or u.login = a.login))`

/** The reason is `reasonOf` in SQL. */
const viewColumns = `extension, login, display_name "displayName", state, since,
  case when state = 'listening' then (select l.value->>'mode' from jsonb_each(channels) l where l.value->>'phase' = 'listening' limit 1)
    else reason end reason, call_id "callId", wrap_up_until "wrapUpUntil", webrtc,
  exists (select 1 from user_account_read u where u.login = agent.login and 'SHIFT_LEADER' = any(u.roles)
    and u.disabled_at is null) "shiftLeader"`

export function createAgents ({
  db, clock, feed, queue: members, hasDisposition, writeAgents, wrapUpSeconds, onError = () => {}
}: AgentsOptions): Agents {
  const caught = (what: string) => (error: unknown): void => onError(error instanceof Error ? error : new Error(String(error)), what)

  const queue = createQueueKeeper({ queue: members, onError: caught('queue') })

  async function keep (tx: Tx, { agents, changes, members: told }: AgentsKept): Promise<void> {
    saveAgents(tx, agents)
    logStates(tx, changes)
    if (changes.length > 0) {
      await feed.publish(tx, ...changes.map(({ agent, actor }) => ({
        topic: 'agent.state',
        subject: agent.extension,
        at: agent.since,
        data: {
          state: agent.state,
          reason: reasonOf(agent),
          callId: agent.callId,
          wrapUpUntil: agent.wrapUpUntil,
          afterwards: agent.afterwards,
          by: actor
        },
        audience: {
          roles: ['AGENT', 'SHIFT_LEADER', 'SUPERVISOR', 'LEADER', 'CALLBACK_OFFICER', 'ADMINISTRATOR'] as const,
          agent: agent.extension
        }
      })))
    }
    if (told.length > 0) tx.afterCommit(() => { for (const agent of told) queue.want(agent.extension, membershipOf(agent)) })
  }

  /** The agent the command is about: oneself, or for the shift leader anybody. */
  async function load (tx: Tx, actor: Actor, { extension = actor.extension ?? '' }: Which): Promise<Agent> {
    if (extension !== actor.extension && !holds(actor, 'SHIFT_LEADER', 'ADMINISTRATOR')) {
      throw new DomainError('not-allowed', 'only the shift leader changes another agent\'s state')
    }
    const [agent] = await lockAgents(tx, [extension])
    if (!agent) throw new DomainError('not-found', 'there is no agent with this extension')
    return agent
  }

  async function change (tx: Tx, actor: Actor, agent: Agent, ...events: AgentEvent[]): Promise<AgentView> {
    const after = events.reduce((a, event) => agentStep(a, event, wrapUpSeconds), agent)
    await keep(tx, { agents: [after], changes: isNewState(agent, after) ? [{ agent: after, actor: actor.id }] : [], members: [after] })
    const [view] = await tx.query<AgentView>(`select ${viewColumns} from agent where extension = $1`, [agent.extension])
    return view as AgentView
  }

  const signedIn = (agent: Agent): void => {
    if (agent.state === 'out') throw new DomainError('agent-not-signed-in', 'this agent is not signed in')
  }

  const wrapUps: Sweep = {
    name: 'agents-wrap-up',
    pace: 'ordinary',
    async run (now) {
      await db.tx(async tx => {
        const done = await lockWrappedUp(tx, now)
        if (done.length === 0) return
        // The wrap-up ended when its time was up, however late the sweep is.
        const after = done.map(agent => agentStep(agent, { kind: 'wrap-up-ends', at: agent.wrapUpUntil ?? now }, wrapUpSeconds))
        await keep(tx, { agents: after, changes: after.map(agent => ({ agent, actor: 'system' })), members: after })
      })
      queue.again()
    }
  }

  let nextLook = 0
  const comparison: Sweep = {
    name: 'queue members',
    pace: 'ordinary',
    async run () {
      if (performance.now() < nextLook) return
      nextLook = performance.now() + lookMs
      try {
        await queue.compare(await allAgents(db))
      } catch (error) {
        // With the PBX away all of it is compared after its next login.
        if (!isPbxAway(error)) throw error
      }
    }
  }

  return {
    journalHandler: createAgentJournal({ wrapUpSeconds, keep }),

    sweep: wrapUps,
    queueSweep: comparison,

    async signIn (tx, actor, input) {
      const agent = await load(tx, actor, input)
      return await change(tx, actor, agent, { kind: 'choose', state: 'ready', reason: null, at: clock.now() })
    },

    async signOut (tx, actor, input) {
      const agent = await load(tx, actor, input)
      return await change(tx, actor, agent, { kind: 'choose', state: 'out', reason: null, at: clock.now() })
    },

    async pause (tx, actor, { reason, ...input }) {
      const agent = await load(tx, actor, input)
      signedIn(agent)
      return await change(tx, actor, agent, { kind: 'choose', state: 'paused', reason, at: clock.now() })
    },

    async ready (tx, actor, input) {
      const agent = await load(tx, actor, input)
      signedIn(agent)
      const at = clock.now()
      if (agent.state === 'wrap-up' && agent.callId !== null && !await hasDisposition(tx, agent.callId)) {
        throw new DomainError('guard-not-met', 'say first what became of the call', { guard: 'disposition', callId: agent.callId })
      }
      return await change(tx, actor, agent, { kind: 'choose', state: 'ready', reason: null, at }, { kind: 'wrap-up-ends', at })
    },

    list: async () => await db.query<AgentView>(`select ${viewColumns} from agent order by extension`),

    async times ({ from, to }) {
      const rows = await db.query<{
        extension: string,
        displayName: string,
        state: AgentState,
        reason: string | null,
        seconds: number,
        signedInAt: Date | null
      }>(`
        with span as (
          select extension, state, reason, at, lead(at, 1, $2::timestamptz) over (partition by extension order by at, id) until
            from agent_event where at < $2
        )
        select a.extension, a.display_name "displayName", s.state, s.reason,
          sum(extract(epoch from least(s.until, $2) - greatest(s.at, $1)))::float8 seconds,
          min(s.at) filter (where s.state <> 'out' and s.at >= $1) "signedInAt"
        from span s join agent a using (extension) where s.until > $1 group by 1, 2, 3, 4 order by 1`, [from, to])
      const sheets = new Map<string, AgentTimes>()
      for (const row of rows) {
        const sheet = sheets.get(row.extension) ??
          { extension: row.extension, displayName: row.displayName, seconds: {}, pauses: {}, signedInAt: null }
        sheet.seconds[row.state] = (sheet.seconds[row.state] ?? 0) + row.seconds
        if (row.state === 'paused') sheet.pauses[row.reason ?? 'other'] = (sheet.pauses[row.reason ?? 'other'] ?? 0) + row.seconds
        if (row.signedInAt && (sheet.signedInAt === null || row.signedInAt < sheet.signedInAt)) sheet.signedInAt = row.signedInAt
        sheets.set(row.extension, sheet)
      }
      return [...sheets.values()]
    },

    async saveAccount (tx, actor, { extension, login, displayName, webrtc }) {
      if (!holds(actor, 'ADMINISTRATOR')) throw new DomainError('not-allowed', 'only an administrator gives out telephones')
      if (!/^8\d{3}$/.test(extension)) throw new DomainError('invalid-input', 'extensions are 8000 to 8999')
      const password = newPassword()
      const [made] = await tx.query<{ fresh: boolean }>(`insert into agent (extension, login, display_name, sip_password, webrtc, since)
        values ($1, $2, $3, $4, $5, $6)
        on conflict (extension) do update set login = excluded.login, display_name = excluded.display_name, webrtc = excluded.webrtc,
          sip_password = case when agent.login is distinct from excluded.login then excluded.sip_password else agent.sip_password end
        returning (sip_password = $4) fresh`,
      [extension, login, displayName, password, webrtc, clock.now()])
      tx.afterCommit(() => { writeAccounts().catch(caught('accounts')) })
      return { extension, sipPassword: made?.fresh ? password : null }
    },

    async chooseTelephone (tx, actor, { extension, kind }) {
      const agent = await load(tx, actor, { extension })
      const [row] = await tx.query<{ webrtc: boolean }>('select webrtc from agent where extension = $1', [extension])
      const webrtc = kind === 'browser'
      if (row?.webrtc === webrtc) return { kind }
      if (Object.keys(agent.lines).length > 0) throw new DomainError('agent-busy', 'the telephone is changed after the call')
      tx.write('update agent set webrtc = $2 where extension = $1', [extension, webrtc])
      return { kind }
    },

    async loginChanged (tx, actor, { extensions, newOwner }) {
      if (extensions.length === 0) return
      if (newOwner) {
        for (const extension of extensions) tx.write('update agent set sip_password = $2 where extension = $1', [extension, newPassword()])
      }
      const served = new Set((await tx.query<{ extension: string }>(
        `select extension from agent a where extension = any($1) and ${isServed}`,
        [extensions]
      )).map(a => a.extension))
      for (const agent of await lockAgents(tx, extensions)) {
        if (agent.state !== 'out' && (newOwner || !served.has(agent.extension))) {
          await change(tx, actor, agent, { kind: 'choose', state: 'out', reason: null, at: clock.now() })
        }
      }
      tx.afterCommit(() => { writeAccounts().catch(caught('accounts')) })
    },

    async newSipPassword (tx, actor, { extension }) {
      if (!holds(actor, 'ADMINISTRATOR')) throw new DomainError('not-allowed', 'only an administrator gives out telephones')
      const sipPassword = newPassword()
      const changed = await tx.query('update agent set sip_password = $2 where extension = $1 returning extension',
        [extension, sipPassword])
      if (changed.length === 0) throw new DomainError('not-found', 'there is no agent with this extension')
      tx.afterCommit(() => { writeAccounts().catch(caught('accounts')) })
      return { extension, sipPassword }
    },

    async loginOf (tx, extension) {
      const [found] = await tx.query<{ login: string }>(`select u.login from user_account_read u
        left join agent a on a.login = u.login and a.extension = u.extension
        where u.extension = $1 and u.disabled_at is null order by a.login nulls last, u.login limit 1`, [extension])
      return found?.login ?? null
    },

    reconcile: async () => await queue.reconcile(await allAgents(db)),

    writeAccounts
  }

  async function writeAccounts (): Promise<void> {
    await writeAgents(await db.query<AgentAccount>(`select extension, display_name "displayName", sip_password "sipPassword", webrtc
      from agent a where ${isServed} order by extension`))
  }
}
