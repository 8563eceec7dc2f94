import t from 'tap'
import { startStack } from '../harness/stack.ts'
import { cannotTryDesks, openDesks } from './browser.ts'

await t.test('the wall counts who waits, and the shift leader listens in from the floor - on record', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: ['8003'], settings: { QUEUE_SECONDS: '60' } })
  const { network, db } = stack
  const { sit } = await openDesks(t, stack)
  const wall = await sit('supervisor', { path: '/wall' })
  const waiting = wall.locator('.wall-top .wall-tile').first()
  await waiting.waitFor()
  const citizen = await network.dial({ from: '13800138001', to: '962000', script: 'stay' })
  await wall.locator('.wall-top .wall-tile.big b', { hasText: /^1$/ }).waitFor({ timeout: 20_000 })
  t.match(await waiting.getAttribute('class'), /hand/, 'red: somebody waits and nobody is ready')
  const ticks = async (): Promise<string> => await wall.locator('.wall-top .wall-tile').nth(1).locator('b').innerText()
  const before = await ticks()
  await wall.waitForFunction(old => document.querySelectorAll('.wall-top .wall-tile')[1]?.querySelector('b')?.textContent !== old, before)
  t.pass('the longest wait ticks')

  await network.number('desk8003', 'ring 0.5|answer|stay')
  await (await network.dial({ desk: '8003', to: '*81' })).isOver()
  await wall.locator('.wall-tile.agent-talking b', { hasText: /^1$/ }).waitFor({ timeout: 30_000 })
  await wall.locator('.wall-top .wall-tile.big b', { hasText: /^0$/ }).waitFor()

  const floor = await sit('8031', { path: '/supervise?tab=floor' })
  const row = floor.locator('tr[data-agent="8003"][data-state="talking"]')
  await row.waitFor({ timeout: 20_000 })
  await floor.locator('.phone-state').waitFor()
  await row.locator('button').first().click()
  await floor.locator('.phone-state.ringing').waitFor({ timeout: 20_000 })
  await floor.keyboard.press('F2')
  await floor.locator('.phone-state.talking').waitFor({ timeout: 20_000 })
  const kept = await db.query<{ actor: string }>('select actor from call_event where kind = \'listened\'')
  t.same(kept.map(k => k.actor), ['8031'], 'who listened stands on the call')
  await citizen.hangsUp()
})
