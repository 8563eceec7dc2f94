import type { Test } from 'tap'
import type { ApiClient } from '../api-client.ts'
import type { TestPbx } from '../servers/pbx.ts'
import { startStack, type Stack } from '../servers/stack.ts'
import type { NetworkCall, TelephoneNetwork } from '../telephones/network.ts'
import { reachEachOther } from './two-pbxs.ts'

interface Member {
  id: string
  name: string
  state: string
  chair: boolean
  inConference: boolean
  cutOff: boolean
  muted: boolean
  private: boolean
}
export interface Incident {
  pin: string
  locked: boolean
  members: Member[]
  recordings: Array<{ part: number, node: string, begunAt: string | null, endedAt: string | null }>
  timeline: Array<{ kind: string, at: string, detail: Record<string, string> }>
}

/** all speak in tones of their own */
export const tones: Record<string, number> = { 13900018000: 1510, 13900018001: 1630, 13900018002: 1770, 13900018003: 1890 }
export const people = Object.keys(tones)

export type Conference = Omit<Stack, 'lines'> & {
  second: Stack['more'][number]
  coordinator: ApiClient
  path: string
  lines: Map<string, NetworkCall>
}

/** Four members in rooms of two, half of them on each PBX. */
export async function conference (t: Test, restarted = false): Promise<Conference> {
  const stack = await startStack(t, {
    desks: [], moreNodes: ['pbx2'], settings: { EMERGENCY_ROOM_SIZE: '2', EMERGENCY_ATTEMPTS: '1' }
  })
  const [second] = stack.more
  if (!second) throw new Error('there is no second PBX')
  for (const number of people) await stack.network.number(number, `answer|wait 0.2|press 2|talk ${tones[number] ?? 0}`)
  await reachEachOther(stack)
  if (restarted) {
    await stack.service.stop()
    await stack.service.start()
    await stack.service.settle()
  }
  const coordinator = await stack.as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members: people.map(number => ({ name: number, number })), title: '两台交换机', reason: '演习', mode: 'simultaneous' })
  const path = `/api/incidents/${incidentId}`
  await coordinator.sees<Incident>(path, i => i.members.every(m => m.inConference), 30)
  const lines = new Map(people.map(number => [number, stack.network.ringsOf(number).at(-1) as NetworkCall]))
  return { ...stack, second, coordinator, path, lines }
}

/** The members whom this PBX rang first; the carrier is one for both. */
export const rungBy = (network: TelephoneNetwork, { config: { sip } }: TestPbx): string[] =>
  people.filter(number => network.ringsOf(number)[0]?.by === `${sip.host}:${sip.port}`)

/** each of these hears all the others */
export const together = (listeners: readonly string[], talkers = listeners): Record<string, string[]> =>
  Object.fromEntries(listeners.map(who => [who, talkers.filter(other => other !== who).sort()]))

/** Channels of a PBX whose names begin so. */
export async function channels (pbx: { console: (command: string) => Promise<string> }, begin: string): Promise<string[]> {
  const shown = await pbx.console('core show channels concise')
  return shown.split('\n').flatMap(line => line.startsWith(begin) ? line.split('!')[0] ?? [] : [])
}
