import t from 'tap'
import {
  acceptedOrder, answers, callbackBecomes, orderBecomes, stalls, step, storyClock, textsAbout
} from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { citizen } from '../../harness/stories/story.ts'

interface Health { status: string, parts: Array<{ name: string, state: string }> }

await t.test('Redis is emptied, then killed while jobs wait: the sweeps do all of it, once', async t => {
  const stack = await startStack(t, { desks: [] })
  const { network, redis, as, db } = stack
  const clock = storyClock(stack)
  const complainant = await citizen(network, '13900001301')
  const agent = await as('8003')
  const filed = async (title: string): Promise<string> =>
    (await agent.post<{ id: string }>('/api/work-orders', { ...stalls, title, complainantNumber: '13900001302' })).id
  await clock.comes('16:00')
  // Waiting in Redis: tomorrow's callback, and the clocks of an order just dispatched.
  const asked = await acceptedOrder(stack, complainant.number)
  const running = await filed('占道经营')
  await step(stack, 'dispatcher', running, 'dispatch', { mode: 'single', unitIds: ['T01-CGZD'], basis: 'statutory' })
  await redis.flush()
  await redis.kill()

  // Everything goes on without: a further order finds its unit and its person.
  const later = await filed('夜间烧烤')
  await step(stack, 'dispatcher', later, 'dispatch', { mode: 'single', unitIds: ['T01-CGZD'], basis: 'statutory' })
  await orderBecomes(stack, later, order => order.timeline.some(e => e.kind === 'dispatch.notified'))
  t.equal((await textsAbout(stack, later)).length, 1, 'the text message is written')
  await orderBecomes(stack, later, () => true)
  await agent.sees<Health>('/health/ready',
    health => health.status === 'degraded' && health.parts.some(p => p.name === 'redis' && p.state === 'failing'))

  await clock.passes(3 * 3_600_000 + 60_000)
  for (const id of [running, later]) {
    const late = await orderBecomes(stack, id, order => order.deadlines.some(d => d.kind === 'on-site' && d.expiredAt !== null))
    t.match(late.deadlines.find(d => d.kind === 'on-site'), { expiredAt: String }, 'nobody came within three hours: it shows')
  }
  await clock.comes('10:00')
  const call = await complainant.answers()
  await redis.start()
  await answers(stack, call, '1', '1', '1')
  t.match(await callbackBecomes(stack, asked.id, c => c.status === 'CONFIRMED'), { attempts: 1, grade: 5 })
  await agent.sees<Health>('/health/ready', health => health.parts.some(p => p.name === 'redis' && p.state === 'ok'))

  // What waited in the outbox meanwhile rings now, too late and for nothing.
  await clock.passes(60_000)
  t.equal(complainant.timesRung(), 1, 'rung once')
  const unsent = await db.query('select 1 from sms_message where state <> \'sent\'')
  t.equal(unsent.length, 0, 'every text message is out')
  const twice = await db.query(`select order_id, kind, detail from order_event
    where kind like 'deadline%' or kind = 'dispatch.notified' group by 1, 2, 3 having count(*) > 1`)
  t.same(twice, [], 'nothing is said twice')
})
