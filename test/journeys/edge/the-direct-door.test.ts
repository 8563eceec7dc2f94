import t from 'tap'
import { readFileSync } from 'node:fs'
import { createAmiConnection } from '../../../src/pbx/ami/ami-connection.ts'
import { trunkCalls } from '../../../src/pbx/trunk-calls.ts'
import { arrivals, carrierSetting, edgeProcess, edgeSettings, nodesSetting } from '../../harness/edge-process.ts'
import { edgeServer } from '../../harness/edge/edge-server.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { startTestPbx, type TestPbx } from '../../harness/servers/pbx.ts'
import { startCarrier } from '../../harness/telephones/carrier.ts'
import { until } from '../../../src/servers/until.ts'

const trunk = '127.0.0.2'

const told = (pbx: TestPbx, words: RegExp): string[] =>
  readFileSync(pbx.paths.journalFile, 'utf8').split('\n').filter(line => words.test(line))

await t.test('past the edge: the carrier\'s address alone, no trunk by header, and the dialplan\'s own limits', async t => {
  const pbx = await startTestPbx(t, { ...edgeSettings, TRUNK_CHANNELS: '12' })
  const { sip, emergencyDutyNumber } = pbx.config
  const [carrier, stranger] = [await startCarrier(t, trunk, sip), await startCarrier(t, '127.0.0.7', sip)]
  t.equal(await stranger.call().isDecided(), 401, 'a stranger is no carrier')
  t.equal(await stranger.call({ to: 'test-call' }).isDecided(), 401)

  t.equal(await carrier.call({ from: '13900001001', lines: ['Organization: city'] }).isDecided(), 200)
  await until(() => told(pbx, /LD_OFFERED/).length === 1, { what: 'the call is told' })
  t.notMatch(told(pbx, /LD_OFFERED/)[0], /city/, 'a trunk is believed from an edge alone')

  const same = Array.from({ length: 11 }, () => carrier.call({ from: '13900001002' }))
  const statuses = await Promise.all(same.map(async call => await call.isDecided()))
  t.same(statuses.filter(status => status !== 200), [486], 'the eleventh call of one number')
  t.equal(told(pbx, /LD_REFUSED/).filter(line => line.includes('too-many')).length, 1)
  t.equal(await carrier.call({ from: '13900001003' }).isDecided(), 200)
  t.equal(await carrier.call({ from: '13900001004' }).isDecided(), 503, 'full: the next node may take it')
  t.equal(await carrier.call({ from: '13900001005', to: emergencyDutyNumber }).isDecided(), 200, 'not on the duty line')
  t.notMatch(told(pbx, /LD_OFFERED/).join(), /13900001004/, 'what was not taken has not come in')
})

await t.test('an edge reads a PBX and can do nothing else there; without one, nobody is an edge', async t => {
  const behind = await startTestPbx(t, { EDGE_ADDRESSES: '127.0.0.1', EDGE_AMI_SECRET: 'of this test' })
  const ami = createAmiConnection({ ...behind.config.ami, user: 'edge', secret: 'of this test' })
  t.teardown(async () => { await ami.close() })
  ami.start()
  await ami.ready(10_000)
  t.same(await trunkCalls(ami, 2000), [])
  const orders: Array<[string, Record<string, string>]> = [
    ['Originate', { Channel: 'PJSIP/13900001001@trunk', Context: 'hotline-leg', Exten: 's', Priority: '1' }],
    ['DBPut', { Family: 'blocked', Key: '13900001001', Val: '1' }], ['Command', { Command: 'core show version' }],
    ['Hangup', { Channel: '/.*/' }], ['GetConfig', { Filename: 'manager.conf' }], ['QueuePause', { Interface: 'PJSIP/8003', Paused: '1' }]
  ]
  for (const [name, fields] of orders) await t.rejects(ami.action(name, fields), { code: 'pbx-refused' }, name)

  const alone = await startTestPbx(t)
  const caller = await startCarrier(t, '127.0.0.1', alone.config.sip)
  t.equal(await caller.call({ to: 'test-call' }).isDecided(), 401)
})

await t.test('a PBX that answers OPTIONS and takes no call is found by the test call', async t => {
  const server = await edgeServer(t)
  const pbx = await startTestPbx(t, edgeSettings)
  const edge = await edgeProcess(t, server, {
    ...carrierSetting(trunk), EDGE_NODES: nodesSetting([pbx]), EDGE_TEST_CALL_SECONDS: '1'
  })
  await edge.says(/takes calls/)
  await pbx.console('dialplan remove context hotline-edge')
  await edge.says(/call-failed.*gets no more calls/)
  const carrier = await startCarrier(t, trunk, server.sip)
  t.equal(await carrier.call().isDecided(), 503)
  await pbx.console('module reload pbx_config.so')
  await edge.says(/call-taken.*takes calls/)
  t.equal(await carrier.call().isDecided(), 200)
})

await t.test('a PBX that takes calls and carries no sound is found by the test call, once it was heard', async t => {
  const server = await edgeServer(t)
  const pbx = await startTestPbx(t, edgeSettings)
  const { db, url } = await freshDatabase(t)
  const edge = await edgeProcess(t, server, {
    DATABASE_URL: url, ...carrierSetting(trunk), EDGE_NODES: nodesSetting([pbx]), EDGE_TEST_CALL_SECONDS: '1'
  })
  const sound = async (): Promise<unknown> =>
    (await db.query<{ sound: unknown }>('select report#>\'{nodes,0,sound}\' as sound from edge'))[0]?.sound
  await until(async () => await sound() === true, { what: 'the PBX is heard' })
  // The echo is taken away: what the PBX sends then is nobody's word.
  await pbx.console('dialplan remove extension test-call@hotline-edge 3')
  await pbx.console('dialplan add extension test-call,3,Wait(5) into hotline-edge')
  await edge.says(/no-sound.*gets no more calls/)
  const carrier = await startCarrier(t, trunk, server.sip)
  t.equal(await carrier.call().isDecided(), 503)
  await pbx.console('module reload pbx_config.so')
  await edge.says(/"sound".*takes calls/)
  t.equal(await carrier.call().isDecided(), 200)
  t.equal(arrivals([pbx]), 1, 'test calls are none')
})
