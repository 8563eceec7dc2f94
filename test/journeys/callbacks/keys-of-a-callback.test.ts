import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { acceptedOrder, answers, callbackBecomes, keysTaken, storyClock } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { citizen } from '../../harness/stories/story.ts'

await t.test('keys before the sentence ends, out of range, doubled; a bad grade is confirmed once', async t => {
  // whole sentences: a key in the middle of one is what this is about
  const stack = await startStack(t, { desks: [], wholePrompts: true })
  const clock = storyClock(stack)
  const [hasty, angry] = [await citizen(stack.network, '13900001019'), await citizen(stack.network, '13900001020')]
  const one = await acceptedOrder(stack, hasty.number)
  await clock.comes('10:00', 1)
  const call = await hasty.answers()

  // This citizen never waits, sends a key twice, presses keys that are not offered, and 5 because five is the most.
  await call.does('wait 0.8|twice 1|stay')
  await until(async () => call.pressed === '11' && (await keysTaken(stack)).length > 0, { what: 'the key in mid-sentence is taken' })
  await answers(stack, call, '9', '1', '5', '2')
  t.equal((await callbackBecomes(stack, one.id, () => true)).status, 'DIALLING', 'a bad grade does not count before it is confirmed')
  await answers(stack, call, '1')
  await call.isOver()
  t.same(await keysTaken(stack), ['contacted 1', 'solved 9', 'solved 1', 'grade 5', 'confirm 2', 'grade-again 1'],
    'each question got the key meant for it')
  t.match(await callbackBecomes(stack, one.id, c => c.status === 'CONFIRMED'), { contacted: true, solved: 'yes', grade: 5 })

  // The next one is really dissatisfied: asked once to confirm.
  const two = await acceptedOrder(stack, angry.number)
  await clock.comes('10:00', 1)
  const second = await angry.answers()
  await answers(stack, second, '1', '1', '4', '1')
  await second.isOver()
  t.same((await keysTaken(stack, 'confirm')), ['confirm 2', 'confirm 1'])
  t.match(await callbackBecomes(stack, two.id, c => c.status === 'OFFICER'), { solved: 'yes', grade: 2 })

  // A telephone that sends each key by INFO and by RFC 4733 beside it, the keys held for longer and longer: one press, one answer.
  const sending = await citizen(stack.network, '13900001021')
  const three = await acceptedOrder(stack, sending.number)
  const before = (await keysTaken(stack)).length
  await clock.comes('10:00', 1)
  const third = await sending.answers()
  for (const [nth, [key, ms]] of [['1', 160], ['3', 800], ['2', 400]].entries()) {
    const pressed = `${third.pressed}${key}`
    await third.does(`both ${key} ${ms}|stay`)
    // Taken, and let go: an echo would come when the finger leaves the key.
    await until(async () => third.pressed === pressed && (await keysTaken(stack)).length > before + nth,
      { what: `key ${key}, held ${ms} ms, is taken`, seconds: 20 })
  }
  await third.isOver()
  t.same((await keysTaken(stack)).slice(before), ['contacted 1', 'solved 3', 'grade 2'])
  t.match(await callbackBecomes(stack, three.id, c => c.solved === 'no'), { contacted: true, solved: 'no', grade: 4 })
})
