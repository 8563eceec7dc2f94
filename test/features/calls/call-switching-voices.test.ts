import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { CallDetail } from '../../../src/features/calls/call-queries.ts'
import { until } from '../../../src/servers/until.ts'
import { hears, nextSecond } from '../../harness/telephones/listening.ts'
import { agentAt, officer, switchedCalls } from '../../harness/telephones/switched-calls.ts'

t.setTimeout(280_000)

/** A tone in place of a spoken sentence: recognised in what was heard. */
function tone (hertz: number, seconds: number): Buffer {
  const samples = Buffer.alloc(44 + seconds * 8000 * 2)
  samples.write('RIFF', 0)
  samples.writeUInt32LE(samples.length - 8, 4)
  samples.write('WAVEfmt ', 8)
  for (const [value, at] of [[16, 16], [8000, 24], [16_000, 28]] as const) samples.writeUInt32LE(value, at)
  for (const [value, at] of [[1, 20], [1, 22], [2, 32], [16, 34]] as const) samples.writeUInt16LE(value, at)
  samples.write('data', 36)
  samples.writeUInt32LE(samples.length - 44, 40)
  for (let i = 0; i < seconds * 8000; i++) samples.writeInt16LE(Math.round(12_000 * Math.sin(2 * Math.PI * hertz * i / 8000)), 44 + i * 2)
  return samples
}

t.test('citizen and agent hear a civility warning and a barging leader, the agent alone hears a whisper; ' +
  'a listener takes no call', async t => {
  const { network, switching, agents, command, moved, call, pbx } = await switchedCalls(t,
    { shiftLeader: '8004', settings: { QUEUE_SECONDS: '2' } })
  writeFileSync(join(pbx.paths.soundsDir, 'civility-warning.wav'), tone(1500, 2))
  const me = agentAt('8001')
  await network.number('desk8001', 'answer|stay')
  await network.number('desk8004', 'answer|talk 700')
  await command(async tx => await agents.signIn(tx, me, {}))
  const citizen = await network.dial({ from: '13900001001', to: '962000' })
  const live = await call(c => c.state === 'talking' && c.answeredBy === '8001')
  const agent = await network.rung('desk8001')
  const told = (c: CallDetail, kind: string) => c.timeline.filter(e => e.kind === kind)

  await t.rejects(moved(async tx => await switching.civilityWarning(tx, agentAt('8002'), { callId: live.id })), { code: 'not-allowed' })
  const warned = await Promise.all([
    hears(citizen, 1500),
    hears(agent, 1500),
    moved(async tx => await switching.civilityWarning(tx, me, { callId: live.id }))
  ])
  t.same(warned.slice(0, 2), [true, true], 'the citizen hears the warning, and the agent hears that it plays')
  t.match(told(await call(c => told(c, 'civility-warning').length === 1), 'civility-warning'), [{ actor: '8001' }])

  const absent = { ...officer, extension: '8005' }
  await t.rejects(moved(async tx => await switching.listen(tx, absent, { callId: live.id, mode: 'listen' })),
    { code: 'telephone-not-registered' }, 'a leader without a telephone there is told so')
  const listen = async (mode: 'listen' | 'whisper' | 'barge') =>
    await moved(async tx => await switching.listen(tx, officer, { callId: live.id, mode }))
  const asks = async (mode: 'listen' | 'whisper' | 'barge'): Promise<void> => {
    await listen(mode)
    await until(async () => {
      const seat = (await agents.list()).find(a => a.extension === '8004')
      return seat?.state === 'listening' && seat.reason === mode && seat.callId === live.id
    }, { what: `8004 is in the call: ${mode}` })
  }
  await citizen.does('talk 440')
  const [agentHeard, citizenHeard] = [await agent.listens(), await citizen.listens()]
  // Pressed twice: one telephone, rung once.
  const pressed = [await listen('listen'), await listen('listen')]
  t.equal(pressed[1]?.channelId, pressed[0]?.channelId, 'the second press finds the line of the first')
  await asks('listen')
  const ear = await network.rung('desk8004')
  t.ok(await hears(ear, 440), 'a listener hears the citizen')
  t.ok((await agentHeard()).tone(700) < 0.02, 'and nobody hears the leader')

  await asks('whisper')
  t.ok(await hears(agent, 700), 'the agent hears the whisper')
  t.ok(await hears(ear, 440), 'a whispering leader hears the citizen')
  t.ok((await citizenHeard()).tone(700) < 0.02, 'the citizen does not hear it')

  await asks('barge')
  t.ok(await hears(citizen, 700), 'the citizen hears who barges in')
  t.ok(await hears(agent, 700), 'so does the agent')

  await asks('listen')
  await until(async () => (await nextSecond(citizen)).tone(700) < 0.02, { what: 'nobody hears the leader any more', seconds: 30 })
  t.ok(await hears(ear, 440), 'the leader listens on')
  // The agent's channel is moved to music and back; who listens stays with it.
  await moved(async tx => await switching.hold(tx, me, { callId: live.id }))
  await call(c => c.state === 'held')
  await moved(async tx => await switching.retrieve(tx, me, { callId: live.id }))
  await call(c => c.state === 'talking')
  t.ok(await hears(ear, 440), 'the leader listens on after a hold')
  t.equal(network.ringsOf('desk8004').length, 1, 'the leader\'s telephone rang once for all of it')
  t.same(told(await call(c => told(c, 'listened').length === 6), 'listened').map(e => [e.actor, e.detail.mode]),
    [['hf01', 'listen'], ['hf01', 'listen'], ['hf01', 'listen'], ['hf01', 'whisper'], ['hf01', 'barge'], ['hf01', 'listen']],
    'each stands on the call')

  // The leader takes citizens' calls, and takes over from the queue: neither while listening.
  await command(async tx => await agents.signIn(tx, officer, {}))
  t.match((await agents.list()).find(a => a.extension === '8004'), { state: 'listening' })
  const second = await network.dial({ from: '13900001002', to: '962000' })
  const waits = await call(c => told(c, 'overflow').length >= 2, 20)
  t.match(told(waits, 'overflow').map(e => e.detail), [{ to: 'leader', result: 'busy' }, { to: 'leader', result: 'busy' }],
    'twice nobody took over')
  t.equal(network.ringsOf('desk8004').length, 1, 'a listener is not rung')
  await network.number('desk8004', 'ring')
  await citizen.hangsUp()
  await ear.isOver()
  await network.rung('desk8004', 2)
  t.pass('the call under ear is over: the leader is rung')
  t.match(
    (await until(async () => (await agents.list()).find(a => a.extension === '8004' && a.state === 'ringing'),
      { what: '8004 rings' })).callId,
    waits.id
  )
  await second.hangsUp()

  await until(async () => (await agents.list()).find(a => a.extension === '8004' && a.state === 'ready'), { what: '8004 is ready again' })
})
