import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { root } from '../architecture/program.ts'
import { config, settingsDocumented, settingsRead } from '../architecture/settings-read.ts'

t.ok(settingsRead.length > 30, 'the settings are found in config.ts')
t.strictSame(settingsRead.filter(name => !settingsDocumented.includes(name)), [], '.env.example lists every setting')
const used = config + readFileSync(join(root, 'src/bin/prepare/prepare-machine.ts'), 'utf8')
t.strictSame(settingsDocumented.filter(name => !used.includes(name)), [], '.env.example lists no setting that nobody reads')
