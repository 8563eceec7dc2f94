import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { Database } from '../../../src/db/database.ts'
import { createDatabase } from '../../../src/db/database.ts'
import { client, type ApiClient } from '../api-client.ts'
import { freshDatabase, ownPostgres, type OwnPostgres } from './database.ts'
import { startNetwork, type TelephoneNetwork } from '../telephones/network.ts'
import { startTestPbx, type TestPbx } from './pbx.ts'
import type { Login } from '../../../src/district/load-accounts.ts'
import { nodePartsOf, nodesOf } from '../../../src/servers/ground.ts'
import { freshRedis, type FreshRedis } from './redis.ts'
import { tcpRelay, type SharedRelay } from './relay.ts'
import { runFolder, temporaryFolder } from './run-folder.ts'
import { seedSample } from '../stories/sample.ts'
import { startService, type ServiceUnderTest, type StartOptions } from './service.ts'
import { setApart } from './node-apart.ts'
import { byEdge, doorBefore, edgeSettings } from '../edge-process.ts'
import { ownMachine, type OwnMachine } from './own-machine.ts'

/** A PBX beside the first; `machine` only where `ownMachines` was asked for. */
export interface FurtherPbx { pbx: TestPbx, network: TelephoneNetwork, machine: OwnMachine | null }

/** of the process beside each PBX */
export const nodeSecret = 'secret-of-a-node'

/** All of it for one test: database, Redis, PBX, telephone network and the service in a process of its own. */
export interface Stack {
  service: ServiceUnderTest
  /** the node process, only where `nodeApart` was asked for */
  node: ServiceUnderTest | null
  network: TelephoneNetwork
  pbx: TestPbx
  /** the further PBXs that were asked for, those to be added later at the end, each with a telephone network of its own */
  more: readonly FurtherPbx[]
  db: Database
  databaseUrl: string
  redis: FreshRedis
  /** the service's lines to each PBX's manager interface and to the door of the node process; only where `relayed` was asked for */
  lines: ReadonlyArray<{ ami: SharedRelay, door: SharedRelay }>
  /** starts a further worker of the same service */
  anotherWorker: () => Promise<ServiceUnderTest>
  /** only where `ownDatabase` was asked for */
  postgres: OwnPostgres | null
  logins: readonly Login[]
  /** The API as a sample person: `dispatcher`, `t01`, `agent 8003`; the last word is the login. */
  as: (who: string) => Promise<ApiClient>
  /** moves the service's clock and does what is then due */
  advance: (ms: number) => Promise<void>
}

export interface StackOptions {
  /** settings as in the environment, besides the short times of tests */
  settings?: Record<string, string>
  /** desk telephones that register; default 8003 and 8004 */
  desks?: readonly string[]
  /** a PostgreSQL of this test's own, to be killed */
  ownDatabase?: boolean
  /** names of further PBXs beside `pbx1`; default none */
  moreNodes?: readonly string[]
  /** the further PBXs stand on machines of their own, which can die or be cut off */
  ownMachines?: boolean
  /** names of PBXs that run, each with the process beside it, and are no part of the service: somebody may add them; default none */
  laterNodes?: readonly string[]
  /** the service reaches the PBXs and the node processes beside by lines that can be cut; a node process reaches its PBX straight */
  relayed?: boolean
  /**
   * The node process by itself, and the service as a user who may open no folder of the PBX; needs root. Otherwise the one is part of the
   * other.
   */
  nodeApart?: boolean
  /** sentences in full; otherwise each is cut to half a second */
  wholePrompts?: boolean
}

export async function startStack (
  t: Test,
  {
    settings = {}, desks = ['8003', '8004'], ownDatabase = false, moreNodes = [], ownMachines = false, laterNodes = [], relayed = false,
    nodeApart = false, wholePrompts = false
  }: StackOptions = {}
): Promise<Stack> {
  const postgres = ownDatabase ? await ownPostgres(t) : null
  const fresh = postgres ? null : await freshDatabase(t, { seed: 'sample', size: 4 })
  const databaseUrl = postgres?.url ?? fresh?.url ?? ''
  const db = fresh?.db ?? createDatabase({ url: databaseUrl, size: 4 })
  if (!fresh) t.teardown(async () => await db.close())
  const redis = await freshRedis(t)
  const known = byEdge() ? { ...edgeSettings, ...settings } : settings
  const pbx = await startTestPbx(t, known, { wholePrompts })
  const { config } = pbx
  if (postgres) await seedSample(db, config.dataDir)
  else copyFileSync(join(runFolder, 'sample/logins.json'), join(config.dataDir, 'logins.json'))
  const logins = JSON.parse(readFileSync(join(config.dataDir, 'logins.json'), 'utf8')) as Login[]
  // desk telephones take part here, until a page says that it has the telephone
  await db.query('update agent set webrtc = false')
  const telephonesOf = async (one: TestPbx): Promise<TelephoneNetwork> => await startNetwork(t, {
    pbx: one.config.sip,
    trunk: byEdge()
      ? { ...one.config.trunk, door: await doorBefore(t, one, { databaseUrl, alone: moreNodes.length + laterNodes.length === 0 }) }
      : one.config.trunk
  })
  const network = await telephonesOf(pbx)
  const more: FurtherPbx[] = []
  for (const name of [...moreNodes, ...laterNodes]) {
    const other = await startTestPbx(t, { ...known, PBX_NODE: name }, { wholePrompts })
    more.push({
      pbx: other,
      network: await telephonesOf(other),
      machine: ownMachines ? await ownMachine(t, other, databaseUrl, nodeSecret) : null
    })
  }
  const pbxs = [pbx, ...more.map(one => one.pbx)]
  const here = ownMachines ? [pbx] : pbxs
  const lines = relayed
    ? await Promise.all(here.map(async ({ config }) => ({ ami: await tcpRelay(t, config.ami), door: await tcpRelay(t, config.node) })))
    : []
  const whole: StartOptions = {
    config: { ...config, databaseUrl, redisUrl: redis.url, ami: { ...config.ami, secret: pbx.amiSecret } },
    secrets: { dataKey: Buffer.alloc(32, 7).toString('base64') },
    nodes: [
      ...here.filter(({ config }) => !laterNodes.includes(config.pbxNode)).flatMap(({ config, amiSecret }, i) => {
        const { ami, door } = lines[i] ?? { ami: config.ami, door: config.node }
        const by = { ami: { ...config.ami, host: ami.host, port: ami.port }, node: { ...config.node, host: door.host, port: door.port } }
        return nodesOf({ ...config, ...by }, { amiSecret, nodeSecret })
      }),
      ...more.flatMap(({ machine }) => machine?.setting ?? [])
    ],
    nodeParts: here.flatMap(({ config, amiSecret, paths }) => nodePartsOf(config, { amiSecret, nodeSecret, files: paths }))
  }
  for (const { machine } of more) await machine?.begin(whole)
  const together = await startService(t, config.dataDir, whole)
  const apart = nodeApart ? await setApart(t, together, whole, pbxs) : null
  const { service, node } = apart ?? { service: together, node: null }
  const clients = new Map<string, Promise<ApiClient>>()
  const stack: Stack = {
    service,
    node,
    network,
    pbx,
    more,
    db,
    databaseUrl,
    redis,
    lines,
    anotherWorker: async () => await startService(t, await temporaryFolder('worker'), { ...whole, parts: ['background'] }),
    postgres,
    logins,
    async as (who) {
      const name = who.split(' ').at(-1) ?? ''
      const login = logins.find(l => l.user === name || l.extension === name)
      if (!login) throw new Error(`there is no sample person "${who}"`)
      const known = clients.get(login.user) ?? client(service.address, login.user, async () => await service.session(login.user))
      clients.set(login.user, known)
      return await known
    },
    async advance (ms) {
      await node?.advance(ms)
      for (const { machine } of more) await machine?.advance(ms)
      await service.advance(ms)
      await service.settle()
    }
  }
  const phones = desks.map(extension => ({ extension, password: logins.find(l => l.extension === extension)?.sipPassword ?? '' }))
  for (const { extension } of phones) await network.number(`desk${extension}`, 'ring')
  if (phones.length > 0) await network.desks(phones)
  return stack
}
