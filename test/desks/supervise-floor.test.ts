import t from 'tap'
import { until } from '../../src/servers/until.ts'
import { startStack } from '../harness/stack.ts'
import { cannotTryDesks, openDesks } from './browser.ts'

await t.test('the wall counts who waits, and the shift leader listens in from the floor - on record', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: ['8003'], settings: { QUEUE_SECONDS: '60' } })
  const { network, db } = stack
  const { sit } = await openDesks(t, stack)
  const wall = await sit('supervisor', { path: '/wall' })
  const waiting = wall.locator('.wall-top .wall-tile').first()
  await waiting.waitFor()
  await network.number('desk8003', 'ring 0.5|answer|stay')
  await (await network.dial({ desk: '8003', to: '*81' })).isOver()
  const agent = await stack.as('agent 8003')
  await agent.sees<{ items: Array<{ extension: string, state: string }> }>('/api/agents', a => a.items.some(i => i.extension === '8003' && i.state === 'ready'), 20)
  await agent.post('/api/agents/8003/pause', { reason: 'meal' })
  const citizen = await network.dial({ from: '13800138001', to: '962000', script: 'stay' })
  await wall.locator('.wall-top .wall-tile.big b', { hasText: /^1$/ }).waitFor({ timeout: 20_000 })
  t.match(await waiting.getAttribute('class'), /hand/, 'red: somebody waits and nobody is ready')
  const ticks = async (): Promise<string> => await wall.locator('.wall-top .wall-tile').nth(1).locator('b').innerText()
  const before = await ticks()
  await until(async () => await ticks() !== before, { what: 'the longest wait ticks' })
  t.pass('the longest wait ticks')

  await agent.post('/api/agents/8003/ready')
  await wall.locator('.wall-tile.agent-talking b', { hasText: /^1$/ }).waitFor({ timeout: 30_000 })
  await wall.locator('.wall-top .wall-tile.big b', { hasText: /^0$/ }).waitFor()

  const floor = await sit('8031', { path: '/supervise?tab=floor' })
  const row = floor.locator('tr[data-agent="8003"][data-state="talking"]')
  await row.waitFor({ timeout: 20_000 })
  // the page's own telephone is at the exchange: it is what the shift leader hears by
  await floor.getByText('网页话机').waitFor()
  await row.locator('button').first().click()
  const kept = await until(async () => {
    const rows = await db.query<{ actor: string, mode: string }>('select actor, detail->>\'mode\' as mode from call_event where kind = \'listened\'')
    return rows.length > 0 && rows
  }, { what: 'the call says who listened' })
  t.same(kept, [{ actor: '8031', mode: 'listen' }], 'who listened stands on the call')
  await citizen.hangsUp()
})
