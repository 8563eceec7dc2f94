// The PBX's own database is written by the applier of the desired state alone: another writer's entries would be deleted at the next login.
import { globSync, readFileSync } from 'node:fs'
import t from 'tap'

t.test('nothing but the applier names the verbs', async t => {
  const allowed = /^src\/pbx\/(switchboard|desired\/(givers|entries))\.ts$/
  const files = globSync('src/**/*.{ts,tsx}').map(file => file.replaceAll('\\', '/'))
  const naming = files.filter(file => /\b(dbPut|dbDelete|dbTree|DBPut|DBDel|DBDelTree)\b/.test(readFileSync(file, 'utf8')))
  t.same(naming.filter(file => !allowed.test(file)), [])
  t.ok(naming.includes('src/pbx/desired/entries.ts'), 'and the applier does')
})
