import { setTimeout as pause } from 'node:timers/promises'
import type { Database, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import { bind } from '../../domain/bind.ts'
import { DomainError } from '../../domain/errors.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { Sweep } from '../../queue/alarms.ts'
import { checkEntry } from './entries.ts'
import {
  dropWithdrawn, lockValues, nodesWithout, putValues, restoreValues, withdrawEnded, withdrawValues, type NewValue, type StandingValue
} from './desired-store.ts'
import type { DesiredKey, DesiredValue } from './sections.ts'

/*
 * put        written in somebody's transaction, without a revision
 * numbered   given a revision after commit, in commit order
 * applied    given to a PBX, by the applier beside it
 */

export interface DesiredOptions {
  db: Database
  sealing: Sealing
  clock: Clock
  /** all PBXs, and whether there is a link to each */
  nodes: { all: ReadonlyArray<{ name: string, isUp: () => boolean }> }
}

export interface DesiredChange { put?: readonly DesiredValue[], withdraw?: readonly DesiredKey[] }

/** The desired state (应有状态): what every PBX must know without the service. */
export interface Desired {
  /** Changes it in the caller's transaction, in this order: each PBX follows after the commit. @throws DomainError `invalid-input`,
   * `control-character` for an entry the PBX could not keep */
  change: (tx: Tx, change: DesiredChange) => void
  /** Resolves when each PBX with a link has applied what stands of these keys. @throws DomainError `pbx-unavailable` as `enforce` does */
  applied: (...keys: DesiredKey[]) => Promise<void>
  /**
   * Changes it in a transaction of its own, and resolves when the change is in force on each PBX it is for that has a link. Not in force in
   * time, it is taken back.
   * @throws DomainError `pbx-unavailable` with no link to any of them, or when one does not apply it in time; `pbx-refused`
   */
  enforce: (change: DesiredChange) => Promise<void>
  /**
   * The same where it is enough that one PBX knows: the others follow. Else it is taken back.
   * @returns the PBXs that do not know yet, those without a link among them. @throws as `enforce`
   */
  spread: (change: DesiredChange) => Promise<string[]>
  /** withdraws what has ended, and drops what is withdrawn everywhere */
  sweep: Sweep
}

/** Longest wait until the PBXs have applied a change, ms. */
const waitMs = 3000
/** Once one PBX has it the others are waited for so long, ms. */
const othersMs = 1000
/** Time between two looks whether a change is applied, ms. */
const lookMs = 20
/** Rows a sweep takes at once. */
const sweepRows = 5000
/** Withdrawn rows wait so long for a PBX that is away, ms: after its login it compares everything. */
const keptMs = 7 * 86_400_000

/** What NOTIFY says to the appliers. */
export const desiredChannel = 'desired'

interface State extends DesiredOptions { sweptAt: number }

export function createDesired (options: DesiredOptions): Desired {
  const state: State = { ...options, sweptAt: -Infinity }
  return {
    ...bind(state, { change, applied, enforce, spread }),
    sweep: { name: 'desired state', pace: 'ordinary', run: async now => { await sweep(state, now) } }
  }
}

const named = ({ section, key, node = '' }: DesiredKey): string => `${node}\n${section}/${key}`

const hashOf = ({ sealing }: State, key: DesiredKey): Buffer => sealing.name(`desired\n${named(key)}`)

const valueHashOf = ({ sealing }: State, row: DesiredValue): Buffer =>
  sealing.name(`desired\n${named(row)}\n${row.value}`)

function sealed (state: State, row: DesiredValue): NewValue {
  const { section, key, node = null, value, endsAt = null } = row
  if (section !== 'files') checkEntry(key, value)
  return {
    keyHash: hashOf(state, row),
    section,
    node,
    keySealed: state.sealing.seal(key),
    valueSealed: state.sealing.seal(value),
    valueHash: valueHashOf(state, row),
    endsAt
  }
}

function change (state: State, tx: Tx, { put = [], withdraw = [] }: DesiredChange): void {
  const at = state.clock.now()
  // One statement writes a row once: the last value counts.
  const last = new Map(put.map(row => [named(row), row]))
  if (last.size > 0) putValues(tx, [...last.values()].map(row => sealed(state, row)), at)
  if (withdraw.length > 0) withdrawValues(tx, withdraw.map(key => hashOf(state, key)), at)
  tx.afterCommit(() => { state.db.wake(desiredChannel) })
}

const unavailable = (why: string, nodes: readonly string[]): DomainError =>
  new DomainError('pbx-unavailable', 'the telephone system cannot be reached just now', { why, nodes })

/** The PBXs these keys are for that have a link. */
function linked ({ nodes }: State, keys: readonly DesiredKey[]): string[] {
  const every = keys.some(key => key.node === undefined)
  return nodes.all.filter(({ name, isUp }) => (every || keys.some(key => key.node === name)) && isUp()).map(node => node.name)
}

async function applied (state: State, ...keys: DesiredKey[]): Promise<void> {
  const hashes = keys.map(key => hashOf(state, key))
  for (const end = performance.now() + waitMs; ;) {
    const without = await nodesWithout(state.db, linked(state, keys), hashes)
    if (without.length === 0) return
    const lacking = without.filter(node => node.lacks).map(node => node.node)
    if (lacking.length === without.length) {
      throw new DomainError('pbx-refused', 'the telephone system refused', { nodes: lacking })
    }
    if (performance.now() > end) throw unavailable('not applied in time', without.map(node => node.node))
    await pause(lookMs)
  }
}

async function enforce (state: State, wanted: DesiredChange): Promise<void> {
  await inForce(state, wanted, async keys => { await applied(state, ...keys) })
}

async function spread (state: State, wanted: DesiredChange): Promise<string[]> {
  return await inForce(state, wanted, async keys => await appliedBySome(state, keys))
}

/** Waits until one PBX with a link has applied it, and a moment for the others. @returns the PBXs without it */
async function appliedBySome (state: State, keys: readonly DesiredKey[]): Promise<string[]> {
  const hashes = keys.map(key => hashOf(state, key))
  const names = state.nodes.all.map(({ name }) => name)
  for (const begun = performance.now(); ;) {
    const without = (await nodesWithout(state.db, names, hashes)).map(({ node }) => node)
    const waited = performance.now() - begun
    const linked = state.nodes.all.filter(({ isUp }) => isUp()).map(({ name }) => name)
    if (!linked.some(name => without.includes(name)) || (without.length < names.length && waited > othersMs)) return without
    if (waited > waitMs) throw unavailable('not applied in time', without)
    await pause(lookMs)
  }
}

/** Writes a change and waits for it; takes it back where that fails. */
async function inForce<T> (state: State, wanted: DesiredChange, wait: (keys: readonly DesiredKey[]) => Promise<T>): Promise<T> {
  const keys: DesiredKey[] = [...wanted.put ?? [], ...wanted.withdraw ?? []]
  if (linked(state, keys).length === 0) throw unavailable('no link', [...new Set(keys.flatMap(key => key.node ?? []))])
  const { db } = state
  const before = await db.tx(async tx => {
    const rows = await lockValues(tx, keys.map(key => hashOf(state, key)))
    change(state, tx, wanted)
    return rows
  })
  try {
    const answer = await wait(keys)
    if (linked(state, keys).length === 0) throw unavailable('the link is gone', [])
    return answer
  } catch (error) {
    await db.tx(async tx => { takeBack(state, tx, wanted, before) })
    throw error
  }
}

/** Puts back what stood before, unless somebody has changed it since. */
function takeBack (state: State, tx: Tx, { put = [], withdraw = [] }: DesiredChange, before: readonly StandingValue[]): void {
  const nothing = { valueSealed: null, valueHash: null, endsAt: null }
  const earlier = (key: DesiredKey): StandingValue => {
    const keyHash = hashOf(state, key)
    return before.find(row => row.keyHash.equals(keyHash)) ?? { keyHash, ...nothing }
  }
  restoreValues(tx, [
    ...put.map(row => ({ ...earlier(row), insteadOf: valueHashOf(state, row) })),
    ...withdraw.map(key => ({ ...earlier(key), insteadOf: null }))
  ], state.clock.now())
  tx.afterCommit(() => { state.db.wake(desiredChannel) })
}

async function sweep (state: State, now: Date): Promise<void> {
  if (await withdrawEnded(state.db, now, sweepRows) > 0) state.db.wake(desiredChannel)
  if (now.getTime() - state.sweptAt < 60_000) return
  state.sweptAt = now.getTime()
  await dropWithdrawn(state.db, state.nodes.all.map(node => node.name), new Date(now.getTime() - keptMs), sweepRows)
}
