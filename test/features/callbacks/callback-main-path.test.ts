// The complainant presses 1, 1, 1 the day after: only then, and with the spot checked, is the order closed.
import t from 'tap'
import { callbackWorld } from './callback-world.ts'

t.test('asked the next day, content, closed', async t => {
  const world = await callbackWorld(t)
  world.at('2026-11-20 16:00') // a Friday: complainants are rung at the weekend too
  const orderId = await world.acceptedOrder()
  t.match(await world.order(orderId), { state: 'VERIFYING', callback_status: 'PENDING' })
  await world.sweep()
  world.at('2026-11-21 08:59')
  await world.sweep()
  t.equal(world.switchboard.told.length, 0, 'not before nine')

  world.at('2026-11-21 09:00')
  await world.sweep()
  t.equal(world.switchboard.told.length, 1)
  await world.sweep()
  t.equal(world.switchboard.told.length, 1, 'once')
  t.match(world.said, ['您11月20日反映的乱设摊，跨门经营问题'], 'date and category are spoken')
  t.notMatch(world.said[0], '早点摊', 'never the title')
  t.match(world.switchboard.told[0], { variables: { LD_SAY: '/prompts/1', LD_KEY_SECONDS: '10' } })

  const leg = await world.leg()
  await world.reports(leg, 'rings', 'answers', { key: '1', q: 'contacted' }, { key: '1', q: 'solved' }, { key: '2', q: 'grade' },
    { done: 'complete' })
  t.match(await world.callbackOf(orderId), { status: 'DIALLING' }, 'the call is still up')
  await world.reports(leg, { hangup: 16 }, 'ends')
  t.match(await world.callbackOf(orderId), { status: 'CONFIRMED', contacted: true, solved: 'yes', grade: 4 })
  t.match(await world.order(orderId), { state: 'VERIFYING', callback_status: 'CONFIRMED' }, 'the spot is still to be checked')
  await world.passVerification(orderId)
  t.match(await world.order(orderId), { state: 'CLOSED', result: 'SOLVED' })
})

t.test('verified first: the answer closes the order', async t => {
  const world = await callbackWorld(t)
  world.at('2026-11-20 16:00')
  const orderId = await world.acceptedOrder()
  await world.passVerification(orderId)
  t.match(await world.order(orderId), { state: 'VERIFYING' })
  world.at('2026-11-21 09:00')
  await world.sweep()
  await world.reports(
    await world.leg(),
    'rings',
    'answers',
    { key: '1', q: 'contacted' },
    { key: '1', q: 'solved' },
    { key: '1', q: 'grade' },
    { done: 'complete' },
    { hangup: 16 },
    'ends'
  )
  t.match(await world.order(orderId), { state: 'CLOSED', callback_status: 'CONFIRMED' })
})

t.test('a confidential order is named by its number alone', async t => {
  const world = await callbackWorld(t)
  world.at('2026-11-20 16:00')
  const orderId = await world.acceptedOrder({ confidential: true })
  world.at('2026-11-21 09:00')
  await world.sweep()
  const [order] = await world.db.query<{ number: string }>('select number from work_order where id = $1', [orderId])
  const read = (order?.number ?? '').replaceAll(/\D/g, '').replaceAll(/\d/g, digit => '零幺二三四五六七八九'.charAt(Number(digit)))
  t.match(read, /^.{8,}$/)
  t.same(world.said, [`您好，这里是闵行九六二零零零。您的工单，编号${read}，承办单位已反馈办理情况。`], 'this and not a word more')
})
