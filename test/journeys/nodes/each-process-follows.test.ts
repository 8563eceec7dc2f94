// Server and worker as processes of their own: a PBX that is added at the server is one of the worker's too, until it is removed.
import t from 'tap'
import { addressText } from '../../../src/pbx/node-rows/rules/address.ts'
import { until } from '../../../src/servers/until.ts'
import { anotherSecret, startApart } from '../../harness/servers/apart.ts'
import type { TestPbx } from '../../harness/servers/pbx.ts'
import { agent, citizen } from '../../harness/stories/story.ts'
import { hears } from '../../harness/telephones/listening.ts'

interface Listed {
  items: Array<{ name: string, version: number, linked: boolean, desired: { newest: number, applied: number | null } }>
}

/** Who is logged in at the manager interface of a PBX, by its own word. */
const loggedIn = async ({ console }: TestPbx): Promise<number> =>
  Number(/^(\d+) users? connected/m.exec(await console('manager show connected'))?.[1] ?? NaN)

await t.test('the worker rings an agent for a citizen on a PBX added at the server, and lets go of one removed', async t => {
  const { network, start, another, as } = await startApart(t, { desks: ['8003'] })
  const [server] = await Promise.all([start('server'), start('worker')])
  const zhang = agent(network, '8003')
  await zhang.signsIn()
  const { pbx: added, network: itsNetwork } = await another('pbx2')
  const admin = await as(server, 'admin')
  const before = await loggedIn(added)
  const { config } = added
  await admin.post('/api/pbx-nodes', {
    name: 'pbx2',
    sip: addressText(config.sip),
    ami: addressText(config.ami),
    amiUser: config.ami.user,
    amiSecret: added.amiSecret,
    webSocketUrl: config.webSocketUrl,
    door: addressText(config.node),
    doorSecret: anotherSecret
  })
  await admin.sees<Listed>('/api/pbx-nodes', ({ items }) =>
    items.some(({ name, linked, desired }) => name === 'pbx2' && linked && desired.applied === desired.newest), 30)
  await until(async () => await loggedIn(added) === before + 2, { what: 'server and worker are logged in', seconds: 20 })

  const talker = await citizen(itsNetwork, '13900001057')
  await talker.dials('962000')
  await zhang.answers(undefined, 30)
  await zhang.talks(440)
  t.ok(await hears(talker.call(), 440), 'the agent is rung there')
  await talker.hangsUp()
  await zhang.call().isOver()

  const step = async (method: 'POST' | 'DELETE', path: string): Promise<number> => {
    const { items } = await admin.get<Listed>('/api/pbx-nodes')
    const version = items.find(({ name }) => name === 'pbx2')?.version ?? 0
    return method === 'POST'
      ? (await admin.request(method, `${path}/drain`, { version })).status
      : (await admin.request(method, `${path}?version=${version}`)).status
  }
  t.equal(await step('POST', '/api/pbx-nodes/pbx2'), 200)
  await until(async () => await step('DELETE', '/api/pbx-nodes/pbx2') === 200, { what: 'with the last call over it can be removed' })
  await until(async () => await loggedIn(added) === before, { what: 'server and worker have let go of it', seconds: 20 })
})
