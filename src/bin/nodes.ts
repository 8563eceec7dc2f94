// The PBXs of the service (交换机节点), while it runs or not: every process follows within two seconds.
//   npm run nodes -- list
//   npm run nodes -- add pbx2 --sip 10.0.0.3:5060 --ami 10.0.0.3:5038 --ami-user liandong --ami-secret-file FILE
//       --web-socket-url wss://pbx2.example:8089/ws [--door 10.0.0.3:9621 --door-secret-file FILE]
//   npm run nodes -- drain | activate | remove pbx2
import './load-env.ts'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { followDataKeys } from '../compose/data-keys.ts'
import { readConfig } from '../config.ts'
import { createDatabase, type Database, type Tx } from '../db/database.ts'
import type { Outside } from '../db/outside.ts'
import { createSealing, type Sealing } from '../db/sealing.ts'
import { DomainError } from '../domain/errors.ts'
import { systemActor } from '../domain/people/roles.ts'
import { systemClock } from '../domain/time/clock.ts'
import { noteAudit } from '../http/kit/audit.ts'
import { nodeStates } from '../node/node-state-reads.ts'
import { createDesired } from '../pbx/desired/desired.ts'
import { nodesChannel } from '../pbx/node-rows/followed-nodes.ts'
import { createNodeCommands, type NodeCommands } from '../pbx/node-rows/node-commands.ts'
import { believedLines, nodeViews, type NodeLink } from '../pbx/node-rows/node-reads.ts'
import { nodeRows } from '../pbx/node-rows/node-row-store.ts'
import { settingOf } from '../pbx/node-rows/node-settings.ts'
import { readAddress, webSocketPattern } from '../pbx/node-rows/rules/address.ts'
import { askNode, tryNode } from '../pbx/node-rows/try-node.ts'
import type { NodeSetting } from '../pbx/nodes.ts'
import { openGround } from '../servers/ground.ts'

const usage = 'usage: npm run nodes -- list | add NAME --sip … --ami … --ami-user … --ami-secret-file … --web-socket-url … ' +
  '[--door … --door-secret-file …] | drain NAME | activate NAME | remove NAME'

const text = { type: 'string' } as const
const options = {
  sip: text, ami: text, 'ami-user': text, 'ami-secret-file': text, 'web-socket-url': text, door: text, 'door-secret-file': text
}
type Values = Partial<Record<keyof typeof options, string>>

interface Ground { db: Database, sealing: Sealing }

async function settingFor ({ db, sealing }: Ground, name: string): Promise<NodeSetting> {
  const row = (await nodeRows(db)).find(row => row.name === name)
  if (!row) throw new DomainError('not-found', `there is no PBX ${name}: npm run nodes -- list`)
  return settingOf(sealing, row)
}

async function linkOf (ground: Ground, name: string): Promise<NodeLink> {
  try {
    const { startedAt, calls } = await askNode(await settingFor(ground, name), async pbx => await pbx.coreStatus())
    return { linked: true, channels: calls, startedAt }
  } catch {
    return { linked: false, channels: null, startedAt: null }
  }
}

const commandsOf = (ground: Ground): NodeCommands => createNodeCommands({
  sealing: ground.sealing,
  clock: systemClock,
  desired: createDesired({ ...ground, clock: systemClock, nodes: { all: [] } }),
  wake: () => { ground.db.wake(nodesChannel) },
  tryNode,
  isUp: async name => (await linkOf(ground, name)).linked,
  async living (name) {
    const setting = await settingFor(ground, name)
    const living = await askNode(setting, async pbx => await pbx.livingChannels()).catch(() => null)
    return living?.length ?? await believedLines(ground.db, name)
  }
})

/** Runs a command as a request would, with its audit entry. */
async function run<T> (
  { db }: Ground, { action, name }: { action: string, name: string }, command: (tx: Tx) => Promise<Outside<T>>
): Promise<T> {
  const decided = await db.tx(command)
  await decided.act()
  return await db.tx(async tx => {
    const made = await decided.save(tx)
    noteAudit(tx, { at: systemClock.now(), actor: systemActor.id, action, subject: name, requestId: null, detail: {} })
    return made
  })
}

function newSetting (name: string, values: Values): NodeSetting {
  const given = (key: keyof Values): string => {
    const value = values[key]
    if (!value) throw new Error(`--${key} is missing\n${usage}`)
    return value
  }
  const address = (key: 'sip' | 'ami' | 'door') => {
    const read = readAddress(given(key))
    if (read === null) throw new Error(`--${key} is host:port, its port 1 to 65535`)
    return read
  }
  if (!/^[a-z0-9]{1,16}$/.test(name)) throw new Error('the name of a PBX has 1 to 16 lower-case letters and digits')
  const webSocketUrl = given('web-socket-url')
  if (!new RegExp(webSocketPattern).test(webSocketUrl)) throw new Error('--web-socket-url is such as wss://pbx2.example:8089/ws')
  const secret = (key: 'ami-secret-file' | 'door-secret-file'): string => readFileSync(given(key), 'utf8').trim()
  return {
    name,
    sip: address('sip'),
    webSocketUrl,
    ami: { ...address('ami'), user: given('ami-user'), secret: secret('ami-secret-file') },
    door: values.door === undefined ? null : { ...address('door'), secret: secret('door-secret-file') }
  }
}

/** A row sealed under a key that the service has not would keep the name for ever. */
async function refuseOtherKey ({ db, sealing }: Ground): Promise<void> {
  for (const row of await nodeRows(db)) {
    try {
      settingOf(sealing, row)
    } catch {
      throw new Error('the dataKey of this DATA_DIR is not the service\'s: run this where a server or worker runs')
    }
  }
}

async function list (ground: Ground): Promise<void> {
  const { db } = ground
  const views = await nodeViews({
    db, clock: systemClock, link: async name => await linkOf(ground, name), processes: async () => await nodeStates(db)
  })
  for (const { name, state, sip, linked, channels, startedAt, process, desired } of views) {
    const link = linked ? `${channels ?? 0} channels, started ${startedAt?.toISOString() ?? ''}` : 'not reached'
    const beside = process === null
      ? 'no process beside it'
      : process.ageMs === null ? 'the process beside it has never reported' : `its process spoke ${Math.round(process.ageMs / 1000)} s ago`
    const waits = [...desired.lacks, ...desired.late]
    console.log(`${name}  ${state}  ${sip}  ${link}; ${beside}; revision ${desired.applied ?? '-'} of ${desired.newest}` +
      (waits.length === 0 ? '' : `, lacks ${waits.join(', ')}`))
  }
  console.log(`${views.length} PBXs`)
}

async function main ([command = 'list', name, ...more]: string[], values: Values): Promise<void> {
  const { config, secrets } = openGround(readConfig())
  const db = createDatabase({ url: config.databaseUrl, size: 2 })
  const sealing = createSealing(Buffer.from(secrets.dataKey, 'base64'))
  const ground: Ground = { db, sealing }
  const commands = commandsOf(ground)
  const by = systemActor.id
  try {
    await followDataKeys({ config, db, sealing, log: pino({ level: 'warn' }) }).once()
    if (command === 'list' && name === undefined) return await list(ground)
    if (name === undefined || more.length > 0) throw new Error(usage)
    if (command === 'add') {
      await refuseOtherKey(ground)
      await run(ground, { action: 'pbx-node.add', name }, async tx => await commands.add(tx, by, newSetting(name, values)))
      console.log(`${name} is added: it takes calls`)
    } else if (command === 'drain' || command === 'activate' || command === 'remove') {
      const version = (await nodeRows(db)).find(row => row.name === name)?.version ?? 0
      const { state } = await run(ground, { action: `pbx-node.${command}`, name },
        async tx => await commands.step(tx, by, { name, step: command, version }))
      console.log(`${name} is ${state}`)
    } else throw new Error(usage)
    // The wake is sent by itself, a moment later.
    await new Promise(resolve => setTimeout(resolve, 50))
  } finally {
    await db.close()
  }
}

try {
  const { positionals, values } = parseArgs({ options, allowPositionals: true })
  await main(positionals, values)
} catch (error) {
  const details = error instanceof DomainError ? ` (${error.code})` : ''
  console.error((error instanceof Error ? error.message : String(error)) + details)
  process.exitCode = 1
}
