// Two real Asterisks, one queue: the citizen who waits longest is served first, on whichever PBX.
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { hears } from '../../harness/telephones/listening.ts'
import { agent, citizen } from '../../harness/stories/story.ts'
import { twoPbxs, type TwoPbxs } from '../../harness/stories/two-pbxs.ts'

interface Health { parts: Array<{ name: string, state: string, detail?: Record<string, unknown> }> }

/** The PBXs on which this agent may be offered a citizen now. */
async function offeringTo ({ pbx, second }: TwoPbxs, extension: string): Promise<string[]> {
  const shown = await Promise.all([pbx, second.pbx].map(async one => await one.console('queue show hotline')))
  return shown.flatMap((text, i) => {
    const line = text.split('\n').find(l => l.includes(extension))
    return line === undefined || /paused/.test(line) ? [] : [`pbx${i + 1}`]
  })
}

await t.test('the citizen who waits longest is served first, on whichever PBX', async t => {
  const stack = await twoPbxs(t, ['8003'])
  const { network, pbx, second, as } = stack
  const zhang = agent(network, '8003')
  const [here, there] = [await citizen(network, '13900001041'), await citizen(second.network, '13900001042')]
  const [later, urgent] = [await citizen(second.network, '13900001043'), await citizen(network, '13900001044')]
  await zhang.signsIn()
  await until(async () => (await offeringTo(stack, '8003')).length === 1, { what: 'one PBX offers to the agent' })

  await there.dials('962000')
  await zhang.answers()
  await zhang.talks(440)
  t.ok(await hears(there.call(), 440), 'the second PBX rings the agent who signed in at the first')
  await until(async () => (await offeringTo(stack, '8003')).length === 0, { what: 'who talks is offered nobody' })

  const leader = await as('8031')
  for (const [i, [who, to]] of ([[here, '962000'], [later, '962000'], [urgent, pbx.config.emergencyDutyNumber]] as const).entries()) {
    await who.dials(to)
    await leader.sees<{ items: Array<{ state: string }> }>('/api/calls/waiting', l => l.items.filter(c => c.state === 'queued').length > i)
  }
  const order: string[] = []
  for (const next of [there, urgent, here, later]) {
    if (next !== there) {
      await zhang.answers()
      order.push(zhang.call().from)
      t.ok((await offeringTo(stack, '8003')).length <= 1, 'never by two at a time')
    }
    await next.hangsUp()
    await zhang.call().isOver()
  }
  t.same(order, ['13900001044', '13900001041', '13900001043'], 'the duty line first, then by the time of waiting')
  const { parts } = await leader.get<Health>('/health/ready')
  t.match(parts.find(part => part.name === 'one-queue'), { state: 'ok', detail: { inversionsLastHour: 0 } })
})

await t.test('without the service each PBX offers to the agents whose home it is', async t => {
  const stack = await twoPbxs(t, ['8003'])
  const { network, pbx, second, service, db } = stack
  const zhang = agent(network, '8003')
  await zhang.signsIn()
  const homeOf = async (): Promise<string | null | undefined> =>
    (await db.query<{ home: string | null }>('select home from agent where extension = \'8003\''))[0]?.home
  const home = await until(homeOf, { what: 'the agent has a home' })
  const [there, its, others] = home === 'pbx1' ? [pbx, network, second.network] : [second.pbx, second.network, network]
  await until(async () => /8003/.test(await there.console('database show home')), { what: 'the PBX knows it' })
  const first = await citizen(others, '13900001047')
  await first.dials('962000')
  await until(() => zhang.timesRung() > 0, { what: 'the agent is rung by the other PBX' })
  await service.kill()
  await first.hangsUp()
  t.same((await offeringTo(stack, '8003')).filter(name => name !== home).length, 1, 'the other goes on offering')
  await until(async () => {
    const alive = Number(/SERVICE_ALIVE=(\d+)/.exec(await there.console('dialplan show globals'))?.[1])
    return Date.now() / 1000 - alive > 12
  }, { what: 'the service is silent for ten seconds' })
  await (await citizen(others, '13900001049')).dials('962000')
  const next = await citizen(its, '13900001048')
  await next.dials('962000')
  await zhang.answers()
  t.same(await offeringTo(stack, '8003'), [home], 'its home alone offers the agent a citizen')
  await next.hangsUp()
  await service.start()
  await service.settle()
  await until(async () => (await offeringTo(stack, '8003')).length === 1, { what: 'one PBX offers again' })
})

await t.test('the service falls silent while citizens wait: rung by the home, or the shift leader where nobody has one', async t => {
  const stack = await twoPbxs(t, ['8003', '8031'])
  const { network, pbx, second, service, db } = stack
  const [zhang, leader] = [agent(network, '8003'), agent(network, '8031')]
  await zhang.signsIn()
  const homeOf = async (): Promise<string | null | undefined> =>
    (await db.query<{ home: string | null }>('select home from agent where extension = \'8003\''))[0]?.home
  const home = await until(homeOf, { what: 'the agent has a home' })
  const [there, elsewhere] = home === 'pbx1' ? [network, second.network] : [second.network, network]
  const its = home === 'pbx1' ? pbx : second.pbx
  const first = await citizen(elsewhere, '13900001061')
  await first.dials('962000')
  await zhang.answers()
  const [waits, inVain] = [await citizen(there, '13900001062'), await citizen(elsewhere, '13900001063')]
  await waits.dials('962000')
  await inVain.dials('962000')
  await (await stack.as('8031')).sees<{ items: unknown[] }>('/api/calls/waiting', l => l.items.length === 2)
  await service.kill()
  const told = Number(/SERVICE_ALIVE=(\d+)/.exec(await its.console('dialplan show globals'))?.[1]) * 1000
  await first.hangsUp()
  await Promise.all([zhang.answers(2), leader.answers()])
  t.ok(Date.now() - told < 13_500, `both within ${Date.now() - told} ms of the service's last word`)
  await Promise.all([zhang.talks(440), leader.talks(880)])
  t.ok(await hears(waits.call(), 440), 'the home has given the agent the citizen who waits there')
  t.ok(await hears(inVain.call(), 880), 'nobody is at home at the other: its citizen has the shift leader')
  t.same(await offeringTo(stack, '8003'), [home], 'the other has let go of the agent')
  const late = await citizen(elsewhere, '13900001064')
  await inVain.hangsUp()
  await leader.call().isOver()
  const dialled = Date.now()
  await late.dials('962000')
  await leader.answers()
  t.ok(Date.now() - dialled < 6000, 'who dials later goes there at once')
})

await t.test('a PBX cut off from the service keeps the agents whose home it is, and no other is given them', async t => {
  const stack = await twoPbxs(t, ['8003', '8004'], { relayed: true })
  const { network, second, db, lines: [line] } = stack
  const [zhang, liu] = [agent(network, '8003'), agent(network, '8004')]
  await zhang.signsIn()
  await liu.signsIn()
  const homes = await until(async () => {
    const rows = await db.query<{ home: string }>('select home from agent where home is not null order by extension')
    return rows.length === 2 && rows
  }, { what: 'both have a home' })
  const [own, other] = homes[0]?.home === 'pbx1' ? [zhang, liu] : [liu, zhang]
  const [one, stays] = [await citizen(network, '13900001065'), await citizen(network, '13900001066')]
  await one.dials('962000')
  await stays.dials('962000')
  await Promise.all([own.answers(), other.answers()])
  const [owns] = [one, stays].filter(c => c.number === own.call().from)
  const talked = owns === one ? stays : one
  for (const { extension } of [own, other]) {
    await until(async () => (await offeringTo(stack, extension)).length === 0, { what: 'who talks is offered nobody' })
  }
  await owns?.hangsUp()
  await until(async () => (await offeringTo(stack, own.extension)).length === 1, { what: 'one of the two is ready' })

  line?.ami.cut()
  const cutAt = Date.now()
  await until(async () => {
    const [offered, busy] = await Promise.all([offeringTo(stack, own.extension), offeringTo(stack, other.extension)])
    if (offered.length > 1 || busy.length > 0) t.fail(`offered by ${offered.join()}; who talks by ${busy.join()}`)
    return Date.now() - cutAt > 14_000
  }, { what: 'the cut has lasted', everyMs: 300 })
  t.equal(talked.call().endedAt, null, 'a talk goes on')
  const [here, there] = [await citizen(network, '13900001067'), await citizen(second.network, '13900001068')]
  await there.dials('962000')
  await here.dials('962000')
  await own.answers()
  t.equal(own.call().from, here.number, 'the PBX cut off offers to the agent at home there')
  t.same(await offeringTo(stack, own.extension), ['pbx1'])
  await talked.hangsUp()
  await other.answers()
  t.equal(other.call().from, there.number, 'the agent at home elsewhere is given to the PBX that has a link')

  line?.ami.mend()
  await here.hangsUp()
  await there.hangsUp()
  for (const who of [own, other]) {
    await until(async () => (await offeringTo(stack, who.extension)).length === 1, {
      what: `one PBX offers to ${who.extension} again`, seconds: 30
    })
  }
  t.same(await db.query('select 1 from queue_inversion'), [])
})

await t.test('a PBX that is gone keeps nobody: its agents are rung by the other', async t => {
  const stack = await twoPbxs(t, ['8003', '8004'])
  const { network, pbx, second } = stack
  const [zhang, liu] = [agent(network, '8003'), agent(network, '8004')]
  await zhang.signsIn()
  await liu.signsIn()
  const seats = async (): Promise<string[]> => [...await offeringTo(stack, '8003'), ...await offeringTo(stack, '8004')].sort()
  await until(async () => (await seats()).join() === 'pbx1,pbx2', { what: 'each PBX has one of the two' })
  await pbx.kill()
  const [one, other] = [await citizen(second.network, '13900001045'), await citizen(second.network, '13900001046')]
  await one.dials('962000')
  await other.dials('962000')
  await Promise.all([zhang.answers(1, 25), liu.answers(1, 25)])
  await Promise.all([zhang.talks(440), liu.talks(440)])
  t.ok(await hears(one.call(), 440) && await hears(other.call(), 440), 'both are served by the PBX that is left')
  await pbx.start()
  await one.hangsUp()
  await other.hangsUp()
  await until(async () => (await seats()).join() === 'pbx1,pbx2', { what: 'back, it has one of them again', seconds: 30 })
})
