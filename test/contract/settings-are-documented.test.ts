import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')

// every name that is read: env.NAME, address(env, 'NAME', …), number(…), secret(…)
const config = read('src/config.ts') + read('src/config-readers.ts')
const wanted = [...config.matchAll(/env\.([A-Z][A-Z_]+)|\(env, '([A-Z][A-Z_]+)'/g)].map(m => m[1] ?? m[2] ?? '')
const documented = [...read('.env.example').matchAll(/^#([A-Z_]+)=\S*(\s+# \S.*)?$/gm)].map(m => m[1] ?? '')

t.ok(wanted.length > 30, 'the settings are found in config.ts')
t.strictSame([...new Set(wanted)].filter(name => !name.endsWith('_FILE') && !documented.includes(name)), [],
  '.env.example lists every setting')
const used = config + read('src/bin/prepare/prepare-machine.ts')
t.strictSame(documented.filter(name => !used.includes(name)), [], '.env.example lists no setting that nobody reads')
