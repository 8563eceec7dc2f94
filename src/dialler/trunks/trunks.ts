import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Logger } from 'pino'
import type { Database, Queryable, Tx } from '../../db/database.ts'
import { bind } from '../../domain/bind.ts'
import { DomainError } from '../../domain/errors.ts'
import type { Actor } from '../../domain/people/roles.ts'
import type { Clock } from '../../domain/time/clock.ts'
import { within } from '../../domain/time/within.ts'
import { infoKeysModule } from '../../pbx/modules.ts'
import type { Switchboard } from '../../pbx/switchboard.ts'
import { hostOf } from '../../pbx/node-rows/rules/address.ts'
import { checkTrunk, dialplanOrder, shareOf, sourcesOf } from './rules/trunk-check.ts'
import { troubleOf, type Trouble } from './rules/trouble.ts'
import type { TrunkFields } from './rules/trunk.ts'
import { trialResult, type TrialResult } from './rules/trial.ts'
import { lastTrials, type Trial } from './trial-store.ts'
import {
  allTrunks, callsOnTrunks, deleteTrunk, insertTrunk, lastCallsOnTrunks, lockAllTrunks, trunksOnNodes, updateTrunk, wasUsed, type Trunk
} from './trunk-store.ts'
import { giveTrunks, takeTrunk, type GivingOptions } from './trunks-given.ts'

/** What a PBX is asked here. */
export interface TrunkNode {
  name: string
  sip: { host: string, port: number }
  isUp: () => boolean
  switchboard: Pick<Switchboard, 'hasModule'>
}

export interface TrunksOptions extends GivingOptions {
  db: Database
  clock: Clock
  nodes: { readonly all: readonly TrunkNode[] }
  /** hosts of edges in front of the PBXs */
  edges: readonly string[]
  knowsLocalMobiles: boolean
  /** something may have room now */
  wake: () => void
  log: Logger
}

/** A trunk as it stands, and how it does. */
export interface TrunkNow extends Trunk {
  fromSettings: boolean
  /** calls that live */
  calls: number
  nodes: Array<{
    name: string
    /** null: its carrier answers, or is not asked */
    silentSince: Date | null
    /** calls the PBX may place on it without the dialler */
    share: number
    /** keys by INFO: it must be restarted for them; null: it cannot be asked just now */
    restart: boolean | null
  }>
  /** null: its last calls say nothing against it */
  trouble: Trouble | null
  /** the last trial call; `result` null: it is under way */
  trial: { at: Date, result: TrialResult | null, sip: number | null } | null
}

/** Longest wait for the name of a carrier, and for a PBX, ms. */
const askMs = 3000
/** Calls so old say nothing of a carrier any more, ms. */
const lastCallsMs = 24 * 3_600_000
/** The trunk of the settings: each start would enter it anew. */
const ofSettings = 'trunk'

/** What a host resolves to. A name nobody knows is a carrier that does not answer, which the page then says. */
async function namesOf (address: string): Promise<string[]> {
  if (address === '') return []
  const host = hostOf(address)
  if (isIP(host) !== 0) return [host]
  const found = await within(askMs, lookup(host, { all: true })).catch(() => [])
  return [host, ...found.map(({ address }) => address)]
}

/** Of an address, and of a proxy's. */
export interface Hosts { hosts: readonly string[], proxyHosts: readonly string[] }

/** What a person entered, before the transaction: nothing is asked where no address is new. */
async function hostsOf (
  _: TrunksOptions, { address = '', outboundProxy = '' }: Partial<Pick<TrunkFields, 'address' | 'outboundProxy'>>
): Promise<Hosts> {
  const [hosts, proxyHosts] = await Promise.all([namesOf(address), namesOf(outboundProxy)])
  return { hosts, proxyHosts }
}

const oursOf = ({ nodes, edges }: TrunksOptions): string[] =>
  [...nodes.all.map(({ sip }) => `${sip.host.toLowerCase()}:${sip.port}`), ...edges]

function check (options: TrunksOptions, trunk: TrunkFields, others: readonly Trunk[], hosts: Hosts): void {
  checkTrunk(trunk, { others, ours: oursOf(options), ...hosts, knowsLocalMobiles: options.knowsLocalMobiles })
}

/** As it is kept. */
const tidy = (trunk: TrunkFields): TrunkFields => ({ ...trunk, sources: sourcesOf(trunk.sources).join(', ') })

/** @throws DomainError as `checkTrunk` */
async function add (
  options: TrunksOptions, tx: Tx, actor: Actor, trunk: TrunkFields, hosts: Hosts
): Promise<{ id: string }> {
  check(options, trunk, await lockAllTrunks(tx), hosts)
  const id = await insertTrunk(tx, tidy(trunk), actor.id, options.clock.now())
  await giveTrunks(options, tx)
  tx.afterCommit(options.wake)
  return { id }
}

function standing (trunks: readonly Trunk[], id: string): Trunk {
  const trunk = trunks.find(one => one.id === id)
  if (!trunk) throw new DomainError('not-found', 'there is no such trunk')
  return trunk
}

/** @throws DomainError `not-found`, `version-conflict`, as `checkTrunk` */
async function change (
  options: TrunksOptions,
  tx: Tx,
  actor: Actor,
  id: string,
  { version, ...values }: Partial<TrunkFields> & { version: number },
  hosts: Hosts
): Promise<{ id: string }> {
  const trunks = await lockAllTrunks(tx)
  const before = standing(trunks, id)
  if (before.version !== version) {
    throw new DomainError('version-conflict', 'somebody else has changed this trunk since', { version: before.version })
  }
  const after = { ...before, ...values }
  check(options, after, trunks.filter(trunk => trunk.id !== id), hosts)
  updateTrunk(tx, id, tidy(after), actor.id, options.clock.now())
  await giveTrunks(options, tx)
  tx.afterCommit(options.wake)
  return { id }
}

/** @throws DomainError `not-found`, `trunk-of-settings`, `trunk-in-use`, `trunk-is-last` */
async function remove (options: TrunksOptions, tx: Tx, id: string): Promise<void> {
  const trunks = await lockAllTrunks(tx)
  const trunk = standing(trunks, id)
  if (id === ofSettings) throw new DomainError('trunk-of-settings', 'the next start would enter it again: disable it')
  check(options, { ...trunk, enabled: false }, trunks.filter(one => one.id !== id), { hosts: [], proxyHosts: [] })
  if (await wasUsed(tx, id)) throw new DomainError('trunk-in-use', 'calls went over it: disable it')
  deleteTrunk(tx, id)
  takeTrunk(options, tx, id)
  await giveTrunks(options, tx)
}

async function list (options: TrunksOptions): Promise<TrunkNow[]> {
  const { db, nodes, clock } = options
  const [trunks, onNodes, calls, last, restarts, trials] = await Promise.all([
    allTrunks(db), trunksOnNodes(db), callsOnTrunks(db, 'all'), lastCallsOnTrunks(db, new Date(clock.now().getTime() - lastCallsMs)),
    restartsOf(options), lastTrials(db)
  ])
  return trunks.map(trunk => ({
    ...trunk,
    fromSettings: trunk.changedBy === null,
    calls: calls.find(one => one.trunkId === trunk.id)?.calls ?? 0,
    trouble: troubleOf(last.filter(one => one.trunkId === trunk.id)),
    trial: trialOf(trials.find(one => one.trunkId === trunk.id)),
    nodes: onNodes.filter(one => one.trunkId === trunk.id).map(({ node: name, silentSince }) => ({
      name,
      silentSince,
      share: shareOf(trunk.channels, nodes.all.length),
      restart: trunk.keys === 'info' ? restarts.get(name) ?? null : false
    }))
  }))
}

const trialOf = (trial: Trial | undefined): TrunkNow['trial'] =>
  trial ? { at: trial.at, result: trialResult(trial), sip: trial.sip } : null

/** PBX → whether it lacks the module for keys by INFO. */
async function restartsOf ({ nodes, log }: TrunksOptions): Promise<Map<string, boolean>> {
  const found = await Promise.all(nodes.all.filter(node => node.isUp()).map(async ({ name, switchboard }) => {
    try {
      return [[name, !await within(askMs, switchboard.hasModule(infoKeysModule))] as const]
    } catch (error) {
      log.warn({ err: error, node: name }, 'a PBX did not say which modules it has')
      return []
    }
  }))
  return new Map(found.flat())
}

/** Every trunk and its shares, as each PBX is to know them. */
async function give (options: TrunksOptions): Promise<void> {
  await options.db.tx(async tx => { await giveTrunks(options, tx) })
}

/** The prefix before mobiles of other places, where the dialplan itself calls: of the first trunk it uses. */
async function dialplanPrefix (_: TrunksOptions, q: Queryable): Promise<string> {
  return dialplanOrder(await allTrunks(q))[0]?.outOfTownPrefix ?? ''
}

export const createTrunks = (options: TrunksOptions) => bind(options, { hostsOf, add, change, remove, list, give, dialplanPrefix })
export type Trunks = ReturnType<typeof createTrunks>
