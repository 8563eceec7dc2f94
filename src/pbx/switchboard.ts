import { bind } from '../domain/bind.ts'
import type { AmiConnection } from './ami/ami-connection.ts'
import type { DbFamily } from './contract.ts'
import { channelVerbs, type ChannelVerbs } from './verbs/channels.ts'
import { act, interfaceOf, isGone, keyOf, refusedWith, wanted } from './verbs/checked.ts'
import { queueVerbs, type QueueVerbs } from './verbs/queue.ts'
import { roomVerbs, type RoomVerbs } from './verbs/rooms.ts'
import { startTime } from './verbs/start-time.ts'

/** The commands of the exchange. Every one rejects `pbx-unavailable` at once when the link is down. */
export interface Switchboard extends ChannelVerbs, QueueVerbs, RoomVerbs {
  /** Whether a telephone of ours is registered and reachable, so that it can be rung. */
  isRegistered: (extension: string) => Promise<boolean>
  dbPut: (family: DbFamily, key: string, value: string) => Promise<void>
  /** an entry that is gone already is no error */
  dbDelete: (family: DbFamily, key: string) => Promise<void>
  /** All entries of a family: key → value. */
  dbTree: (family: DbFamily) => Promise<Map<string, string>>
  /** When Asterisk started, to the second; `calls`: its channels. */
  coreStatus: () => Promise<{ startedAt: Date, calls: number }>
  /** How far its clock is ahead of this machine's, ms; negative: behind. */
  clockAhead: () => Promise<number>
  /** The name it has in its own configuration; empty when it has none. */
  systemName: () => Promise<string>
  reload: (module: ReloadedModule) => Promise<void>
  /** Whether this module of Asterisk is loaded. */
  hasModule: (module: string) => Promise<boolean>
}

type ReloadedModule = 'pbx_config' | 'res_pjsip' | 'app_queue' | 'app_confbridge' | 'res_musiconhold'

async function isRegistered (ami: AmiConnection, extension: string): Promise<boolean> {
  const device = interfaceOf(extension)
  const found = (await ami.list('DeviceStateList')).find(e => e.device === device)
  return found !== undefined && !['UNAVAILABLE', 'INVALID', 'UNKNOWN'].includes(found.state ?? 'UNKNOWN')
}

async function dbPut (ami: AmiConnection, family: DbFamily, key: string, value: string): Promise<void> {
  await act(ami, 'DBPut', { Family: family, Key: keyOf(key), Val: value })
}

async function dbDelete (ami: AmiConnection, family: DbFamily, key: string): Promise<void> {
  try {
    // Of any spelling: somebody may have written it at the console.
    await act(ami, 'DBDel', { Family: family, Key: key })
  } catch (error) {
    if (!isGone(error)) throw error
  }
}

/** Time-out of a list of many entries, ms; ten thousand take 0.1 s. */
const treeMs = 10_000

async function dbTree (ami: AmiConnection, family: DbFamily): Promise<Map<string, string>> {
  const entries = await ami.list('DBGetTree', { Family: family }, treeMs)
  return new Map(entries.map(({ key = '', val = '' }) => [key.slice(`/${family}/`.length), val]))
}

async function coreStatus (ami: AmiConnection): Promise<{ startedAt: Date, calls: number }> {
  const status = await ami.action('CoreStatus')
  const startedAt = startTime(`${status.corestartupdate}T${status.corestartuptime}`, ami.startedAbout())
  return { startedAt, calls: Number(status.corecurrentcalls ?? 0) }
}

async function clockAhead (ami: AmiConnection): Promise<number> {
  const asked = Date.now()
  const { timestamp } = await ami.action('Ping')
  const ahead = Number(timestamp) * 1000 - (asked + Date.now()) / 2
  return Number.isFinite(ahead) ? ahead : 0
}

async function systemName (ami: AmiConnection): Promise<string> {
  return (await ami.action('CoreSettings')).systemname ?? ''
}

async function reload (ami: AmiConnection, module: ReloadedModule): Promise<void> {
  await act(ami, 'Reload', { Module: module })
}

async function hasModule (ami: AmiConnection, module: string): Promise<boolean> {
  try {
    await act(ami, 'ModuleCheck', { Module: wanted('module', module, /^\w{1,60}$/) })
    return true
  } catch (error) {
    if (refusedWith(error, /not loaded/i)) return false
    throw error
  }
}

export function createSwitchboard ({ ami }: { ami: AmiConnection }): Switchboard {
  return bind(ami, {
    ...channelVerbs,
    ...queueVerbs,
    ...roomVerbs,
    isRegistered,
    dbPut,
    dbDelete,
    dbTree,
    coreStatus,
    clockAhead,
    systemName,
    reload,
    hasModule
  })
}
