import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { step, stalls, textsAbout, theOrder, type OrderSeen } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

await t.test('names of 200 characters and names written from right to left survive unchanged', async t => {
  const stack = await startStack(t, { desks: ['8003'] })
  const { network, as, service } = stack
  const zhang = agent(network, '8003')
  const caller = await citizen(network, '13900001023')
  await zhang.signsIn()
  await caller.dials('962000', { name: '长'.repeat(60) })
  await zhang.answers()
  const desk = await as('8003')
  await desk.sees<{ items: unknown[] }>('/api/work-orders?state=DRAFT', list => list.items.length === 1)
  await caller.hangsUp()

  const names = [
    '阿卜杜热西提·买买提明', 'محمد عبد الله (Abdullah 123)', 'שלום כהן', '王'.repeat(200), '𠮷野家 👩‍👩‍👧', "O'Neil; drop table \"work_order\" --",
    '<b>张</b> &amp; %0d%0a {{名}} <%名%>'
  ]
  const orders: Array<{ id: string, name: string, title: string }> = []
  for (const name of names) {
    const title = name.slice(0, 100)
    const { id } = await desk.post<{ id: string }>('/api/work-orders',
      { ...stalls, complainantName: name, complainantNumber: caller.number, title, place: `莘庄镇 ${title}`.slice(0, 200) })
    orders.push({ id, name, title })
    await step(stack, 'dispatcher', id, 'dispatch', { mode: 'single', unitIds: ['T01-CGZD'], basis: 'statutory' })
  }
  await service.stop()
  await service.start()
  for (const { id, name, title } of orders) {
    t.match(await theOrder(stack, id), { title, complainant: { name } }, `${name.slice(0, 30)} (${name.length})`)
    const [text] = await until(async () => {
      const found = await textsAbout(stack, id)
      return found.length > 0 && found
    }, { what: 'a text message' })
    t.ok(text?.body.includes(title), 'in the text message too')
  }
  const handler = await as('t01-cgzd')
  t.equal((await handler.get<OrderSeen>(`/api/work-orders/${orders[1]?.id ?? ''}`)).complainant.name, names[1])

  for (const name of ['李\r\nAction: Originate', '李\u0000', '李\u001b[2J']) {
    const refused = await desk.request<{ code: string }>('POST', '/api/work-orders', { ...stalls, complainantName: name })
    t.match([refused.status, refused.body.code], [422, 'control-character'], `${JSON.stringify(name)} is refused`)
  }
})
