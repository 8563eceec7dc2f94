import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './program.ts'

const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** What reads the environment, as text. */
export const config = read('src/config.ts') + read('src/config-readers.ts') + read('src/config-edge.ts')

/** Every name that is read: env.NAME, address(env, 'NAME', …), number(…), secret(…); not the files a secret may be given in. */
export const settingsRead: readonly string[] = [...new Set(
  [...config.matchAll(/env\.([A-Z][A-Z_]+)|\(env, '([A-Z][A-Z_]+)'/g)].map(m => m[1] ?? m[2] ?? '').filter(name => !name.endsWith('_FILE'))
)]

/** Every name `.env.example` has, with its default and one line. */
export const settingsDocumented: readonly string[] =
  [...read('.env.example').matchAll(/^#([A-Z_]+)=\S*(\s+# \S.*)?$/gm)].map(m => m[1] ?? '')
