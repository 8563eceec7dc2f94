// Loads the sample district, or with --empty only the Centre and an administrator, into the database of DATABASE_URL.
// `up` does the same for the service's own database.
import { readConfig } from '../config.ts'
import { createDatabase } from '../db/database.ts'
import { seed } from '../district/seed.ts'
import { hashPassword } from '../http/password.ts'

const config = readConfig()
if (config.databaseUrl === null) {
  console.error('DATABASE_URL is not set: it says which database is to be filled')
  process.exitCode = 1
} else {
  const db = createDatabase({ url: config.databaseUrl, size: 2 })
  try {
    const { logins } = await seed({ db, dataDir: config.dataDir, hashPassword, empty: process.argv.includes('--empty') })
    console.log(`${logins.length} logins, their passwords are in ${config.dataDir}/logins.json`)
  } finally {
    await db.close()
  }
}
