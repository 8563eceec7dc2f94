import { test } from 'tap'
import { until } from '../../../src/servers/until.ts'
import type { PhoneNumber } from '../../../src/domain/telephone/phone-number.ts'
import { callback, emergency } from '../../harness/dialler/dialler-world.ts'
import { cannotTryExchange } from '../../harness/dialler/dialler-exchange.ts'
import { diallerOnExchange } from '../../harness/dialler/dialler-on-exchange.ts'

test('legs on a real exchange end as their telephones behave', { skip: await cannotTryExchange() }, async t => {
  const { exchange, node, allFinished } = await diallerOnExchange(t)
  const number = (n: number): PhoneNumber => `+861390001000${n}` as PhoneNumber
  const ask = async (...requests: Array<Parameters<typeof node.dialler.request>[1]>): Promise<void> => {
    await node.db.tx(async tx => { await node.dialler.request(tx, ...requests) })
  }
  const usual = { attempts: 1, ringSeconds: 2, gapSeconds: 0, talkSeconds: 60 }
  await ask(
    ...[0, 5, 6, 7, 8, 9].map(n => emergency({
      ...usual,
      subject: String(n),
      numbers: [number(n)],
      script: { name: 'emergency', variables: { LD_KEY_SECONDS: '1' } }
    })),
    callback({ ...usual, attempts: 2, subject: 'all', numbers: [number(7), number(5)] }))
  const outcomes = async (): Promise<Record<string, string | null>> => Object.fromEntries((await node.db.query<{
    subject: string,
    outcome: string | null
  }>('select subject, outcome from dial_request order by subject')).map(r => [r.subject, r.outcome]))
  await allFinished(30)
  t.strictSame(await outcomes(),
    { 0: 'declined', 5: 'busy', 6: 'no-answer', 7: 'unallocated', 8: 'rejected', 9: 'answered-not-confirmed', all: 'busy' })
  const rung = await until(async () => {
    const now = await exchange.rung()
    return [...now.values()].reduce((sum, times) => sum + times, 0) >= 9 && now
  }, { what: 'the carrier has written down whom it rang' })
  t.strictSame(Object.fromEntries(rung), { 13900010000: 1, 13900010005: 3, 13900010006: 1, 13900010007: 2, 13900010008: 1, 13900010009: 1 },
    'each once by each request, never again')
  const causes = await node.db.query<{ subject: string, cause: number }>(`select subject, cause from leg where purpose = 'emergency'
    order by subject`)
  t.match(causes, [
    { subject: '0', cause: 16 }, { subject: '5', cause: 17 }, { subject: '6', cause: 19 }, { subject: '7', cause: 1 },
    { subject: '8', cause: 21 }, { subject: '9' }
  ])
  t.equal(node.heard.filter(e => e.kind === 'finished').length, 7)
  if (!t.passing()) {
    t.comment(await node.db.query(`select subject, outcome, cause, sip, channel_state, attempt, number_index, placings, placing_at,
      ringing_at, answered_at, ended_at from leg order by placing_at, subject`))
  }
})
