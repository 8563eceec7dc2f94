// A second real Asterisk becomes part of a service that runs, and leaves it again, while people talk and wait.
import t from 'tap'
import { addressText } from '../../../src/pbx/node-rows/rules/address.ts'
import { until } from '../../../src/servers/until.ts'
import type { ApiClient } from '../../harness/api-client.ts'
import { nodeSecret, startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'
import { startCarrier } from '../../harness/telephones/carrier.ts'
import { hears } from '../../harness/telephones/listening.ts'

interface Node { name: string, state: string, version: number, linked: boolean, desired: { newest: number, applied: number | null } }
interface Listed { items: Node[] }

const step = async (admin: ApiClient, name: string, what: 'drain' | 'activate' | 'remove'): Promise<{ status: number, code?: string }> => {
  const { items } = await admin.get<Listed>('/api/pbx-nodes')
  const version = items.find(node => node.name === name)?.version ?? 0
  const { status, body } = what === 'remove'
    ? await admin.request<{ code?: string }>('DELETE', `/api/pbx-nodes/${name}?version=${version}`)
    : await admin.request<{ code?: string }>('POST', `/api/pbx-nodes/${name}/${what}`, { version })
  return { status, ...body.code === undefined ? {} : { code: body.code } }
}

await t.test('a PBX is added while people talk, takes calls and agents, is drained and removed; nobody is cut off', async t => {
  const stack = await startStack(t, { desks: [], laterNodes: ['pbx2'], settings: { QUEUE_SECONDS: '120' } })
  const { network, pbx, as, db, logins } = stack
  const [second] = stack.more
  if (!second) throw new Error('there is no second PBX')
  for (const extension of ['8003', '8004']) await network.number(`desk${extension}`, 'ring')
  await network.desks(['8003', '8004'].map(extension =>
    ({ extension, password: logins.find(l => l.extension === extension)?.sipPassword ?? '' })), [second.pbx.config.sip])
  const admin = await as('admin')
  const [zhang, liu] = [agent(network, '8003'), agent(network, '8004')]
  const [before, there] = [await citizen(network, '13900001051'), await citizen(second.network, '13900001052')]
  const waits = await citizen(second.network, '13900001053')
  const nodes = async (condition: (nodes: readonly Node[]) => boolean): Promise<Node[]> =>
    (await admin.sees<Listed>('/api/pbx-nodes', ({ items }) => condition(items), 30)).items

  await zhang.signsIn()
  await before.dials('962000')
  await zhang.answers()
  await zhang.talks(440)
  await liu.signsIn()

  const { config } = second.pbx
  const wanted = {
    name: 'pbx2',
    sip: addressText(config.sip),
    ami: addressText(config.ami),
    amiUser: config.ami.user,
    amiSecret: second.pbx.amiSecret,
    webSocketUrl: config.webSocketUrl,
    door: addressText(config.node),
    doorSecret: nodeSecret
  }
  for (const [wrong, status, code] of [
    [{ ...wanted, name: 'pbx1' }, 409, 'pbx-node-taken'],
    [{ ...wanted, sip: addressText(pbx.config.sip) }, 409, 'pbx-node-address-taken'],
    [{ ...wanted, name: 'pbx3' }, 409, 'pbx-node-misnamed'],
    [{ ...wanted, amiSecret: 'another-secret' }, 409, 'pbx-login-refused'],
    [{ ...wanted, ami: '127.0.0.1:1' }, 503, 'pbx-unavailable'],
    [{ ...wanted, doorSecret: 'another-secret' }, 503, 'node-unavailable'],
    [{ ...wanted, ami: '127.0.0.1:70000' }, 400, 'invalid-input'],
    [{ ...wanted, doorSecret: undefined }, 400, 'invalid-input']
  ] as const) t.match(await admin.request('POST', '/api/pbx-nodes', wrong), { status, body: { code } })
  t.equal((await (await as('8031')).request('POST', '/api/pbx-nodes', wanted)).status, 403, 'the administrator alone')
  t.match(await step(admin, 'pbx1', 'drain'), { status: 409, code: 'pbx-node-last' })

  await admin.post('/api/pbx-nodes', wanted)
  await nodes(items => items.some(({ name, linked, desired }) => name === 'pbx2' && linked && desired.applied === desired.newest))
  await there.dials('962000')
  await liu.answers()
  await liu.talks(550)
  t.ok(await hears(there.call(), 550), 'the new PBX takes a call and rings an agent who signed in before it was there')
  t.ok(await hears(before.call(), 440), 'who talked before talks on')
  await waits.dials('962000')
  await (await as('8031')).sees<{ items: unknown[] }>('/api/calls/waiting', ({ items }) => items.length === 1)

  t.match(await step(admin, 'pbx2', 'drain'), { status: 200 })
  t.match(await step(admin, 'pbx2', 'drain'), { status: 409, code: 'already-done' })
  t.match(await step(admin, 'pbx1', 'drain'), { status: 409, code: 'pbx-node-last' })
  await until(async () => /draining/.test(await second.pbx.console('database show node')), { what: 'the PBX knows it' })
  const carrier = await startCarrier(t, config.trunk.host, config.sip)
  for (const to of ['962000', config.emergencyDutyNumber]) t.equal(await carrier.call({ to, from: '13900001059' }).isDecided(), 503, to)
  await liu.talks(660)
  t.ok(await hears(there.call(), 660), 'who talks there talks on')
  t.match(await step(admin, 'pbx2', 'remove'), { status: 409, code: 'pbx-node-busy' })

  await before.hangsUp()
  await zhang.answers()
  await zhang.talks(770)
  t.ok(await hears(waits.call(), 770), 'who waits there is served: an agent is offered by the draining PBX')
  await there.hangsUp()
  await waits.hangsUp()
  await until(async () => (await step(admin, 'pbx2', 'remove')).status === 200, { what: 'with the last call over it can be removed' })
  t.match(await nodes(items => items.at(-1)?.state === 'removed'), [{ name: 'pbx1', state: 'active' }, { name: 'pbx2', linked: false }])
  const actions = await db.query<{ action: string }>(
    'select action from audit_entry where subject = \'pbx2\' and action like \'pbx-node.%\' order by id')
  t.same(actions.map(({ action }) => action), ['pbx-node.add', 'pbx-node.drain', 'pbx-node.remove'])

  const after = await citizen(network, '13900001054')
  await after.dials('962000')
  await Promise.race([zhang.answers(), liu.answers()])
  await after.hangsUp()

  await stack.service.stop()
  await stack.service.start()
  await nodes(items => items.length === 2 && items[0]?.linked === true)
  t.match(await nodes(() => true), [{ name: 'pbx1', state: 'active' }, { name: 'pbx2', state: 'removed' }],
    'a new start brings nobody back')
  await admin.post('/api/pbx-nodes', wanted)
  await nodes(items => items.every(({ state, linked }) => state === 'active' && linked))
  await until(async () => !/draining/.test(await second.pbx.console('database show node')), { what: 'added again it is not draining' })
  t.equal(await carrier.call({ to: '962000', from: '13900001060' }).isDecided(), 200, 'and takes calls')
})

await t.test('a dead PBX is not removed while calls of it stand, and the last that answers is not drained', async t => {
  const stack = await startStack(t, { desks: [], moreNodes: ['pbx2'], settings: { QUEUE_SECONDS: '120' } })
  const { as } = stack
  const [second] = stack.more
  if (!second) throw new Error('there is no second PBX')
  const admin = await as('admin')
  const waits = await citizen(second.network, '13900001055')
  await waits.dials('962000')
  await (await as('8031')).sees<{ items: unknown[] }>('/api/calls/waiting', ({ items }) => items.length === 1)
  await second.pbx.kill()
  await admin.sees<Listed>('/api/pbx-nodes', ({ items }) => items.some(({ name, linked }) => name === 'pbx2' && !linked))
  t.match(await step(admin, 'pbx1', 'drain'), { status: 409, code: 'pbx-node-last' }, 'the other one has no link')
  t.match(await step(admin, 'pbx2', 'remove'), { status: 409, code: 'transition-not-allowed' })
  t.match(await step(admin, 'pbx2', 'drain'), { status: 200 })
  t.match(await step(admin, 'pbx2', 'remove'), { status: 409, code: 'pbx-node-busy' })
  await second.pbx.start()
  await until(async () => (await step(admin, 'pbx2', 'remove')).status === 200, { what: 'its start has ended them' })
})
