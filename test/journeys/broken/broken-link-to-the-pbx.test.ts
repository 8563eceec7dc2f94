import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { acceptedOrder, callbackBecomes, storyClock } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

interface Call { id: string, state: string, answeredBy: string | null }
interface Health { parts: Array<{ name: string, state: string }> }

await t.test('the link to the PBX is cut, and the PBX freezes for some seconds: ' +
  'the service notices, comes back and makes up for it', async t => {
  const stack = await startStack(t, { desks: ['8003', '8004'], settings: { CALLBACK_WINDOWS: '10:00-20:00' } })
  const { network, pbx, service, as } = stack
  const clock = storyClock(stack)
  const [zhang, liu] = [agent(network, '8003'), agent(network, '8004')]
  const [caller, complainant] = [await citizen(network, '13900001701'), await citizen(network, '13900001702')]
  await complainant.whenRung('ring 0.5|answer|wait 2|press 1|wait 1.5|press 1|wait 1.5|press 1|stay')
  const { id: orderId } = await acceptedOrder(stack, complainant.number)
  await clock.comes('09:59', 1)
  const leader = await as('8031')
  const link = async (state: string): Promise<void> => {
    await leader.sees<Health>('/health/ready', h => h.parts.some(p => p.name === 'pbx' && p.state === state))
  }
  const logins = (): number => service.log().split('the link to the PBX is up').length - 1
  await zhang.signsIn()
  await liu.signsIn()
  await caller.dials('962000')
  await zhang.answers()

  // Cut: the exchange closes the connection.
  const before = logins()
  const socket = /\b127\.0\.0\.1\s.*?\s(\d+)\s+\d+\s+\d+\s+\d+\s*$/m.exec(await pbx.console('manager show connected'))?.[1]
  await pbx.console(`manager kick session ${socket ?? ''}`)
  await until(() => logins() > before, { what: 'the service is connected again' })
  await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound',
    list => list.items[0]?.state === 'talking' && list.items[0].answeredBy === '8003')

  // Frozen: what is asked of the exchange meanwhile is made good when it is back.
  const pid = Number(readFileSync(join(pbx.config.dataDir, 'asterisk.pid'), 'utf8').split(' ')[0])
  process.kill(pid, 'SIGSTOP')
  t.teardown(() => { try { process.kill(pid, 'SIGCONT') } catch { /* gone already */ } })
  await service.advance(120_000) // ten o'clock: the callback is due
  await (await as('8004')).post('/api/agents/8004/pause', { reason: 'meal' })
  await link('failing')
  process.kill(pid, 'SIGCONT')
  await link('ok')
  await until(async () => /PJSIP\/8004[^\n]*paused/.test(await pbx.console('queue show hotline')),
    { what: 'the exchange knows of the break', seconds: 30, everyMs: 300 })
  t.match(await callbackBecomes(stack, orderId, c => c.status === 'CONFIRMED', 40), { attempts: 1, unanswered: 0 })
  t.equal(complainant.timesRung(), 1, 'rung once')
  t.notOk(caller.call().endedAt, 'the conversation outlived both')
  await caller.hangsUp()
  await leader.sees<{ items: Array<{ endedBy: string | null }> }>('/api/calls?direction=inbound',
    list => list.items[0]?.endedBy === 'citizen')
})
