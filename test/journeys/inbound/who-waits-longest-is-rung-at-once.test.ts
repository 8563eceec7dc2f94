// Two real Asterisks, one queue, more citizens than agents: who has waited longest is rung first, and as soon as an agent is free.
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { inversionsIn, idleWhileWaited, queueSince } from '../../harness/stories/queue-order.ts'
import { agent, citizen, type Citizen } from '../../harness/stories/story.ts'
import { twoPbxs } from '../../harness/stories/two-pbxs.ts'

const rounds = 6

await t.test('two agents become free at once: the earlier citizen is rung before the later one on the other PBX, both at once', async t => {
  const stack = await twoPbxs(t, ['8003', '8004'])
  const { network, second, db, as, service } = stack
  const begun = new Date()
  for (const extension of ['8003', '8004']) {
    await network.number(`desk${extension}`, 'answer|talk 440')
    await agent(network, extension).signsIn()
  }
  const leader = await as('8031')
  const answered = async (): Promise<number> =>
    (await db.query<{ count: number }>('select count(answered_at)::int count from call where direction = \'inbound\''))[0]?.count ?? 0
  let talking: Citizen[] = []
  for (let round = 0; round <= rounds; round++) {
    const next: Citizen[] = []
    for (const [i, at] of (round % 2 === 0 ? [network, second.network] : [second.network, network]).entries()) {
      const one = await citizen(at, `1390000${String(1100 + round * 2 + i)}`)
      await one.dials('962000')
      next.push(one)
      if (round === 0) continue
      await leader.sees<{ items: Array<{ state: string }> }>('/api/calls/waiting',
        ({ items }) => items.filter(call => call.state === 'queued').length > i)
      const waitsSince = Date.now()
      if (i === 0) await until(() => Date.now() - waitsSince > 1200, { what: 'the next comes clearly later' })
    }
    for (const one of talking) await one.hangsUp()
    await until(async () => await answered() === round * 2 + 2, { what: `both are served in round ${round}` })
    talking = next
  }
  for (const one of talking) await one.hangsUp()
  await service.settle()
  const { waits, rings } = await queueSince(db, begun)
  t.equal(waits.filter(({ rung }) => rung !== null).length, rounds * 2 + 2)
  t.same(inversionsIn(waits), [], 'nobody is rung before who came a second earlier')
  t.same(await db.query('select 1 from queue_inversion'), [], 'and the service counts none')
  const idle = idleWhileWaited(waits, rings)
  t.equal(idle.length, rounds * 2 + 2)
  const mean = idle.reduce((sum, ms) => sum + ms, 0) / idle.length
  t.ok(mean < 400, `a free agent waits ${Math.round(mean)} ms for the ring: the queue's own look would be half a second later`)
})
