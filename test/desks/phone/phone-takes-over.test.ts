import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { reachEachOther } from '../../harness/stories/two-pbxs.ts'
import { cannotTryDesks, carriesSound, openDesks, phase, picture } from '../browser.ts'

interface Incident {
  members: Array<{ id: string, name: string, chair: boolean, inConference: boolean }>
  timeline: Array<{ kind: string }>
}

t.test('a coordinator at a page, in the conference, speaks with a member on another PBX', { skip: cannotTryDesks() }, async t => {
  const settings = { EMERGENCY_ROOM_SIZE: '2', EMERGENCY_ATTEMPTS: '1', EMERGENCY_KEY_SECONDS: '60' }
  const stack = await startStack(t, { desks: [], moreNodes: ['pbx2'], settings })
  const { network, pbx, more: [second] } = stack
  if (!second) throw new Error('there is no second PBX')
  await reachEachOther(stack)
  const page = await (await openDesks(t, stack)).sit('8201')
  const registeredAt = async (one: typeof pbx): Promise<boolean> => /Avail|NonQual|Created/.test(await one.console('pjsip show aor 8201'))
  await until(async () => await registeredAt(pbx) && await registeredAt(second.pbx), { what: 'it is registered with both' })

  const people = ['13900018210', '13900018211', '13900018212', '13900018213']
  for (const number of people) await network.number(number, 'answer|talk 1510')
  const coordinator = await stack.as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members: people.map(number => ({ name: number, number })), title: '两台交换机', reason: '演习', mode: 'simultaneous' })
  const path = `/api/incidents/${incidentId}`
  await coordinator.post(`${path}/join`)
  await phase(page, 'ringing')
  await page.keyboard.press('F2')
  const { members } = await coordinator.sees<Incident>(path,
    i => i.members.some(m => m.chair && m.inConference) && i.timeline.filter(e => e.kind === 'answered').length === people.length, 30)

  const { host, port } = pbx.config.sip
  const there = people.find(number => network.ringsOf(number)[0]?.by !== `${host}:${port}`)
  const member = members.find(m => m.name === there)
  await coordinator.post(`${path}/members/${member?.id}/speak`)
  await until(async () => /PJSIP\/8201-.*Up/.test(await second.pbx.console('core show channels')),
    { what: 'the page has taken it over', seconds: 10 })
  await until(async () => !/PJSIP\/8201-/.test(await pbx.console('core show channels')), { what: 'the old line is over', seconds: 10 })
  await page.locator('.phone-state.talking').waitFor()
  t.equal(await page.locator('.phone-state').count(), 1, 'the page has one call')
  await carriesSound(page)
  await picture(page, 'phone-takes-over-zh')

  const line = network.ringsOf(there ?? '').at(-1)
  await line?.hangsUp()
  const after = await coordinator.sees<Incident>(path, i => i.timeline.some(e => e.kind === 'spoke'), 20)
  t.ok(after.members.find(m => m.chair)?.inConference, 'the coordinator is in the conference again')
  await page.locator('.phone-state.talking').waitFor()
})
