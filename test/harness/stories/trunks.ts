import { until } from '../../../src/servers/until.ts'
import type { ApiClient } from '../api-client.ts'

export interface TrunkSeen {
  id: string
  name: string
  version: number
  enabled: boolean
  address: string
  fromSettings: boolean
  calls: number
  channels: number
  nodes: Array<{ name: string, silentSince: string | null, share: number, restart: boolean | null }>
  trouble: { kind: string, calls: number, since: string } | null
  trial: { result: string | null, sip: number | null } | null
}

/** What an administrator enters; an address is always needed. */
export const newTrunk = {
  name: '备用线路',
  enabled: true,
  sources: '',
  direction: 'both',
  transport: 'udp',
  srtp: false,
  priority: 2,
  weight: 10,
  costClass: 1,
  callerId: '962000',
  outOfTownPrefix: '',
  channels: 20,
  reservedInbound: 2,
  callsPerSecond: 20,
  edgeCallsPerSecond: 20,
  qualifySeconds: 1,
  keys: 'rfc4733',
  outboundProxy: '',
  remainInDialog: false
}

export const trunksOf = async (admin: ApiClient): Promise<TrunkSeen[]> =>
  (await admin.get<{ items: TrunkSeen[] }>('/api/trunks')).items

/** The administrator adds a trunk, and each PBX with a link to the carrier has it. @returns its id */
export async function addTrunk (admin: ApiClient, trunk: Partial<typeof newTrunk> & { address: string }): Promise<string> {
  return (await admin.post<{ id: string }>('/api/trunks', { ...newTrunk, ...trunk })).id
}

/** Calls of the first carrier come from this address, too. */
export async function callsComeFrom (admin: ApiClient, address: string, edgeCallsPerSecond = 100): Promise<void> {
  await changeTrunk(admin, 'trunk', { sources: address, edgeCallsPerSecond })
}

/** Changes it as it stands. */
export async function changeTrunk (admin: ApiClient, id: string, change: Partial<typeof newTrunk> & { address?: string }): Promise<void> {
  const trunk = (await trunksOf(admin)).find(one => one.id === id)
  await admin.patch(`/api/trunks/${id}`, { ...change, version: trunk?.version })
}

/** What the page says after a trial call over this trunk. */
export async function trialOf (admin: ApiClient, id: string, number: string): Promise<string | null> {
  await admin.post(`/api/trunks/${id}/trial`, { number })
  return await until(async () => (await trunksOf(admin)).find(one => one.id === id)?.trial?.result ?? false,
    { what: `the trial call to ${number} over ${id} is over`, seconds: 90 })
}
