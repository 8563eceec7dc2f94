import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

// Tests that fail the first time and pass the second, as tap tells of them.
const npm = `#!/bin/sh
[ "$1" = test ] || exit 0
save=$(echo "$@" | sed -n 's/.*--save=\\([^ ]*\\).*/\\1/p')
if [ -e broken ]; then for i in 1 2 3 4 5 6 7; do echo "test/rules/$i.test.ts"; done > "$save"; echo '# { total: 9, pass: 2, fail: 7 }'; \
exit 1; fi
if [ -e tried ]; then : > "$save"; echo '# { total: 1, pass: 1 }'; exit 0; fi
touch tried
printf 'test/journeys/b.test.ts\\ntest/journeys/a.test.ts\\n' > "$save"
echo '# { total: 3, pass: 1, fail: 2 }'
exit 1
`

t.test('CI names the files that needed a second try, just before its last line', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'ci-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'bin'))
  cpSync(fileURLToPath(new URL('../../.ci/run', import.meta.url)), join(folder, '.ci/run'))
  writeFileSync(join(folder, 'bin/npm'), npm)
  chmodSync(join(folder, 'bin/npm'), 0o755)
  const lines = (): string[] => execFileSync('sh', [join(folder, '.ci/run')],
    { encoding: 'utf8', env: { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH ?? ''}` } }).trim().split('\n')
  t.strictSame(lines().slice(-4), ['needed a second try:', '  test/journeys/a.test.ts', '  test/journeys/b.test.ts', '2 passed, 0 failed'])
  t.strictSame(lines().slice(-2), ['no file needed a second try', '1 passed, 0 failed'])
  writeFileSync(join(folder, 'broken'), '')
  let said = ''
  try {
    lines()
  } catch (error) {
    said = (error as { stdout: string }).stdout
  }
  t.match(said, /failed:\n( {2}test\/rules\/[1-7]\.test\.ts\n){7}no file needed a second try\n2 passed, 7 failed\n$/,
    'every file that failed, however many')
})
