import { test } from 'tap'
import { until } from '../../../src/servers/until.ts'
import type { PhoneNumber } from '../../../src/domain/telephone/phone-number.ts'
import { callback, emergency } from '../../harness/dialler/dialler-world.ts'
import { cannotTryExchange } from '../../harness/dialler/dialler-exchange.ts'
import { diallerOnExchange } from '../../harness/dialler/dialler-on-exchange.ts'

test('the PBX killed while telephones ring and people talk: the legs end as lost and everybody is rung again', {
  timeout: 280_000,
  skip: await cannotTryExchange()
}, async t => {
  const { exchange, node, allFinished } = await diallerOnExchange(t)
  const ring = (last: number, n: number): PhoneNumber => `+86139000${String(n).padStart(4, '0')}${last}` as PhoneNumber
  const [ringing, talking] = [Array.from({ length: 8 }, (_, i) => ring(6, i)), Array.from({ length: 8 }, (_, i) => ring(9, 100 + i))]
  const usual = { attempts: 1, ringSeconds: 5, talkSeconds: 60 }
  await node.db.tx(async tx => {
    await node.dialler.request(
      tx,
      ...ringing.map(n => emergency({ ...usual, numbers: [n] })),
      ...talking.map(n => callback({ ...usual, numbers: [n] }))
    )
  })
  const count = async (where: string): Promise<number> =>
    (await node.db.query<{ n: number }>(`select count(*)::int as n from leg where ${where}`))[0]?.n ?? 0
  await until(async () => await count('state = \'answered\'') >= 1 && await count('state = \'ringing\'') >= 8,
    { what: 'some ring, some talk', everyMs: 5 })
  await exchange.restartPbx()
  await allFinished(45)
  t.ok(await count('outcome = \'pbx-lost\'') >= 9)
  const outcomes = await node.db.query('select purpose, outcome, count(*)::int as n from dial_request group by 1, 2 order by 1')
  t.strictSame(outcomes, [
    { purpose: 'callback', outcome: 'answered-not-confirmed', n: 8 },
    { purpose: 'emergency', outcome: 'no-answer', n: 8 }
  ])
  t.equal(await count('outcome = \'pbx-lost\' and attempt <> 1'), 0)
  t.equal(node.heard.filter(e => e.kind === 'finished').length, 16)
})
