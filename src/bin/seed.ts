// Loads the sample district, or with --empty only the Centre and an administrator, into the database of DATABASE_URL;
// with --orders also the sample week's orders and calls, where there are none yet.
// `up` does the same for the service's own database.
import './load-env.ts'
import { pino } from 'pino'
import { followDataKeys } from '../compose/data-keys.ts'
import { readConfig } from '../config.ts'
import { createDatabase } from '../db/database.ts'
import { createSealing } from '../db/sealing.ts'
import { seed } from '../district/seed.ts'
import { hashRandomPassword } from '../access/passwords/password.ts'
import { keepSecrets } from '../servers/data-folder/secrets.ts'
import { addSampleOrders } from './sample-orders.ts'

async function main (): Promise<void> {
  const config = readConfig()
  if (config.databaseUrl === null) throw new Error('DATABASE_URL is not set: it says which database is to be filled')
  const db = createDatabase({ url: config.databaseUrl, size: 2 })
  try {
    const { logins } = await seed({
      db,
      dataDir: config.dataDir,
      hashPassword: hashRandomPassword,
      empty: process.argv.includes('--empty')
    })
    if (process.argv.includes('--orders')) {
      const sealing = createSealing(Buffer.from(keepSecrets(config.dataDir, config.dataKey).dataKey, 'base64'))
      await followDataKeys({ config, db, sealing, log: pino({ level: 'warn' }) }).once()
      console.log(`${await addSampleOrders({ db, sealing, timeZone: config.timeZone })} sample orders`)
    }
    console.log(`${logins.length} logins, their passwords are in ${config.dataDir}/logins.json`)
  } finally {
    await db.close()
  }
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
