// A command to the PBX that `up` laid out in DATA_DIR; for a PBX of your own it is `asterisk -rx`.
//   npm run -s pbx -- 'core show uptime'
import './load-env.ts'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from '../config.ts'
import { pbxPaths } from '../pbx/render-config.ts'
import { findAsterisk } from '../servers/asterisk/asterisk-image.ts'
import { cacheFolder } from './prepare/prepare-machine.ts'

async function main (words: string[]): Promise<number> {
  const { config } = pbxPaths(join(readConfig().dataDir, 'pbx'))
  if (!existsSync(config)) throw new Error(`there is no ${config}: npm run up has laid out no PBX here`)
  if (words.length === 0) throw new Error('usage: npm run -s pbx -- \'core show uptime\'')
  const image = await findAsterisk(cacheFolder())
  if (image === null) throw new Error('there is no Asterisk on this machine')
  // An extracted Asterisk finds its libraries only through its own loader.
  return spawnSync(image.command, [...image.args, '-C', config, '-rx', words.join(' ')], { stdio: 'inherit' }).status ?? 1
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
