import t from 'tap'
import type { HealthCheck } from '../../../src/domain/health-check.ts'
import { testApp } from '../app-of-test.ts'

const part = (name: string, vital: boolean, check: HealthCheck['check']): HealthCheck => ({ name, vital, check })
const fine = async () => ({ ok: true })

t.test('ready as long as orders can be filed', async t => {
  const { send } = await testApp(t, {
    checks: [
      part('database', true, fine),
      part('pbx1', false, async () => ({ ok: false, detail: 'no answer from the PBX' })),
      part('journal', false, async () => ({ ok: true, detail: { lagMs: 3 } }))
    ]
  })
  const answer = await send('GET', '/health/ready')
  t.equal(answer.statusCode, 200)
  t.match(answer.json(), {
    status: 'degraded',
    parts: [{ name: 'database', state: 'ok' }, { name: 'pbx1', state: 'failing' }, { name: 'journal', detail: { lagMs: 3 } }],
    degraded: ['pbx1: no answer from the PBX']
  })
})

t.test('not ready without what is vital, and a part that hangs or throws is failing, not fatal', async t => {
  const { send } = await testApp(t, {
    checks: [
      part('database', true, async () => { throw new Error('connect postgres://u:secret@h') }),
      part('redis', false, async () => await new Promise(() => {}))
    ]
  })
  const answer = await send('GET', '/health/ready')
  t.equal(answer.statusCode, 503)
  t.match(answer.json(), { status: 'not-ready', parts: [{ state: 'failing' }, { state: 'failing', detail: 'no answer within 2000 ms' }] })
  t.notMatch(answer.body, /secret/)
  t.equal((await send('GET', '/health/live')).statusCode, 200)
})

t.test('being asked often does not ask the parts often', async t => {
  let asked = 0
  const { send } = await testApp(t, { checks: [part('database', true, async () => { asked++; return { ok: true } })] })
  await Promise.all(Array.from({ length: 20 }, async () => await send('GET', '/health/ready')))
  t.equal(asked, 1)
})
