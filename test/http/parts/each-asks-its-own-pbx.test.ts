// Two ends of a wire in the place of two PBXs, and the service's own routes: a verb goes to the PBX that the row names, and no other;
// what every PBX must know goes to each.
import { randomBytes } from 'node:crypto'
import pino from 'pino'
import t, { type Test } from 'tap'
import { createSessions } from '../../../src/access/sessions/sessions.ts'
import { createService } from '../../../src/compose.ts'
import { readConfig } from '../../../src/config.ts'
import { createSealing } from '../../../src/db/sealing.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import { sessionCookie } from '../../../src/http/kit/session-cookie.ts'
import type { PbxEvent } from '../../../src/pbx/pbx-event.ts'
import { nodesOf } from '../../../src/servers/ground.ts'
import { until } from '../../../src/servers/until.ts'
import { startAmiPeer, type AmiPeer, type SentAction } from '../../features/journal/ami-peer.ts'
import { client } from '../../harness/api-client.ts'
import { pbxEvent } from '../../harness/dialler/dialler-world.ts'
import { handlersOf } from '../../harness/modules.ts'
import { callRows } from '../../harness/stories/call-rows.ts'
import { hired } from '../../harness/stories/hired.ts'
import { freshDatabase, freshFolder } from '../../harness/servers/database.ts'
import { freePort } from '../../harness/servers/ports.ts'

/** Lists are empty, everything else succeeds. */
function quiet (action: SentAction): string {
  const isList = /^(devicestatelist|queuestatus|pjsipshowendpoint|coreshowchannels|confbridgelist|dbgettree)/i.test(action.action ?? '')
  const response = `Response: Success\r\nActionID: ${action.actionid}\r\n`
  if (!isList) return `${response}${/^getvar$/i.test(action.action ?? '') ? 'Value: /recordings\r\n' : ''}\r\n`
  return `${response}EventList: start\r\n\r\nEvent: Done\r\nActionID: ${action.actionid}\r\nEventList: Complete\r\n\r\n`
}

/** `first`: of two PBXs, where something new begins. */
async function world (t: Test, { first = 'pbx1', extension = null }: { first?: 'pbx1' | 'pbx2', extension?: string | null } = {}) {
  const { db, url } = await freshDatabase(t)
  const folder = await freshFolder('two-nodes')
  const peers: AmiPeer[] = [await startAmiPeer(t), await startAmiPeer(t)]
  for (const peer of peers) peer.answer = quiet
  const config = readConfig({ DATA_DIR: folder, HTTP_ADDRESS: `127.0.0.1:${await freePort()}`, REQUESTS_PER_MINUTE: '0' })
  const nodes = peers.flatMap(({ port }, i) => nodesOf(
    { ...config, pbxNode: `pbx${i + 1}`, ami: { ...config.ami, port } }, { amiSecret: 'none' }
  ))
  if (first === 'pbx2') nodes.reverse()
  const dataKey = randomBytes(32)
  const service = await createService({
    config: { ...config, databaseUrl: url, redisUrl: 'redis://127.0.0.1:1' },
    secrets: { dataKey: dataKey.toString('base64') },
    nodes,
    parts: ['http', 'background'],
    log: pino({ level: 'silent' })
  })
  await service.start()
  t.teardown(async () => { await service.stop() })
  const address = (): string => service.address
  const sessions = createSessions({ db, clock: systemClock })
  await hired(db, 'both', ['SHIFT_LEADER', 'EMERGENCY_COORDINATOR'], { extension })
  /** the journal, as the service's own handlers read it */
  const hear = async (events: PbxEvent[]): Promise<void> => {
    for (const handler of handlersOf(service)) await db.tx(async tx => { await handler.handle(tx, events) })
  }
  const linked = async (): Promise<string | undefined> => {
    const ready = await (await fetch(`${service.address}/health/ready`)).json() as { parts: Array<{ name: string, detail?: string }> }
    return ready.parts.find(part => part.name === 'pbx')?.detail
  }
  await until(async () => await linked() === undefined, { what: 'both are linked' })
  return {
    db,
    peers,
    linked,
    hear,
    calls: (node: string) => callRows({ db, clock: systemClock, sealing: createSealing(dataKey), hear, node }),
    api: await client(address, 'both', async () => `${sessionCookie}=${(await sessions.begin(db, 'both')).secret}`),
    /** what each was told of by such an action, since it was last asked */
    told (pattern: RegExp): string[][] {
      const short = (a: SentAction): string => `${a.action} ${a.family ?? a.conference ?? a.channel ?? ''}`
      return peers.map(peer => peer.sent.splice(0).map(short).filter(a => pattern.test(a)))
    }
  }
}

t.test('a conference is led on the PBX that has it, a member on the one of their line', async t => {
  const { db, api, hear, told } = await world(t, { first: 'pbx2' })
  const { incidentId } = await api.post<{ incidentId: string }>('/api/incidents', {
    title: '演习', reason: '演练', mode: 'simultaneous', members: [{ name: '张三', number: '13900001091' }, { name: '李四', number: '13900001092' }]
  })
  await until(() => told(/incident-pin/)[1]?.length === 1, { what: 'the PBX where it was begun knows its PIN' })
  t.same(await db.query('select distinct node from dial_request'), [{ node: 'pbx2' }], 'its legs are placed where its rooms are')
  t.same(await db.query('select number, node from conference_room order by number'),
    [{ number: 0, node: 'pbx2' }, { number: 1, node: 'pbx1' }],
    'the root, and a room for who rings in at the other')

  const [member] = await db.query<{ id: string, room: string, root: string }>(`
    select id, room, (select room_prefix || '-0' from incident) root from incident_member where name = '李四'`)
  const root = member?.root
  await hear([{
    ...pbxEvent('pbx1-1.1', 'rings', new Date()),
    channel: 'PJSIP/trunk-00000001',
    kind: 'user',
    name: 'LD_ROOM',
    data: { room: member?.room ?? '', verb: 'join', incident: incidentId, member: member?.id ?? '', leg: '' }
  }])
  told(/./)
  await api.put(`/api/incidents/${incidentId}/lock`, { on: true })
  t.same(told(/incident-locked/), [['DBPut incident-locked'], ['DBPut incident-locked']], 'both have a room')
  await api.put(`/api/incidents/${incidentId}/recording`, { on: true })
  t.same(told(/Confbridge/), [[], [`ConfbridgeStartRecord ${root}`]])
  await api.post(`/api/incidents/${incidentId}/members/${member?.id ?? ''}/mute`)
  t.same(told(/^ConfbridgeMute|member-muted/)[0], ['DBPut member-muted', `ConfbridgeMute ${member?.room}`], 'the member by the line')
})

t.test('calls are switched on the PBX of their channel', async t => {
  const { calls, api, told } = await world(t, { extension: '8031' })
  for (const node of ['pbx1', 'pbx2', 'pbx3']) await calls(node).arrives(`${node}-5.1`)
  told(/./)
  await api.post('/api/calls/pbx2-5.1/take-over')
  t.same(told(/Redirect/), [[], ['Redirect pbx2-5.1']])
  await api.post('/api/calls/pbx1-5.1/take-over')
  t.same(told(/Redirect/), [['Redirect pbx1-5.1'], []])
  t.match(await api.request('POST', '/api/calls/pbx1-5.1/take-over'), { status: 202, body: { callId: 'pbx1-5.1' } })
  t.same(told(/Redirect/), [[], []], 'taken over again before the journal tells of it: the same taking over')
  t.match(await api.request('POST', '/api/calls/pbx3-5.1/take-over'), { status: 503, body: { code: 'pbx-node-unknown' } })
})

t.test('each PBX gets a blocked number; an unreachable one is named and delays no other', async t => {
  const { api, peers, linked, told } = await world(t)
  const until24 = new Date(Date.now() + 3_600_000).toISOString()
  const block = async (number: string): Promise<void> => {
    await api.post('/api/number-blocks', { number, reason: '反复骚扰', evidence: '录音在案', until: until24 })
  }
  told(/./)
  await block('13900001093')
  await until(() => peers.every(peer => peer.sent.some(a => a.family === 'blocked')), { what: 'both are told' })
  const [, second] = peers
  if (second) second.answer = () => undefined
  for (const socket of second?.sockets ?? []) socket.destroy()
  await until(async () => (await linked())?.includes('pbx2') ?? false, { what: 'health says which' })
  t.notMatch(await linked(), /pbx1/)
  told(/./)
  for (const number of ['13900001094', '13900001095']) await block(number)
  await until(() => (peers[0]?.sent ?? []).filter(a => a.family === 'blocked').length >= 2, { what: 'the first is told of both' })
})
