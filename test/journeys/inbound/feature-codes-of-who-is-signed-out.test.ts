import t from 'tap'
import { startStack } from '../../harness/servers/stack.ts'
import { agent } from '../../harness/stories/story.ts'

t.setTimeout(180_000)

interface Agents { items: Array<{ extension: string, state: string }> }

await t.test('ready and pause by feature code are for signed-in agents; others are told so and nothing changes', async t => {
  const { network, service, as, db, pbx } = await startStack(t, { desks: ['8003'], wholePrompts: true })
  const zhang = agent(network, '8003')
  const isMember = async (): Promise<boolean> => (await pbx.console('queue show hotline')).includes('PJSIP/8003')
  /** seconds of what the exchange says to this code */
  async function says (code: string): Promise<number> {
    await zhang.dials(code)
    await zhang.call().isOver()
    return zhang.call().sound().seconds
  }

  await t.test('with the service there', async t => {
    for (const code of ['*83', '*84', '*842']) {
      t.ok(await says(code) > 1.9, `${code} is answered with a sentence of its own`)
      t.notOk(await isMember(), 'the queue does not ring it')
    }
    await service.settle()
    t.match((await (await as('8031')).get<Agents>('/api/agents')).items.find(a => a.extension === '8003'), { state: 'out' })
    t.same(await db.query('select extra from pbx_journal where event = \'LD_AGENT\''), [], 'no change of state is reported')
  })

  await t.test('with the service away', async t => {
    await service.kill()
    t.ok(await says('*83') > 1.9, 'told so')
    t.notOk(await isMember(), 'not rung')
    await zhang.signsIn()
    t.ok(await isMember())
    t.ok(await says('*83') < 1.9, 'a signed-in agent is ready')
    await says('*84')
    t.match(await pbx.console('queue show hotline'), /PJSIP\/8003.*paused/)
    await service.start()
    await service.settle()
    t.match((await (await as('8031')).get<Agents>('/api/agents')).items.find(a => a.extension === '8003'), { state: 'paused' })
  })
})
