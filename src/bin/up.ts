// Everything on one machine in the foreground: PostgreSQL, Redis, Asterisk and the service itself.
//   --fresh       wipes the data first        --empty     no sample district, only the Centre and an administrator
//   --no-install  never touches the system           --nodes N  N PBXs of its own, for trying: 1 (default) to 4
import './load-env.ts'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createService, type Service } from '../compose.ts'
import { readConfig, type Config } from '../config.ts'
import { createDatabase } from '../db/database.ts'
import { createSealing } from '../db/sealing.ts'
import { seed } from '../district/seed.ts'
import { hashRandomPassword } from '../access/passwords/password.ts'
import { claim, wipe } from '../servers/data-folder/data-folder.ts'
import { pbxPaths } from '../pbx/render-config.ts'
import { startGround, type Ground } from '../servers/ground.ts'
import { stopLeftovers } from '../servers/data-folder/leftovers.ts'
import { maxOwnPbxs, ownPbxs, type OwnPbx } from '../servers/asterisk/own-pbxs.ts'
import { migrate } from '../servers/migrate.ts'
import { isFree } from '../servers/machine/ports.ts'
import { serviceNeeds } from '../servers/machine/packages.ts'
import { ensureConsole } from './prepare/console-build.ts'
import { onEnd } from './on-end.ts'
import { cacheFolder, prepareMachine } from './prepare/prepare-machine.ts'
import { createProgress } from './prepare/progress.ts'
import { addSampleOrders } from './sample-orders.ts'

const options = {
  fresh: { type: 'boolean' }, empty: { type: 'boolean' }, 'no-install': { type: 'boolean' }, nodes: { type: 'string', default: '1' }
} as const

async function up (): Promise<void> {
  const { values } = parseArgs({ options })
  const config = readConfig()
  const pbxs = ownPbxs(config, nodesWanted(values.nodes, config))
  const progress = createProgress()
  const release = claim(config.dataDir)
  let ground: Promise<Ground> | undefined
  let service: Service | undefined
  const stop = async (): Promise<void> => {
    await service?.stop()
    // A server in the middle of its start is waited for, then ended; what does not start has ended the others by itself.
    await (await ground?.catch(() => null))?.stop()
    release()
  }
  const ending = onEnd(async () => {
    console.log('\nstopping …')
    await stop()
    console.log('stopped; the data stays in ' + config.dataDir)
  })
  /** Once the end has begun no further step does. */
  const step: typeof progress.step = async (name, work) => {
    if (ending.begun()) throw new Error(`ended before the step ${name}`)
    return await progress.step(name, work)
  }
  try {
    await makeRoom(config, pbxs, values.fresh ?? false)
    const image = await prepareMachine({
      progress,
      needs: serviceNeeds(cacheFolder()),
      wantAsterisk: !config.ami.external,
      mayInstall: !values['no-install']
    })
    await step('console', ensureConsole)
    ground = startGround({ config, image, count: pbxs.length, step, say: line => { console.log(`  ! ${line}`) } })
    const stands = await ground
    await step('schema', async () => await migrate(stands.config.databaseUrl))
    await step(values.empty ? 'administrator' : 'sample district', async () => { await fill(stands, values.empty ?? false) })
    await step('service', async () => {
      service = await createService(stands)
      await service.start()
    })
  } catch (error) {
    if (ending.begun()) return
    ending.cancel()
    await stop()
    throw error
  }
  sayWhere(config, pbxs, service?.address)
}

/** @throws Error saying what `--nodes` takes */
function nodesWanted (value: string, { ami }: Config): number {
  if (!/^\d$/.test(value) || Number(value) < 1 || Number(value) > maxOwnPbxs) {
    throw new Error(`--nodes ${value} is not possible: it takes a number of PBXs from 1 to ${maxOwnPbxs}`)
  }
  if (Number(value) > 1 && ami.external) {
    throw new Error('--nodes starts PBXs of its own, and AMI_ADDRESS with AMI_SECRET names one of others')
  }
  return Number(value)
}

/** An empty data folder where that is wanted, and free ports. */
async function makeRoom (config: Config, pbxs: readonly OwnPbx[], fresh: boolean): Promise<void> {
  if (fresh) {
    if (config.databaseUrl) throw new Error('--fresh does not empty a database it does not own: DATABASE_URL is set')
    await stopLeftovers(config.dataDir)
    wipe(config.dataDir)
  }
  const doors = config.node.external ? [] : pbxs.map(pbx => ['NODE_ADDRESS', pbx.config.node] as const)
  for (const [name, { host, port }] of [['HTTP_ADDRESS', config.http] as const, ...doors]) {
    if (await isFree(host, port)) continue
    throw new Error(`${name} ${host}:${port} is used by another program: end it, or set ${name} to another address`)
  }
}

/** The sample district, or the first administrator alone. */
async function fill ({ config, secrets }: Ground, empty: boolean): Promise<void> {
  const db = createDatabase({ url: config.databaseUrl, size: 2 })
  try {
    await seed({ db, dataDir: config.dataDir, hashPassword: hashRandomPassword, empty })
    if (!empty) {
      await addSampleOrders({ db, sealing: createSealing(Buffer.from(secrets.dataKey, 'base64')), timeZone: config.timeZone })
    }
  } finally {
    await db.close()
  }
}

function sayWhere (config: Config, pbxs: readonly OwnPbx[], address: string | undefined): void {
  const logOf = (folder: string): string => config.ami.external ? 'not ours' : join(pbxPaths(folder).logDir, 'messages.log')
  const each = pbxs.map(({ config: { hotlineNumber, sip, trunk }, folder }) => `\
  dial in by SIP  sip:${hotlineNumber}@${sip.host}:${sip.port} from ${trunk.host}
  the PBX's log   ${logOf(folder)}`)
  console.log(`
  the console     ${address}
  its logins      ${join(config.dataDir, 'logins.json')}
${each.join('\n')}

Ctrl-C ends all of it; the data stays.`)
}

try {
  await up()
} catch (error) {
  console.error(`cannot start: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
