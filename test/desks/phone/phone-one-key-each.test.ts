import { AxeBuilder } from '@axe-core/playwright'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { hears } from '../../harness/telephones/listening.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { cannotTryDesks, openDesks, phase, picture, signedIn } from '../browser.ts'

t.test('one key each in a call: a centre, the shift leader, a word about manners; ' +
  'the leader listens and takes over', { skip: cannotTryDesks() }, async t => {
  const stack = await startStack(t, { desks: [], settings: { WRAP_UP_SECONDS: '60', AGENT_RING_SECONDS: '20' } })
  const { network, db } = stack
  await network.number('50009110', 'ring 1|answer|talk 880')
  await network.number('50009119', 'answer|talk 880')
  const desks = await openDesks(t, stack)
  const agent = await desks.sit('8001')
  await signedIn(agent)
  const timeline = async (kind: string): Promise<Array<Record<string, unknown>>> =>
    await db.query('select actor, detail from call_event where kind = $1 order by id', [kind])

  async function connected (from: string) {
    const citizen = await network.dial({ from, to: '962000', script: 'talk 440' })
    await phase(agent, 'ringing')
    await agent.keyboard.press('F2')
    await phase(agent, 'talking')
    await agent.getByRole('group', { name: '求助' }).waitFor()
    return citizen
  }
  async function readyAgain (): Promise<void> {
    await phase(agent, 'wrap-up')
    await agent.keyboard.press('Alt+9')
    await agent.getByText('小结已保存').first().waitFor()
    // before the new state has arrived the key is still disabled, for a person as well
    await until(async () => {
      await agent.keyboard.press('Alt+r')
      return await agent.locator('.phone-state.ready').isVisible()
    }, { what: 'the agent is ready again', seconds: 30, everyMs: 500 })
  }

  const first = await connected('13900001006')
  await picture(agent, 'phone-help-zh')
  t.same(
    (await new AxeBuilder({ page: agent }).include('.bar').analyze()).violations
      .filter(v => v.impact === 'serious' || v.impact === 'critical')
      .map(v => v.id),
    [],
    'the bar is accessible in a call'
  )
  await agent.keyboard.press('Alt+5')
  await agent.getByText('正在向市民播放文明用语提醒').waitFor()
  await until(async () => (await timeline('civility-warning')).length === 1, { what: 'the warning stands on the call' })

  await agent.keyboard.press('Alt+1')
  await agent.getByText('接听后自动三方').waitFor()
  await phase(agent, 'three-way')
  const police = await network.rung('50009110')
  t.ok(await hears(first, 880) && await hears(police, 440), 'citizen and police hear each other')
  t.match(await timeline('emergency-centre'), [{ actor: '8001', detail: { centre: '110' } }])
  await agent.keyboard.press('F4')
  await readyAgain()
  t.equal(first.endedAt, null, 'citizen and police go on without the agent')
  await first.hangsUp()

  // Straight through to the fire brigade: two keys together, no question.
  const second = await connected('13900001007')
  await agent.keyboard.press('Alt+Shift+2')

  // Rings another citizen before the wrap-up is done: the number of the one before is not shown for theirs.
  await phase(agent, 'wrap-up')
  t.match(await agent.locator('.phone-state').innerText(), /1007/)
  const [before] = await db.query<{ id: string }>('select id from call order by offered_at limit 1')
  await (await stack.as('8001')).post('/api/calls', { callId: before?.id })
  await phase(agent, 'ringing')
  t.notMatch(await agent.locator('.phone-state').innerText(), /1007/)
  await agent.keyboard.press('F4')
  await readyAgain()
  await (await network.rung('50009119')).isAnswered()
  await second.hangsUp()

  const leader = await desks.sit('8031', { path: '/supervise?tab=floor' })
  await signedIn(leader)
  await leader.keyboard.press('Alt+p')
  await leader.getByText('5 后台处理').click()
  await phase(leader, 'paused')
  const third = await connected('13900001008')
  const ask = agent.getByRole('button', { name: /班长 沈捷/ })
  await ask.waitFor()
  await agent.keyboard.press('Alt+4')
  await phase(agent, 'consulting')
  await phase(leader, 'ringing')
  await leader.keyboard.press('F2')
  await phase(leader, 'consulted')
  await leader.keyboard.press('F4')
  await phase(agent, 'talking')

  // From the floor: whispering to the agent, then taking over the citizen.
  const row = leader.locator('tr[data-agent="8001"][data-state="talking"]')
  await row.getByRole('button', { name: '密语' }).or(row.getByRole('button', { name: '密 语' })).click()
  await leader.locator('.phone-key.answer:enabled').waitFor()
  await leader.keyboard.press('F2')
  await until(async () => (await timeline('listened')).length === 1, { what: 'the whisper stands on the call' })
  await leader.locator('.phone-key:enabled', { hasText: '静音' }).waitFor()
  await leader.keyboard.press('F4')
  await picture(leader, 'phone-floor-zh')
  await row.getByRole('button', { name: '接过来' }).click()
  await phase(leader, 'ringing')
  await leader.keyboard.press('F2')
  await phase(leader, 'talking')
  await phase(agent, 'wrap-up')
  t.ok((await timeline('switched')).some(e => (e.detail as Record<string, unknown>).way === 'take-over' && e.actor === '8031'),
    'the call names the leader who took it over')
  t.equal(third.endedAt, null)
  await leader.getByRole('button', { name: 'EN', exact: true }).or(leader.locator('button[lang=en]')).first().click()
  await picture(leader, 'phone-help-en')
  await third.hangsUp()

  const supervisor = await desks.sit('supervisor', { path: '/supervise?tab=floor' })
  await supervisor.getByText('网页话机').waitFor()
  t.equal(await supervisor.locator('.phone-key', { hasText: '签入' }).count(), 0,
    'a supervisor has a telephone and takes no citizens\' calls')
  await picture(supervisor, 'phone-supervisor-zh')
})
