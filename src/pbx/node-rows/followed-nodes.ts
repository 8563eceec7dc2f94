import type { Logger } from 'pino'
import type { Database, Tx } from '../../db/database.ts'
import type { Sealing } from '../../db/sealing.ts'
import { createPump, type Pump } from '../../queue/pump.ts'
import type { NodeSet, NodeSetting } from '../nodes.ts'
import { lockNodeRows, nodeRows, saveAddresses, type NodeRow } from './node-row-store.ts'
import { columnsOf, settingOf, settingText } from './node-settings.ts'
import type { PresentState } from './rules/node-life.ts'

/** What NOTIFY says when a PBX was added, drained or removed. */
export const nodesChannel = 'pbx-nodes'
/** A change is looked for without a wake at this pace, ms. */
const pollMs = 2000

export interface FollowedNodesOptions<N extends { name: string }> {
  db: Database
  sealing: Sealing
  /** holds the nodes of the settings from the beginning: with the database away the service works with these */
  nodes: NodeSet<N>
  settings: readonly NodeSetting[]
  make: (setting: NodeSetting) => N
  log: Logger
}

/** The nodes of this process, as the rows have them: who was added joins, who was removed leaves, while it runs. */
export interface FollowedNodes {
  /** Resolves when the rows were read once, or could not be: then they are looked for again and again. */
  start: () => Promise<void>
  stop: () => Promise<void>
  /** Resolves when everything committed before has been taken up. */
  settled: () => Promise<void>
}

interface State<N extends { name: string }> extends FollowedNodesOptions<N> {
  /** nodes of this process: name → its setting as a text */
  present: Map<string, string>
  states: Map<string, PresentState>
  /** the settings' nodes have their rows */
  entered: boolean
  /** rows that cannot be opened, said once */
  unread: Set<string>
}

/** The state of each node, read by the nodes themselves: they are made before the rows are followed. */
export const createNodeStates = (): Map<string, PresentState> => new Map()

/** @param states as the nodes read them */
export function followNodes<N extends { name: string }> (
  options: FollowedNodesOptions<N>, states: Map<string, PresentState>
): FollowedNodes {
  const state: State<N> = {
    ...options,
    states,
    present: new Map(options.settings.map(setting => [setting.name, settingText(setting)])),
    entered: false,
    unread: new Set()
  }
  const { db, log } = state
  let pump: Pump | null = null
  let unlisten: (() => Promise<void>) | null = null
  return {
    async start () {
      const running = createPump({ name: 'PBX nodes', work: async () => await look(state), pollMs, log })
      pump = running
      running.wake()
      await running.settled()
      unlisten = await db.listen(nodesChannel, running.wake)
    },
    async stop () {
      await pump?.stop()
      await unlisten?.()
    },
    async settled () {
      pump?.wake()
      await pump?.settled()
    }
  }
}

/** @returns false: a change wakes it */
async function look<N extends { name: string }> (state: State<N>): Promise<boolean> {
  if (!state.entered) {
    await state.db.tx(async tx => { await enter(state, tx) })
    state.entered = true
  }
  follow(state, await nodeRows(state.db))
  return false
}

/** A node of the settings has its addresses from them, unless a person has entered others, or has removed it. */
async function enter<N extends { name: string }> ({ db, settings, sealing, log }: State<N>, tx: Tx): Promise<void> {
  const rows = new Map((await lockNodeRows(tx)).map(row => [row.name, row]))
  for (const setting of settings) {
    const row = rows.get(setting.name)
    const node = setting.name
    if (row?.state === 'removed') log.warn({ node }, 'the settings name a PBX that a person has removed: it stays out')
    else if (row && !row.fromSettings) log.warn({ node }, 'a person has entered this PBX: its addresses in the settings have no effect')
    else if (!row || textOf(sealing, row) !== settingText(setting)) {
      saveAddresses(tx, { ...columnsOf(sealing, setting), fromSettings: true }, null)
      tx.afterCommit(() => { db.wake(nodesChannel) })
    }
  }
}

function textOf (sealing: Sealing, row: NodeRow): string | null {
  try {
    return settingText(settingOf(sealing, row))
  } catch {
    // Sealed under another key: the settings know better.
    return null
  }
}

function follow<N extends { name: string }> (state: State<N>, rows: readonly NodeRow[]): void {
  const { nodes, make, present, states, log } = state
  const stay = rows.flatMap(row => {
    // Each process has a node of its settings at the address of its own: it may stand beside it.
    const own = row.fromSettings ? state.settings.find(setting => setting.name === row.name) : undefined
    const setting = own ?? openedSetting(state, row)
    return row.state === 'removed' || setting === null ? [] : [{ setting, state: row.state }]
  })
  for (const { setting, state: now } of stay) {
    states.set(setting.name, now)
    const text = settingText(setting)
    if (present.get(setting.name) === text) continue
    if (present.has(setting.name)) nodes.leave(setting.name)
    present.set(setting.name, text)
    nodes.join(make(setting))
    log.info({ node: setting.name }, 'a PBX joins')
  }
  const known = new Set(rows.filter(row => row.state !== 'removed').map(row => row.name))
  for (const name of [...present.keys()].filter(name => !known.has(name))) {
    nodes.leave(name)
    present.delete(name)
    states.delete(name)
    log.info({ node: name }, 'a PBX leaves')
  }
}

function openedSetting<N extends { name: string }> ({ sealing, unread, log }: State<N>, row: NodeRow): NodeSetting | null {
  try {
    return settingOf(sealing, row)
  } catch (error) {
    const node = row.name
    if (!unread.has(node)) log.error({ err: error, node }, 'the row of a PBX cannot be opened: it is sealed under another key')
    unread.add(node)
    return null
  }
}
