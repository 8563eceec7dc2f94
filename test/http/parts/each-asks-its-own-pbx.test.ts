// Two ends of a wire in the place of two PBXs, and the service's own routes: a verb goes to the PBX that the row names, and no other;
// what every PBX must know goes to each.
import { randomBytes } from 'node:crypto'
import pino from 'pino'
import t, { type Test } from 'tap'
import { createSessions } from '../../../src/access/sessions.ts'
import { createService } from '../../../src/compose.ts'
import { readConfig } from '../../../src/config.ts'
import { systemClock } from '../../../src/domain/clock.ts'
import { sessionCookie } from '../../../src/http/kit/session-cookie.ts'
import { nodesOf } from '../../../src/servers/ground.ts'
import { until } from '../../../src/servers/until.ts'
import { startAmiPeer, type AmiPeer, type SentAction } from '../../features/journal/ami-peer.ts'
import { client } from '../../harness/api-client.ts'
import { freshDatabase, freshFolder } from '../../harness/servers/database.ts'
import { freePort } from '../../harness/servers/ports.ts'

/** Lists are empty, everything else succeeds. */
function quiet (action: SentAction): string {
  const isList = /^(devicestatelist|queuestatus|pjsipshowendpoint|coreshowchannels|confbridgelist)/i.test(action.action ?? '')
  const response = `Response: Success\r\nActionID: ${action.actionid}\r\n`
  if (!isList) return `${response}\r\n`
  return `${response}EventList: start\r\n\r\nEvent: Done\r\nActionID: ${action.actionid}\r\nEventList: Complete\r\n\r\n`
}

async function world (t: Test) {
  const { db, url } = await freshDatabase(t)
  const folder = await freshFolder('two-nodes')
  const peers: AmiPeer[] = [await startAmiPeer(t), await startAmiPeer(t)]
  for (const peer of peers) peer.answer = quiet
  const config = readConfig({ DATA_DIR: folder, HTTP_ADDRESS: `127.0.0.1:${await freePort()}`, REQUESTS_PER_MINUTE: '0' })
  const nodes = peers.flatMap(({ port }, i) => nodesOf(
    { ...config, pbxNode: `pbx${i + 1}`, ami: { ...config.ami, port } }, { amiSecret: 'none', files: null }
  ))
  const service = await createService({
    config: { ...config, databaseUrl: url, redisUrl: 'redis://127.0.0.1:1' },
    secrets: { dataKey: randomBytes(32).toString('base64') },
    nodes,
    recordingsDir: folder,
    parts: ['http'],
    log: pino({ level: 'silent' })
  })
  await service.start()
  t.teardown(async () => { await service.stop() })
  const address = (): string => service.address
  const sessions = createSessions({ db, clock: systemClock })
  await db.query(`insert into user_account (login, password_hash, roles, unit_id)
    values ('both', 'none', '{SHIFT_LEADER,EMERGENCY_COORDINATOR}', 'nowhere')`)
  const linked = async (): Promise<string | undefined> => {
    const ready = await (await fetch(`${service.address}/health/ready`)).json() as { parts: Array<{ name: string, detail?: string }> }
    return ready.parts.find(part => part.name === 'pbx')?.detail
  }
  await until(async () => await linked() === undefined, { what: 'both are linked' })
  return {
    db,
    peers,
    linked,
    api: await client(address, 'both', async () => `${sessionCookie}=${(await sessions.begin(db, 'both')).secret}`),
    /** what each was told of by such an action, since it was last asked */
    told (pattern: RegExp): string[][] {
      const short = (a: SentAction): string => `${a.action} ${a.family ?? a.conference ?? a.channel ?? ''}`
      return peers.map(peer => peer.sent.splice(0).map(short).filter(a => pattern.test(a)))
    }
  }
}

t.test('a conference is led on the PBX that has it, a member on the one his line is on', async t => {
  const { db, api, told } = await world(t)
  const { incidentId } = await api.post<{ incidentId: string }>('/api/incidents', {
    title: '演习', reason: '演练', mode: 'simultaneous', members: [{ name: '张三', number: '13900001091' }, { name: '李四', number: '13900001092' }]
  })
  await until(() => told(/incident-pin/)[0]?.length === 1, { what: 'the first PBX, where it was begun, knows its PIN' })
  t.same(await db.query('select distinct node from dial_request'), [{ node: 'pbx1' }], 'its legs are placed where its rooms are')
  t.same(await db.query('select number, node from conference_room'), [{ number: 0, node: 'pbx1' }])

  await db.query('update conference_room set node = \'pbx2\'')
  const [member] = await db.query<{ id: string, room: string, root: string }>(`
    update incident_member set state = 'joined', in_room = room, channel_id = 'pbx1-1.1',
    channel_name = 'PJSIP/trunk-00000001', channel_node = 'pbx1' where name = '李四'
    returning id, room, (select room_prefix || '-0' from incident) root`)
  const root = member?.root
  told(/./)
  await api.put(`/api/incidents/${incidentId}/lock`, { on: true })
  t.same(told(/incident-locked/), [[], ['DBPut incident-locked']])
  await api.put(`/api/incidents/${incidentId}/recording`, { on: true })
  t.same(told(/Confbridge/), [[], [`ConfbridgeStartRecord ${root}`]])
  await api.post(`/api/incidents/${incidentId}/members/${member?.id ?? ''}/mute`)
  t.same(told(/^ConfbridgeMute|member-muted/), [[`ConfbridgeMute ${member?.room}`], ['DBPut member-muted']],
    'he by his line, the word by the conference')
})

t.test('calls are switched on the PBX of their channel', async t => {
  const { db, api, told } = await world(t)
  await db.query('update user_account set extension = \'8031\'')
  for (const node of ['pbx1', 'pbx2', 'pbx3']) {
    await db.query('insert into call (id, node, direction, state, offered_at) values ($1, $2, \'inbound\', \'queued\', now())',
      [`${node}-5.1`, node])
    await db.query(`insert into channel (unique_id, node, call_id, linked_id, name, kind, started_at)
      values ($1, $2, $1, $1, 'PJSIP/trunk-00000001', 'citizen', now())`, [`${node}-5.1`, node])
  }
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
