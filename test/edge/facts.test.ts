import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { noRealServer, realServer, standInProcess, type EdgeServer } from '../harness/edge/edge-server.ts'
import { facts } from '../harness/edge/facts.ts'
import { answered } from '../harness/edge/facts/in-dialog.ts'
import { worldOf } from '../harness/edge/facts/world.ts'

async function all (t: Test, server: EdgeServer): Promise<void> {
  t.comment(`drachtio-server ${server.version}`)
  for (const { name, play, seen } of facts) {
    await t.test(name, async t => { t.strictSame(await play(await worldOf(t, server)), seen) })
  }
}

t.test('the stand-in does what a drachtio-server does', async t => { await all(t, await standInProcess(t)) })

t.test('a real drachtio-server does it', { skip: noRealServer }, async t => { await all(t, await realServer(t)) })

t.test('killed in mid-call and started again, the stand-in passes what belongs to the call', async t => {
  const server = await standInProcess(t)
  const world = await worldOf(t, server)
  const { carrier, first, uriOf, own } = world
  const { callId, toTag, route } = await answered(world)
  await server.kill()
  const lost = carrier.send('OPTIONS', own, server.sip)
  await server.restart()
  const bye = carrier.send('BYE', uriOf(first), server.sip, { callId, toTag, headers: route })
  first.answer(await first.asked('BYE'), 200)
  await bye.final()
  t.strictSame([bye.statuses(), lost.statuses()], [[200], []])
})

t.test('docs/edge-server.md lists these facts and no others', async t => {
  const text = readFileSync(new URL('../../docs/edge-server.md', import.meta.url), 'utf8')
  const listed = text.slice(text.indexOf('## The link')).split('\n').filter(line => line.startsWith('* ')).map(line => line.slice(2))
  t.strictSame(listed, facts.map(({ name }) => name))
})
