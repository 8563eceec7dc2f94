import { randomBytes } from 'node:crypto'
import type { Tx } from '../../db/database.ts'
import { lockNamed } from '../../db/lock-store.ts'
import { DomainError } from '../../domain/errors.ts'
import { checkExtension } from '../../domain/telephone/extension.ts'
import { holds, type Actor } from '../../domain/people/roles.ts'
import { change, load, type AgentsContext } from './agent-changes.ts'
import {
  lockAgents, putAccount, ringsInBrowser, saveSipPassword, saveTelephone, servedAccounts, servedAmong, type NewAccount
} from './agents-store.ts'

const newPassword = (): string => randomBytes(18).toString('base64url')

/** The accounts as they stand at the end of this transaction. Two at once write one after the other, each with what the other did. */
export async function writeServed ({ writeAgents }: AgentsContext, tx: Tx): Promise<void> {
  await lockNamed(tx, 'telephones of the PBX')
  await writeAgents(tx, await servedAccounts(tx))
}

/** The accounts, written again; resolves when the PBX knows them, or after a few seconds. */
export async function writeAccounts (context: AgentsContext): Promise<void> {
  await context.db.tx(async tx => { await writeServed(context, tx) })
  await context.agentsKnown()
}

type TelephoneKind = 'desk' | 'browser'

/** Gives a person a telephone; the SIP password is returned once. */
export async function saveAccount (
  context: AgentsContext, tx: Tx, actor: Actor, { extension, login, displayName, webrtc }: Omit<NewAccount, 'sipPassword' | 'since'>
): Promise<{ extension: string, sipPassword: string | null }> {
  if (!holds(actor, 'ADMINISTRATOR')) throw new DomainError('not-allowed', 'only an administrator gives out telephones')
  checkExtension(extension)
  const password = newPassword()
  const fresh = await putAccount(tx, { extension, login, displayName, webrtc, sipPassword: password, since: context.clock.now() })
  await writeServed(context, tx)
  return { extension, sipPassword: fresh ? password : null }
}

/**
 * Which telephone rings for an extension: one on the desk, or the page in the browser. `writeAccounts` afterwards tells
 * the PBX. @throws DomainError `not-found`, `not-allowed`, `agent-busy` in the middle of a call
 */
export async function chooseTelephone (
  tx: Tx, actor: Actor, { extension, kind }: { extension: string, kind: TelephoneKind }
): Promise<{ kind: TelephoneKind }> {
  const agent = await load(tx, actor, { extension })
  const webrtc = kind === 'browser'
  if (await ringsInBrowser(tx, extension) === webrtc) return { kind }
  if (Object.keys(agent.lines).length > 0) throw new DomainError('agent-busy', 'the telephone can be changed after the call')
  saveTelephone(tx, extension, webrtc)
  return { kind }
}

/**
 * A login of these extensions changed. An extension no enabled login holds is signed out and taken off the PBX. With `newOwner` its
 * telephone gets another SIP password: the telephone before rings no more.
 */
export async function loginChanged (
  context: AgentsContext, tx: Tx, actor: Actor, { extensions, newOwner }: { extensions: readonly string[], newOwner: boolean }
): Promise<void> {
  if (extensions.length === 0) return
  if (newOwner) await Promise.all(extensions.map(async extension => await saveSipPassword(tx, extension, newPassword())))
  const served = await servedAmong(tx, extensions)
  for (const agent of await lockAgents(tx, extensions)) {
    if (agent.state !== 'out' && (newOwner || !served.has(agent.extension))) {
      await change(context, tx, actor, agent, { kind: 'choose', state: 'out', reason: null, at: context.clock.now() })
    }
  }
  await writeServed(context, tx)
}

/**
 * Another SIP password for an extension; a page signs in with it by itself, a desk telephone is set up again. @throws DomainError
 * `not-allowed`, `not-found`
 */
export async function newSipPassword (
  context: AgentsContext, tx: Tx, actor: Actor, { extension }: { extension: string }
): Promise<{ extension: string, sipPassword: string }> {
  if (!holds(actor, 'ADMINISTRATOR')) throw new DomainError('not-allowed', 'only an administrator gives out telephones')
  const sipPassword = newPassword()
  if (!await saveSipPassword(tx, extension, sipPassword)) throw new DomainError('not-found', 'there is no agent with this extension')
  await writeServed(context, tx)
  return { extension, sipPassword }
}
