import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startApart } from '../../harness/servers/apart.ts'
import { listenFor } from '../../harness/telephones/listening.ts'
import type { NetworkCall } from '../../harness/telephones/network.ts'

interface Incident { id: string, members: Array<{ name: string, state: string, inConference: boolean }> }
interface Agents { items: Array<{ extension: string, state: string }> }
interface Readiness { parts: Array<{ name: string, state: string }> }

const conference = { EMERGENCY_ROOM_SIZE: '2', EMERGENCY_ATTEMPTS: '1', EMERGENCY_RING_SECONDS: '5', EMERGENCY_KEY_SECONDS: '5' }

await t.test('the server that was asked has no link to the PBX: the conference is one all the same, ' +
  'and its end lets everybody go', async t => {
  const { network, start, as } = await startApart(t, { settings: conference })
  const [server] = await Promise.all([start('server', { linked: false }), start('worker')])
  const coordinator = await as(server, '8201')
  const tones = { first: 440, second: 620, third: 810, fourth: 1010 }
  const people = Object.entries(tones).map(([name, tone], i) => ({ name, tone, number: `1390001760${i}` }))
  for (const { number, tone } of people) await network.number(number, `answer|wait 0.2|press 2|talk ${tone}`)
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members: people.map(({ name, number }) => ({ name, number })), title: '两处机房', reason: '演习', mode: 'simultaneous' })
  const path = `/api/incidents/${incidentId}`
  await coordinator.sees<Incident>(path, i => i.members.every(m => m.inConference))
  const lines = new Map<string, NetworkCall>()
  for (const { name, number } of people) lines.set(name, await network.rung(number))
  const everybody = Object.fromEntries(people.map(({ name }) => [name, people.map(p => p.name).filter(other => other !== name).sort()]))
  t.same(await listenFor(everybody, lines, tones, 20), everybody, 'each hears all the others, in whatever room')

  await coordinator.post(`${path}/end`)
  for (const line of lines.values()) await line.isOver()
  t.pass('everybody is let go')
})

await t.test('an agent signs in at a server that has no link to the PBX: the next citizen rings there', async t => {
  const { network, start, as, pbx } = await startApart(t, { desks: ['8003'] })
  const [server] = await Promise.all([start('server', { linked: false }), start('worker')])
  const zhang = await as(server, '8003')
  await zhang.post('/api/agents/8003/sign-in')
  await zhang.sees<Agents>('/api/agents', list => list.items.some(a => a.extension === '8003' && a.state === 'ready'))
  await until(async () => (await pbx.console('queue show hotline')).includes('8003'), { what: 'the queue knows of the agent' })
  const call = await network.dial({ from: '13900001771', to: '962000' })
  await network.rung('desk8003')
  await call.hangsUp()
})

await t.test('a number we rang is turned away at a server without a link to the PBX: it may still ring back', async t => {
  const { network, start, as, pbx, db } = await startApart(t, { settings: { EMERGENCY_ATTEMPTS: '1', EMERGENCY_RING_SECONDS: '3' } })
  const [server] = await Promise.all([start('server', { linked: false }), start('worker')])
  const [coordinator, leader] = [await as(server, '8201'), await as(server, '8031')]
  const number = '13900001781'
  await network.number(number, 'busy')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members: [{ name: '值班', number }], title: '回拨', reason: '演习', mode: 'simultaneous' })
  await coordinator.sees<Incident>(`/api/incidents/${incidentId}`, i => i.members.every(m => m.state === 'unreached'))
  await coordinator.post(`/api/incidents/${incidentId}/end`)
  await leader.post('/api/number-blocks',
    { number, reason: '反复骚扰', evidence: '录音在案', until: new Date(Date.now() + 3_600_000).toISOString() })
  await until(async () => (await pbx.console(`database get blocked ${number}`)).includes('Value'), { what: 'the PBX knows of the block' })
  const call = await network.dial({ from: number, to: '962000', script: 'wait 3' })
  await call.isOver()
  const [row] = await until(async () => {
    const rows = await db.query<{ purpose: string | null }>(
      'select purpose from call where direction = \'inbound\' and ended_at is not null')
    return rows.length > 0 && rows
  }, { what: 'the call is on record' })
  t.not(row?.purpose, 'blocked')
})

await t.test('a telephone gets another SIP password at a server that has no link to the PBX: it dials with it', async t => {
  const { network, start, as } = await startApart(t, { desks: ['8003'] })
  const [server] = await Promise.all([start('server', { linked: false }), start('worker')])
  const admin = await as(server, 'admin')
  const { sipPassword } = await admin.post<{ sipPassword: string }>('/api/agents/8003/sip-password')
  await network.desks([{ extension: '8003', password: sipPassword }])
  await until(async () => {
    const call = await network.dial({ desk: '8003', to: '*81' })
    await call.isOver()
    return call.answeredAt
  }, { what: 'its call is taken', everyMs: 500 })
})

await t.test('nobody reads the journal while a telephone is busy: a server concludes nothing, ' +
  'and nobody is rung twice for one attempt', async t => {
  const { network, start, as, db } = await startApart(t, { settings: conference })
  const [server] = await Promise.all([start('server'), start('worker')])
  const coordinator = await as(server, '8201')
  const number = '13900001781'
  await network.number(number, 'ring 1|busy')
  const journalIsLate = async (): Promise<boolean> =>
    (await (await fetch(
      `${server.address}/health/ready`
    )).json() as Readiness).parts.some(p => p.name === 'journal' && p.state === 'failing')
  const incident = await db.tx(async tx => {
    // As a reader that hangs in its transaction does.
    await tx.query('select pg_advisory_xact_lock(962000, 1)')
    const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
      { members: [{ name: 'busy', number }], title: '占线', reason: '演习', mode: 'simultaneous' })
    await (await network.rung(number)).isOver()
    await until(async () => (await tx.query('select 1')).length > 0 && await journalIsLate(), { what: 'the journal is late', everyMs: 200 })
    return incidentId
  })
  await coordinator.sees<Incident>(`/api/incidents/${incident}`, i => i.members.every(m => m.state === 'unreached'), 60)
  t.equal(network.ringsOf(number).length, 1, 'one attempt, one ring')
})
