import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { plainEnvironment, plainNode } from '../harness/servers/run-folder.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

t.test('docs/openapi.json equals the service\'s own description', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'liandong-openapi-test-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  const file = join(folder, 'openapi.json')
  await promisify(execFile)(plainNode.command, [...plainNode.first, 'src/bin/documents/openapi.ts', file],
    { cwd: root, env: plainEnvironment() })
  const now = JSON.parse(readFileSync(file, 'utf8')) as { paths: object }
  const kept = JSON.parse(readFileSync(join(root, 'docs/openapi.json'), 'utf8')) as { paths: object }
  t.same(Object.keys(kept.paths), Object.keys(now.paths), 'the same paths; npm run console:types writes the file again')
  t.ok(JSON.stringify(kept) === JSON.stringify(now), 'word by word; npm run console:types writes the file again')
})
