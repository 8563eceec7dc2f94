import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { noRealServer, realServer, standInProcess, type EdgeServer } from '../harness/edge/edge-server.ts'
import { facts } from '../harness/edge/facts.ts'
import { worldOf } from '../harness/edge/facts/world.ts'

async function all (t: Test, server: EdgeServer): Promise<void> {
  t.comment(`drachtio-server ${server.version}`)
  for (const { name, play, seen } of facts) {
    await t.test(name, async t => { t.strictSame(await play(await worldOf(t, server)), seen) })
  }
}

t.test('the stand-in does what a drachtio-server does', async t => { await all(t, await standInProcess(t)) })

t.test('a real drachtio-server does it', { skip: noRealServer }, async t => { await all(t, await realServer(t)) })

t.test('docs/edge-server.md lists these facts and no others', async t => {
  const text = readFileSync(new URL('../../docs/edge-server.md', import.meta.url), 'utf8')
  const listed = text.slice(text.indexOf('## The link')).split('\n').filter(line => line.startsWith('* ')).map(line => line.slice(2))
  t.strictSame(listed, facts.map(({ name }) => name))
})
