// Everything on one machine in the foreground: PostgreSQL, Redis, Asterisk and the service itself.
//   --fresh       wipes the data first        --empty     no sample district, only the Centre and an administrator
//   --no-install  never touches the system
import './load-env.ts'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createService, type Service } from '../compose.ts'
import { readConfig } from '../config.ts'
import { createDatabase } from '../db/database.ts'
import { createSealing } from '../db/sealing.ts'
import { seed } from '../district/seed.ts'
import { hashRandomPassword } from '../access/password.ts'
import { claim, wipe } from '../servers/data-folder/data-folder.ts'
import { startGround, type Ground } from '../servers/ground.ts'
import { stopLeftovers } from '../servers/data-folder/leftovers.ts'
import { migrate } from '../servers/migrate.ts'
import { isFree } from '../servers/machine/ports.ts'
import { serviceNeeds } from '../servers/machine/packages.ts'
import { ensureConsole } from './prepare/console-build.ts'
import { onEnd } from './on-end.ts'
import { cacheFolder, prepareMachine } from './prepare/prepare-machine.ts'
import { createProgress } from './prepare/progress.ts'
import { addSampleOrders } from './sample-orders.ts'

const options = { fresh: { type: 'boolean' }, empty: { type: 'boolean' }, 'no-install': { type: 'boolean' } } as const

async function up (): Promise<void> {
  const { values } = parseArgs({ options })
  const config = readConfig()
  const progress = createProgress()
  const release = claim(config.dataDir)
  let ground: Ground | undefined
  let service: Service | undefined
  const stop = async (): Promise<void> => {
    await service?.stop()
    await ground?.stop()
    release()
  }
  const ending = onEnd(async () => {
    console.log('\nstopping …')
    await stop()
    console.log('stopped; the data stays in ' + config.dataDir)
  })
  try {
    if (values.fresh) {
      if (config.databaseUrl) throw new Error('--fresh does not empty a database it does not own: DATABASE_URL is set')
      await stopLeftovers(config.dataDir)
      wipe(config.dataDir)
    }
    if (!await isFree(config.http.host, config.http.port)) {
      throw new Error(`HTTP_ADDRESS ${config.http.host}:${config.http.port} is used by another program: ` +
        'end it, or set HTTP_ADDRESS to another address')
    }
    const image = await prepareMachine({
      progress,
      needs: serviceNeeds(cacheFolder()),
      wantAsterisk: !config.ami.external,
      mayInstall: !values['no-install']
    })
    await progress.step('console', ensureConsole)
    const stands = ground = await startGround({ config, image, step: progress.step, say: line => { console.log(`  ! ${line}`) } })
    await progress.step('schema', async () => await migrate(stands.config.databaseUrl))
    await progress.step(values.empty ? 'administrator' : 'sample district', async () => {
      const db = createDatabase({ url: stands.config.databaseUrl, size: 2 })
      try {
        await seed({ db, dataDir: config.dataDir, hashPassword: hashRandomPassword, empty: values.empty ?? false })
        if (!values.empty) {
          await addSampleOrders({ db, sealing: createSealing(Buffer.from(stands.secrets.dataKey, 'base64')), timeZone: config.timeZone })
        }
      } finally {
        await db.close()
      }
    })
    await progress.step('service', async () => {
      service = await createService(stands)
      await service.start()
    })
  } catch (error) {
    if (ending.begun()) return
    ending.cancel()
    await stop()
    throw error
  }
  console.log(`
  the console     ${service?.address}
  its logins      ${join(config.dataDir, 'logins.json')}
  dial in by SIP  sip:${config.hotlineNumber}@${config.sip.host}:${config.sip.port} from ${config.trunk.host}
  the PBX's log   ${ground.nodes.map(({ files }) => files ? join(files.logDir, 'messages.log') : 'not ours').join(', ')}

Ctrl-C ends all of it; the data stays.`)
}

try {
  await up()
} catch (error) {
  console.error(`cannot start: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
