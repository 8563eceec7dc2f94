import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks, phase, picture } from '../browser.ts'

await t.test('the wall counts waiting citizens, and the shift leader listens in from the floor - ' +
  'on record', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: ['8003'], settings: { QUEUE_SECONDS: '60' } })
  const { network, db } = stack
  const { sit } = await openDesks(t, stack)
  const wall = await sit('supervisor', { path: '/wall' })
  const waiting = wall.locator('.wall-top .wall-tile').first()
  await waiting.waitFor()
  await network.number('desk8003', 'ring 0.5|answer|stay')
  await (await network.dial({ desk: '8003', to: '*81' })).isOver()
  const agent = await stack.as('agent 8003')
  await agent.sees<{ items: Array<{ extension: string, state: string }> }>('/api/agents',
    a => a.items.some(i => i.extension === '8003' && i.state === 'ready'))
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
  // the telephone in the page is registered: the shift leader listens by it
  await floor.getByTitle('话机就绪').waitFor()
  await row.locator('button').first().click()
  const kept = await until(async () => {
    const rows = await db.query<{ actor: string, mode: string }>(`select actor, detail->>'mode' as mode from call_event
      where kind = 'listened'`)
    return rows.length > 0 && rows
  }, { what: 'the call says who listened' })
  t.same(kept, [{ actor: '8031', mode: 'listen' }], 'the call names its listener')

  // Listening is a state: on the bar, on the floor and on the wall.
  await floor.locator('.phone-key.answer:enabled').waitFor()
  await floor.keyboard.press('F2')
  await phase(floor, 'listening')
  const [bar, mine, tile] = [
    floor.locator('.phone-state'),
    floor.locator('tr[data-agent="8031"][data-state="listening"]'),
    wall.locator('.wall-tile.agent-listening')
  ]
  t.match(await bar.innerText(), /监听中[^]*8003/)
  t.match(await mine.innerText(), /监听中[^]*监听 8003/)
  await tile.locator('b', { hasText: /^1$/ }).waitFor()
  t.match(await tile.innerText(), /监听中/)
  // 密语, on the same line
  const ear = (): number => network.ringsOf('desk8003')[0]?.sound().level ?? 0
  t.ok(ear() < 0.001, 'a mere listener is not heard')
  await row.locator('button').nth(1).click()
  await bar.getByText('密语中').waitFor()
  await mine.getByText('密语 8003').waitFor()
  t.equal(await floor.locator('.phone-key.answer:enabled').count(), 0, 'the leader\'s telephone does not ring again')
  await until(() => ear() > 0.005, { what: 'the agent hears the whisper' })
  await picture(floor, 'phone-whisper-zh')
  for (const page of [floor, wall]) await page.getByRole('button', { name: 'English' }).click()
  await bar.getByText('Whispering').waitFor()
  t.match(await mine.innerText(), /Listening[^]*Whisper 8003/)
  t.match(await tile.innerText(), /Listening/)
  await picture(wall, 'wall-listening-en')
  await citizen.hangsUp()
  await phase(floor, 'out')
  await tile.locator('b', { hasText: /^0$/ }).waitFor()
})

await t.test('the floor says who rang a citizen back in vain', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: ['8003'], settings: { QUEUE_SECONDS: '60' } })
  const { network, db } = stack
  const { sit } = await openDesks(t, stack)
  const from = '13900002701'
  await (await network.dial({ desk: '8003', to: '*81' })).isOver()
  const citizen = await network.dial({ from, to: '962000' })
  await citizen.isAnswered()
  await citizen.hangsUp()
  const [missed] = await until(async () => {
    const rows = await db.query<{ id: string }>('select call_id id from missed_call_return')
    return rows.length > 0 && rows
  }, { what: 'the call is missed' })
  const floor = await sit('8031', { path: '/supervise?tab=floor' })
  const agent = await stack.as('agent 8003')
  await agent.post('/api/agents/8003/pause', { reason: 'back-office' })
  await network.number('desk8003', 'ring 0.3|answer|stay')
  await network.number(from, 'voicemail 2')
  await agent.post('/api/calls', { callId: missed?.id })
  const list = floor.getByRole('region', { name: '待人工回拨' })
  await list.getByText(/上次.*：接听 [12] 秒/).waitFor({ timeout: 30_000 })
  await floor.getByRole('button', { name: 'English' }).click()
  await floor.getByRole('region', { name: 'For a person to ring back' }).getByText(/Last rung .*: answered, [12] s/).waitFor()
  t.pass('in both languages')
})
