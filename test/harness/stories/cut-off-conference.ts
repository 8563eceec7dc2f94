import type { Test } from 'tap'
import { until } from '../../../src/servers/until.ts'
import type { ApiClient } from '../api-client.ts'
import type { OwnMachine } from '../servers/own-machine.ts'
import { reachEachOther, timesLost, twoPbxs, type TwoPbxs } from './two-pbxs.ts'
import type { NetworkCall } from '../telephones/network.ts'

export interface Incident { members: Array<{ id: string, name: string, state: string, inConference: boolean, cutOff: boolean }> }

/** all speak in tones of their own */
export const tones: Record<string, number> = { 13900018200: 1510, 13900018201: 1630, 13900018202: 1770, 13900018203: 1890 }
export const people = Object.keys(tones)
export const together = (who: readonly string[]): Record<string, string[]> =>
  Object.fromEntries(who.map(one => [one, who.filter(other => other !== one).sort()]))
export const joins = (number: string): string => `answer|wait 0.2|press 2|talk ${tones[number] ?? 0}`
export const acknowledges = (): string => 'answer|wait 0.2|press 1|stay'

export interface Conference {
  stack: TwoPbxs
  machine: OwnMachine
  coordinator: ApiClient
  path: string
  lines: Map<string, NetworkCall>
  here: string[]
  there: string[]
  /** on the line */
  living: (number: string) => NetworkCall[]
  isLost: () => Promise<void>
  /** the conference goes on without the second PBX */
  hasMoved: () => Promise<void>
  isBack: () => Promise<void>
}

/** Four members in rooms of two, half of them on each PBX; the root is on the first. `state`: what becomes of all, or of this one. */
export async function conferenceOverTwo (
  t: Test, script: (number: string) => string, state: string | ((number: string) => string)
): Promise<Conference> {
  const stack = await twoPbxs(t, [], { ownMachines: true, settings: { EMERGENCY_ROOM_SIZE: '2', EMERGENCY_ATTEMPTS: '1' } })
  const { network, second: { machine }, db } = stack
  if (machine === null) throw new Error('the second PBX has a machine of its own')
  for (const number of people) await network.number(number, script(number))
  const coordinator = await stack.as('coordinator 8201')
  await reachEachOther(stack)
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members: people.map(number => ({ name: number, number })), title: '两台交换机', reason: '演习', mode: 'simultaneous' })
  const path = `/api/incidents/${incidentId}`
  await coordinator.sees<Incident>(path, i => i.members.every(m => m.state === (typeof state === 'string' ? state : state(m.name))), 30)
  // The second is behind the relay of its machine.
  const { host, port } = stack.pbx.config.sip
  const here = people.filter(number => network.ringsOf(number)[0]?.by === `${host}:${port}`)
  return {
    stack,
    machine,
    coordinator,
    path,
    lines: new Map(people.map(number => [number, network.ringsOf(number).at(-1) as NetworkCall])),
    here,
    there: people.filter(number => !here.includes(number)),
    living: number => network.ringsOf(number).filter(call => call.endedAt === null),
    isLost: async () => { await until(async () => await timesLost(stack, 'pbx2') === 1, { what: 'it is lost', seconds: 30 }) },
    hasMoved: async () => {
      await until(async () => (await db.query('select 1 from conference_room where node = \'pbx2\' and number in (1, 2)')).length === 0,
        { what: 'the conference has left it', seconds: 30 })
    },
    isBack: async () => {
      await until(async () => (await db.query('select 1 from node_reach where node = \'pbx2\' and lost_at is null')).length === 1,
        { what: 'it is back', seconds: 30 })
    }
  }
}
