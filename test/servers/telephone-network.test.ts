import t from 'tap'
import { pbxWithDesk } from '../harness/telephones/pbx-with-desk.ts'

await t.test('people of the telephone network ring, are rung, press keys and hear each other', async t => {
  const { network } = await pbxWithDesk(t, 'ring', { QUEUE_SECONDS: '30' })

  const signIn = await network.dial({ desk: '8003', to: '*81' })
  await signIn.isOver()
  t.ok(signIn.answeredAt, 'the feature code is answered')

  const citizen = await network.dial({ from: '13800000001', to: '962000', script: 'wait 0.2|talk 440' })
  const agent = await network.rung('desk8003')
  await agent.does('answer|talk 880')
  await agent.isAnswered()
  await citizen.isAnswered()
  await citizen.does('talk 440 2|press 5|wait 0.3|hangup')
  await citizen.isOver()
  await agent.isOver()
  t.ok(agent.heard(440) > 0.3, `the agent hears the citizen (${agent.heard(440)})`)
  t.ok(citizen.heard(880) > 0.2, `the citizen hears the agent (${citizen.heard(880)})`)
  t.ok(agent.heard(880) < 0.05, 'the agent does not hear the own voice')
  t.equal(citizen.pressed, '5')
})
