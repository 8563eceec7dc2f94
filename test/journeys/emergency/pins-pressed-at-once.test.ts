import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'

t.setTimeout(240_000)

await t.test('calls of one number that press a wrong PIN at the same moment have five PINs together', async t => {
  const { network, as, db } = await startStack(t, { desks: [] })
  const [number, other] = ['13900210001', '13900210002']
  await network.anybody('busy')
  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members: [{ name: '甲', number }, { name: '乙', number: other }], title: '暴雨', reason: '演练', mode: 'simultaneous' })
  const path = `/api/incidents/${incidentId}`
  const { pin } = await coordinator.sees<{ pin: string, members: Array<{ state: string }> }>(path,
    incident => incident.members.every(m => m.state === 'unreached'), 60)
  const wrong = (nth: number): string => String((Number(pin) + nth) % 10 ** pin.length).padStart(pin.length, '0')
  const calls = await Promise.all(Array.from({ length: 24 },
    async (_, i) => await network.dial({ from: number, to: '962000', script: `wait 4|press ${wrong(i + 1)}|stay 3` })))
  for (const call of calls) await call.isOver(60)
  await until(async () => (await db.query(`select from pbx_journal asked join pbx_journal over using (unique_id)
    where asked.event = 'LD_REJOIN' and asked.extra like '%result=asked%' and over.event = 'CHAN_END'`)).length === calls.length,
  { what: 'all of them were asked, and are over' })
  // told once a call, and each call pressed once
  const compared = await db.query('select from pbx_journal where event = \'LD_REJOIN\' and extra like \'%result=wrong-pin%\'')
  t.equal(compared.length, 5, 'five were compared')
})
