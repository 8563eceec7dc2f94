import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ConfigError } from '../../../src/config-readers.ts'
import { readConfig } from '../../../src/config.ts'
import { temporaryFolder } from '../../harness/servers/run-folder.ts'
import { storyClock } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent } from '../../harness/stories/story.ts'

await t.test('the carrier\'s prefix stands before mobiles of other places in every kind of call, and before no other number', async t => {
  const list = join(await temporaryFolder('segments'), 'local.txt')
  writeFileSync(list, '# 上海本地号段\n1390000\n1360000,中国移动\n')
  const stack = await startStack(t, { desks: ['8003'], settings: { TRUNK_OUT_OF_TOWN_PREFIX: '0', TRUNK_LOCAL_MOBILES_FILE: list } })
  const { network, as } = stack
  const clock = storyClock(stack)
  await clock.comes('10:00')
  await network.anybody('ring')
  const zhang = agent(network, '8003')
  await zhang.signsIn()

  // The machine: missed calls are returned.
  const missed = ['13900001071', '13800001072', '50008073', '051261101234']
  for (const from of missed) await (await network.dial({ from, to: '962000' })).isAnswered()
  const leader = await as('8031')
  await leader.sees<{ items: unknown[] }>('/api/calls/waiting', l => l.items.length === missed.length)
  await Promise.all(network.calls().filter(c => missed.includes(c.number)).map(async c => { await c.hangsUp() }))
  await leader.sees<{ items: Array<{ result: string }> }>('/api/calls?direction=inbound',
    l => l.items.length === missed.length && l.items.every(c => c.result === 'abandoned'))
  await clock.passes(6 * 60_000)
  for (const wanted of ['13900001071', '013800001072', '50008073', '051261101234']) await network.rung(wanted)

  // An emergency dial, and a person's consultation past the dialler.
  await (await as('8201')).post('/api/incidents', {
    members: [{ name: '外地', number: '13800001074' }, { name: '本地', number: '13600001075' }],
    title: '演习',
    reason: '演习',
    mode: 'simultaneous'
  })
  await network.rung('013800001074')
  await network.rung('13600001075')
  const citizen = await network.dial({ from: '13900001076', to: '962000' })
  await zhang.answers()
  const desk = await as('8003')
  const { items: [live] } = await desk.sees<{ items: Array<{ id: string, state: string }> }>('/api/calls?direction=inbound&limit=1',
    l => l.items[0]?.state === 'talking')
  await desk.post(`/api/calls/${live?.id ?? ''}/consult`, { to: { number: '138 0000 1077' } })
  await network.rung('013800001077')
  await citizen.hangsUp()
  t.same(
    network.calls().filter(
      c => c.direction === 'in' && ['13800001072', '013900001071', '050008073', '013600001075', '13800001077'].includes(c.number)
    ),
    [],
    'none in the other spelling'
  )
})

t.test('a prefix without the list, or a list without the prefix, is refused at the start', async t => {
  const folder = await temporaryFolder('segments')
  const list = join(folder, 'wrong.txt')
  writeFileSync(list, '13900001071\n')
  for (const env of [
    { TRUNK_OUT_OF_TOWN_PREFIX: '0' },
    { TRUNK_LOCAL_MOBILES_FILE: list },
    { TRUNK_OUT_OF_TOWN_PREFIX: '0', TRUNK_LOCAL_MOBILES_FILE: list },
    { TRUNK_OUT_OF_TOWN_PREFIX: '0', TRUNK_LOCAL_MOBILES_FILE: join(folder, 'none') }
  ]) {
    t.throws(() => readConfig(env), ConfigError, JSON.stringify(Object.keys(env)))
  }
})
