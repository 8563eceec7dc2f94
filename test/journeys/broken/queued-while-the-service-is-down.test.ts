import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { hears } from '../../harness/telephones/listening.ts'
import { startStack } from '../../harness/servers/stack.ts'

await t.test('a call is queued, answered and recorded while the service is down, and found with its recording afterwards', async t => {
  const { network, service, pbx, db } = await startStack(t, { desks: ['8003'] })
  await network.number('desk8003', 'ring 0.5|answer|talk 880')
  const signIn = await network.dial({ desk: '8003', to: '*81' })
  await signIn.isOver()
  await service.kill()

  const citizen = await network.dial({ from: '13800138001', to: '962000', script: 'talk 440' })
  const agent = await network.rung('desk8003')
  await agent.isAnswered()
  t.ok(await hears(citizen, 880) && await hears(agent, 440), 'citizen and agent hear each other with the service down')
  await citizen.hangsUp()
  await agent.isOver()

  await service.start()
  await service.settle()
  const calls = await db.query<{ answered_by: string | null, ended_at: Date | null, recording: string | null }>(`select * from call
    where direction = 'inbound'`)
  t.match(calls, [{ answered_by: '8003', ended_at: Date }], 'the call is there, and who answered it')
  const recording = calls[0]?.recording ?? ''
  t.ok(existsSync(join(pbx.recordingsDir, recording)), 'with its recording')
  t.ok(statSync(join(pbx.recordingsDir, recording)).size > 10_000)
})
