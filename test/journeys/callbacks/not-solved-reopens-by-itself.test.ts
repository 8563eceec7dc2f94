import t from 'tap'
import { hears } from '../../harness/telephones/listening.ts'
import { acceptedOrder, answers, callbackBecomes, handledBy, orderBecomes, step, storyClock } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { citizen } from '../../harness/stories/story.ts'

await t.test('"not solved": the callback officer has a working day, then it re-opens by itself, and the second rating counts', async t => {
  const stack = await startStack(t, { desks: ['8101'] })
  const { network, as } = stack
  const clock = storyClock(stack)
  const complainant = await citizen(network, '13900001012')
  const { id } = await acceptedOrder(stack, complainant.number)
  await step(stack, 'verifier', id, 'verify', { passed: true })
  await clock.comes('10:00', 1)
  const call = await complainant.answers()
  await answers(stack, call, '1', '3', '4', '1')
  await call.isOver()
  const first = await callbackBecomes(stack, id, c => c.status === 'OFFICER')
  t.match(first, { contacted: true, solved: 'no', grade: 2 })
  t.match(await orderBecomes(stack, id, o => o.callbackStatus === 'OFFICER'), { state: 'VERIFYING' },
    'the order waits, although the spot check was passed')
  const { items } = await (await as('8101')).get<{ items: Array<{ id: string }> }>('/api/callbacks?list=officer')
  t.match(items, [{ id: first.id }], 'it is on the officers\' list')

  await clock.passes(Date.parse(first.officerDueAt ?? '') - clock.now().getTime() - 60_000)
  t.match(await orderBecomes(stack, id, () => true), { state: 'VERIFYING', cycle: 1 }, 'the officer has a working day')
  await clock.passes(90_000)
  const again = await orderBecomes(stack, id, o => o.cycle === 2)
  t.match(again, { state: 'DISPATCHED', reworkCount: 1, callbackStatus: 'PENDING', verificationStatus: 'PENDING' },
    'untouched it is back with the unit')
  const handling = again.deadlines.find(d => d.kind === 'handling' && d.cycle === 2)
  t.equal(Date.parse(handling?.dueAt ?? '') - Date.parse(handling?.startedAt ?? ''), 72 * 3_600_000, 'with 72 hours')

  await handledBy(stack, 't01-cgzd', 't01', id)
  await step(stack, 'verifier', id, 'verify', { passed: true })
  await clock.comes('10:00')
  const second = await callbackBecomes(stack, id, c => c.cycle === 2)
  t.match(second, { byPerson: true, byPersonReason: 'after-rework' }, 'after rework a person asks')
  t.equal(complainant.timesRung(), 1, 'not the machine')
  const officer = await as('8101')
  await officer.post(`/api/callbacks/${second.id}/take-over`)
  await network.number('desk8101', 'ring 0.3|answer|talk 880')
  await officer.post(`/api/callbacks/${second.id}/dial`)
  const talk = await complainant.answers(2)
  t.ok(await hears(talk, 880), 'they speak with each other')
  await talk.hangsUp()
  await officer.post(`/api/callbacks/${second.id}/answers`, { contacted: true, solved: 'yes', grade: 4, freeWords: '这次清走了' })
  const closed = await orderBecomes(stack, id, o => o.state === 'CLOSED')
  t.match(closed, { cycle: 2, callbackStatus: 'CONFIRMED', result: 'SOLVED' })
  t.match(await callbackBecomes(stack, id, c => c.cycle === 2), { grade: 4 }, 'the second rating counts')
  t.match(closed.timeline.filter(e => e.kind === 'callback.result').map(e => e.detail.grade ?? null).slice(-1), [4])
})
