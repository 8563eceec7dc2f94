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
  trial: { result: string | null, sip: number | null } | null
}

/** What an administrator enters; an address is always needed. */
export const newTrunk = {
  name: '备用线路',
  enabled: true,
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
  qualifySeconds: 1,
  keys: 'rfc4733',
  outboundProxy: ''
}

export const trunksOf = async (admin: ApiClient): Promise<TrunkSeen[]> =>
  (await admin.get<{ items: TrunkSeen[] }>('/api/trunks')).items

/** The administrator adds a trunk, and each PBX with a link to the carrier has it. @returns its id */
export async function addTrunk (admin: ApiClient, trunk: Partial<typeof newTrunk> & { address: string }): Promise<string> {
  return (await admin.post<{ id: string }>('/api/trunks', { ...newTrunk, ...trunk })).id
}

/** Changes it as it stands. */
export async function changeTrunk (admin: ApiClient, id: string, change: Partial<typeof newTrunk> & { address?: string }): Promise<void> {
  const trunk = (await trunksOf(admin)).find(one => one.id === id)
  await admin.patch(`/api/trunks/${id}`, { ...change, version: trunk?.version })
}
