// The database is away, the service is not: it can give nobody a seat, so the PBXs must not wait for it.
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'
import { hears } from '../../harness/telephones/listening.ts'

await t.test('each PBX goes on by itself; with the database back there is one queue again', async t => {
  const stack = await startStack(t, { desks: [], moreNodes: ['pbx2'], ownDatabase: true, settings: { QUEUE_SECONDS: '120' } })
  const { network, pbx, postgres, logins, db, more: [second] } = stack
  if (!second || !postgres) throw new Error('there are two PBXs and a database of its own')
  const password = logins.find(l => l.extension === '8003')?.sipPassword ?? ''
  await network.number('desk8003', 'ring')
  await network.desks([{ extension: '8003', password }], [second.pbx.config.sip])
  const zhang = agent(network, '8003')
  const first = await citizen(second.network, '13900001041')
  const offering = async (): Promise<number> => {
    const shown = await Promise.all([pbx, second.pbx].map(async one => await one.console('queue show hotline')))
    return shown.filter(text => text.split('\n').some(line => line.includes('8003') && !line.includes('paused'))).length
  }
  await zhang.signsIn()
  const homeOf = async (): Promise<string | null | undefined> =>
    (await db.query<{ home: string | null }>('select home from agent where extension = \'8003\''))[0]?.home
  const home = await until(homeOf, { what: 'the agent has a home' })
  const [there, its] = home === 'pbx1' ? [pbx, network] : [second.pbx, second.network]
  const waiting = [await citizen(its, '13900001042'), await citizen(its, '13900001043')]
  await first.dials('962000')
  await zhang.answers()
  for (const one of waiting) await one.dials('962000')
  await until(async () => await offering() === 0, { what: 'who talks is offered nobody' })
  await until(async () => /8003/.test(await there.console('database show home')), { what: 'the PBX knows it' })

  postgres.freeze()
  const at = Date.now()
  await first.hangsUp()
  await zhang.answers(2, 30)
  t.ok(Date.now() - at < 20_000, `rung again ${Date.now() - at} ms after the database fell silent`)
  const [served] = waiting.filter(one => one.number === zhang.call().from)
  await zhang.talks(440)
  t.ok(served && await hears(served.call(), 440), 'whose home it is serves who waits there')

  await served?.hangsUp()
  await zhang.answers(3, 30)
  t.not(zhang.call().from, served?.number, 'and then the next')

  postgres.thaw()
  await zhang.hangsUp()
  await until(async () => await offering() === 1, { what: 'with the database back one PBX offers the agent', seconds: 30 })
})
