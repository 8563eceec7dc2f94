import t, { type Test } from 'tap'
import { until } from '../../../src/servers/until.ts'
import { stalls } from '../../harness/stories/order-story.ts'
import { startStack, type Stack } from '../../harness/servers/stack.ts'

interface Calls { items: Array<{ purpose: string | null, endedAt: string | null }> }

const complainant = '13900001791'

/** An order whose complainant answers, and the one who has it. */
async function orderOf (stack: Stack): Promise<string> {
  await stack.network.number(complainant, 'answer|stay')
  const agent = await stack.as('8003')
  return (await agent.post<{ id: string }>('/api/work-orders', { ...stalls, complainantNumber: complainant })).id
}

const nothingIsLeftToDial = async ({ db }: Stack): Promise<void> => {
  await until(async () => (await db.query('select 1 from dial_request where state <> \'finished\'')).length === 0,
    { what: 'nothing is left to dial', seconds: 30 })
}

async function dies ({ pbx, service }: Stack): Promise<void> {
  const restarts = (): number => service.log().split('the link to the PBX is up').length
  const before = restarts()
  await pbx.kill()
  await pbx.start()
  await until(() => restarts() > before, { what: 'the service is linked to the new PBX' })
}

await t.test('the handler\'s own telephone is switched off: the citizen is never rung', async t => {
  const stack = await startStack(t, { desks: [] })
  const orderId = await orderOf(stack)
  const handler = await stack.as('8003')
  await t.rejects(handler.post('/api/calls', { orderId }), { message: /telephone-not-registered/ }, 'it is said at once')
  for (let minute = 0; minute < 4; minute++) await stack.advance(60_000)
  await nothingIsLeftToDial(stack)
  t.equal(stack.network.ringsOf(complainant).length, 0)
  t.strictSame(await stack.db.query('select 1 from manual_call'), [])
})

await t.test('the PBX dies while the handler\'s own telephone rings: the citizen is never rung', async t => {
  const stack = await startStack(t, { desks: ['8003'] })
  const orderId = await orderOf(stack)
  await (await stack.as('8003')).post('/api/calls', { orderId })
  await stack.network.rung('desk8003')
  await dies(stack)
  for (let minute = 0; minute < 4; minute++) await stack.advance(60_000)
  await nothingIsLeftToDial(stack)
  t.equal(stack.network.ringsOf(complainant).length, 0)
})

/** Both talk; the PBX dies with their call. */
async function talkingWhenItDies (t: Test, stack: Stack, who: string, orderId: string): Promise<void> {
  const caller = await stack.as(who)
  await caller.post('/api/calls', { orderId })
  const citizen = await stack.network.rung(complainant)
  await citizen.isAnswered()
  const leader = await stack.as('8031')
  await leader.sees<Calls>('/api/calls?direction=outbound', list => list.items.some(c => c.purpose === 'manual'))
  await dies(stack)
  await leader.sees<Calls>('/api/calls?direction=outbound', list => list.items.every(c => c.endedAt))
  await stack.advance(30_000)
  await nothingIsLeftToDial(stack)
  t.equal(stack.network.ringsOf(complainant).length, 1, 'the citizen is not rung again to hear nobody')
}

await t.test('the PBX dies in an agent\'s call by hand', async t => {
  const stack = await startStack(t, { desks: ['8003'] })
  const orderId = await orderOf(stack)
  await stack.network.number('desk8003', 'answer|stay')
  await talkingWhenItDies(t, stack, '8003', orderId)
})

await t.test('the PBX dies in a handler\'s call over the own telephone', async t => {
  const stack = await startStack(t, { desks: [] })
  const orderId = await orderOf(stack)
  const [order] = await stack.db.query<{ version: number }>('select version from work_order where id = $1', [orderId])
  await (await stack.as('dispatcher')).post(`/api/work-orders/${orderId}/dispatch`,
    { version: order?.version, mode: 'single', unitIds: ['T01-CGZD'], basis: 'statutory' })
  const [handler] = await stack.db.query<{ mobile: string }>(`select p.mobile from user_account u join person p on p.id = u.person_id
    where u.login = 't01-cgzd'`)
  const own = handler?.mobile.replace('+86', '') ?? ''
  await stack.network.number(own, 'answer|wait 1|press 1|stay')
  await talkingWhenItDies(t, stack, 't01-cgzd', orderId)
  t.equal(stack.network.ringsOf(own).length, 1, 'nor is the handler')
})
