// The PBX ends a recording with the last who leaves the room. The roster says that the conference is recorded, and so it is.
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'

interface Incident {
  recording: boolean
  members: Array<{ id: string, state: string, inConference: boolean }>
  recordings: Array<{ part: number, begunAt: string | null, endedAt: string | null }>
}

await t.test('all leave and come back: a second part; and it can be switched off in an empty room', async t => {
  const { network, pbx, db, as } = await startStack(t, { desks: [], settings: { EMERGENCY_ATTEMPTS: '1' } })
  const people = ['13900018300', '13900018301']
  for (const number of people) await network.number(number, 'answer|wait 0.2|press 2|talk 1510')
  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members: people.map(number => ({ name: number, number })), title: '录音', reason: '演习', mode: 'simultaneous' })
  const path = `/api/incidents/${incidentId}`
  const sees = async (condition: (incident: Incident) => boolean): Promise<Incident> =>
    await coordinator.sees<Incident>(path, condition, 30)
  const allLeave = async (): Promise<Incident> => {
    for (const number of people) await network.ringsOf(number).at(-1)?.hangsUp()
    return await sees(i => i.members.every(m => m.state === 'dropped'))
  }
  await sees(i => i.members.every(m => m.inConference))
  await until(async () => (await coordinator.request('PUT', `${path}/recording`, { on: true })).status === 200,
    { what: 'it is recorded as soon as somebody is in the room' })
  const { members } = await allLeave()
  await coordinator.post(`${path}/dial`, { memberIds: members.map(m => m.id) })
  const { recordings } = await sees(i => i.recordings.some(r => r.part === 2 && r.begunAt !== null))
  t.same(recordings.map(r => r.endedAt === null), [false, true])
  const [second] = await db.query<{ file: string }>('select file from incident_recording where part = 2')
  const file = join(pbx.recordingsDir, second?.file ?? '')
  await until(() => existsSync(file) && statSync(file).size > 30_000, { what: 'the second part is written', seconds: 20 })
  await allLeave()
  t.equal((await coordinator.request('PUT', `${path}/recording`, { on: false })).status, 200)
  t.ok((await coordinator.get<Incident>(path)).recordings.every(r => r.endedAt !== null))
})
