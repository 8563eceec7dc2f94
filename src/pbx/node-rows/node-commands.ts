import type { Tx } from '../../db/database.ts'
import type { Outside } from '../../db/outside.ts'
import type { Sealing } from '../../db/sealing.ts'
import { bind } from '../../domain/bind.ts'
import { DomainError } from '../../domain/errors.ts'
import type { Clock } from '../../domain/time/clock.ts'
import type { Desired } from '../desired/desired.ts'
import type { NodeSetting } from '../nodes.ts'
import { lockNodeRows, nodeRows, saveAddresses, saveState, type NodeRow } from './node-row-store.ts'
import { columnsOf } from './node-settings.ts'
import { nodeAfter, type NodeRefusal, type NodeState, type NodeStep } from './rules/node-life.ts'
import { refusesNew, refusesTried, type NewNodeRefusal, type TriedNode, type TriedRefusal } from './rules/new-node.ts'

export interface NodeCommandsOptions {
  sealing: Sealing
  clock: Clock
  desired: Pick<Desired, 'change'>
  /** has the processes look at the rows */
  wake: () => void
  /** a PBX that is to be added, as it says of itself; rejects when it cannot be asked */
  tryNode: (setting: NodeSetting) => Promise<TriedNode>
  /** whether there is a link to a PBX now */
  isUp: (name: string) => Promise<boolean>
  /** channels that live on a PBX: as it says, or with no link to it as the rows have it */
  living: (name: string) => Promise<number>
}

/** Who asks for it: a login, or `system` for the command line. */
export type By = string

const added: Record<(NewNodeRefusal | TriedRefusal)['code'], string> = {
  'pbx-node-taken': 'there is a telephone system of this name',
  'pbx-node-address-taken': 'another telephone system is reached at this address',
  'pbx-node-misnamed': 'the telephone system at this address has another name',
  'pbx-node-older': 'the telephone system at this address runs for longer than the one that had this name'
}

const refused: Record<NodeRefusal, string> = {
  'transition-not-allowed': 'a telephone system in this state does not do that',
  'already-done': 'the telephone system is in that state already',
  'pbx-node-last': 'no other telephone system would be left to take calls',
  'pbx-node-busy': 'calls live on this telephone system'
}

/**
 * A PBX becomes part of the service. It is really tried: name, login, and the process beside it.
 * @throws DomainError `pbx-node-taken`, `pbx-node-address-taken`, `pbx-unavailable`, `pbx-login-refused`, `node-unavailable`,
 * `pbx-node-misnamed`, `pbx-node-older`
 */
async function add (options: NodeCommandsOptions, tx: Tx, by: By, setting: NodeSetting): Promise<Outside<{ name: string }>> {
  const rows = await nodeRows(tx)
  mayBeAdded(options, setting, rows)
  return {
    async act () {
      const tried = await options.tryNode(setting)
      const known = rows.find(row => row.name === setting.name) ?? null
      const no = refusesTried(setting.name, tried, known)
      if (no !== null) throw notAdded(setting, no)
    },
    async save (tx) {
      mayBeAdded(options, setting, await lockNodeRows(tx))
      const at = options.clock.now()
      saveAddresses(tx, { ...columnsOf(options.sealing, setting), fromSettings: false }, { who: by, at })
      // One that was removed as it was drained takes calls again.
      options.desired.change(tx, { withdraw: [drainingEntry(setting.name)] })
      tx.afterCommit(options.wake)
      return { name: setting.name }
    }
  }
}

function mayBeAdded ({ sealing }: NodeCommandsOptions, setting: NodeSetting, rows: readonly NodeRow[]): void {
  const no = refusesNew(columnsOf(sealing, setting), rows)
  if (no !== null) throw notAdded(setting, no)
}

const notAdded = ({ name }: NodeSetting, { code, ...details }: NewNodeRefusal | TriedRefusal): DomainError =>
  new DomainError(code, added[code], { node: name, ...details })

const drainingEntry = (node: string) => ({ section: 'node' as const, key: 'draining', node })

/**
 * Drains a PBX, takes it back, or removes it.
 * @param version of the row, as its reader saw it
 * @throws DomainError `not-found`, `version-conflict`, and as `nodeAfter` has it
 */
async function step (
  options: NodeCommandsOptions, tx: Tx, by: By, { name, step, version }: { name: string, step: NodeStep, version: number }
): Promise<Outside<{ name: string, state: NodeState }>> {
  const asked = { up: new Set<string>(), living: 0 }
  const decide = (rows: readonly NodeRow[]): NodeState => {
    const row = rows.find(row => row.name === name)
    if (!row) throw new DomainError('not-found', 'there is no telephone system of this name')
    if (row.version !== version) throw new DomainError('version-conflict', 'somebody has changed this telephone system meanwhile')
    const othersActive = rows.filter(other => other.name !== name && other.state === 'active' && asked.up.has(other.name)).length
    const after = nodeAfter(step, { state: row.state, othersActive, living: asked.living })
    if ('to' in after) return after.to
    throw new DomainError(after.refused, refused[after.refused], { node: name, state: row.state, channels: asked.living })
  }
  const rows = await nodeRows(tx)
  return {
    async act () {
      const up = await Promise.all(rows.map(async row => await options.isUp(row.name) ? [row.name] : []))
      asked.up = new Set(up.flat())
      if (step === 'remove') asked.living = await options.living(name)
      decide(rows)
    },
    async save (tx) {
      const state = decide(await lockNodeRows(tx))
      const at = options.clock.now()
      saveState(tx, name, state, { who: by, at })
      if (step === 'drain') options.desired.change(tx, { put: [{ ...drainingEntry(name), value: '1' }] })
      if (step === 'activate') options.desired.change(tx, { withdraw: [drainingEntry(name)] })
      tx.afterCommit(options.wake)
      return { name, state }
    }
  }
}

export const createNodeCommands = (options: NodeCommandsOptions) => bind(options, { add, step })

export type NodeCommands = ReturnType<typeof createNodeCommands>
