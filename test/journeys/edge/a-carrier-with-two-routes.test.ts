// A real carrier's switch before the edge: Kamailio, which moves on at 503 and at silence alone, and sipp's callers behind it.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { arrivals, carrierSetting, edgeProcess, edgeSettings, nodesSetting } from '../../harness/edge-process.ts'
import { edgeServer, standInProcess } from '../../harness/edge/edge-server.ts'
import { kamailio } from '../../harness/edge/kamailio.ts'
import { callsRefused } from '../../harness/edge/sipp-calls.ts'
import { startTestPbx } from '../../harness/servers/pbx.ts'
import { startCarrier } from '../../harness/telephones/carrier.ts'
import { until } from '../../../src/servers/until.ts'

const switchAt = '127.0.0.2'
const callers = '127.0.0.5'
const loud = '13900001011'

await t.test('a refusal of the edge\'s is final, 503 and silence take the second route; of 200 refused calls none arrives', async t => {
  const server = await edgeServer(t)
  const pbx = await startTestPbx(t, edgeSettings, { wholePrompts: true })
  const settings = {
    ...carrierSetting(switchAt, 500), EDGE_NODES: nodesSetting([pbx]), EDGE_CALLS: '4', EDGE_RESERVE: '1', EDGE_CALLS_PER_NUMBER: '1'
  }
  const edge = await edgeProcess(t, server, settings)
  await edge.says(/takes calls/)
  const { address } = await kamailio(t, switchAt, { first: server.sip, second: pbx.config.sip })
  const city = await startCarrier(t, callers, address)
  /** by which trunk each call came, as the PBX was told; empty: by the direct door */
  const offered = (): string[] => readFileSync(pbx.paths.journalFile, 'utf8').split('\n')
    .flatMap(line => line.includes('LD_OFFERED') ? /trunk=([a-z]*)/.exec(line)?.[1] ?? [] : [])
  const trunksAre = async (trunks: string[]): Promise<void> => {
    await until(() => offered().length >= trunks.length, { what: 'the call is told' })
    t.same(offered(), trunks)
  }

  const first = city.call({ from: loud })
  t.equal(await first.isDecided(), 200)
  await trunksAre(['trunk'])
  t.equal(await city.call({ from: loud }).isDecided(), 486, 'one call a number')
  t.same(await callsRefused({ from: callers, number: loud, to: address, calls: 200, perSecond: 100, status: 486 }),
    { refused: 200, otherwise: 0 })
  for (const from of ['13900001012', '13900001013']) t.equal(await city.call({ from }).isDecided(), 200)
  t.equal(await city.call({ from: '13900001014' }).isDecided(), 480, 'the budget is used up')
  t.equal(arrivals([pbx]), 3, 'nothing that was refused came by either route')

  await edge.kill()
  await until(async () => await city.call({ from: '13900001015' }).isDecided() === 200,
    { what: 'the server\'s 503 takes the second route' })
  t.equal(offered().at(-1), '', 'by the direct door')
  t.equal(await first.hangUp(), 200, 'a call that came by the first one goes on')
  edge.start()
  await edge.says(/takes calls[^]*takes calls/)
  await until(async () => {
    const next = city.call({ from: '13900001016' })
    return await next.isDecided() === 200 && offered().at(-1) === 'trunk'
  }, { what: 'the first route again' })
})

await t.test('with the server silent the carrier takes the second route; with the PBX gone too it hears so', async t => {
  const server = await standInProcess(t)
  const pbx = await startTestPbx(t, edgeSettings)
  const edge = await edgeProcess(t, server, { ...carrierSetting(switchAt, 500), EDGE_NODES: nodesSetting([pbx]) })
  await edge.says(/takes calls/)
  const { address } = await kamailio(t, switchAt, { first: server.sip, second: pbx.config.sip })
  const city = await startCarrier(t, callers, address)
  await server.kill()
  const call = city.call({ from: loud })
  t.equal(await call.isDecided(), 200)
  t.ok((call.finalMs() ?? 0) > 1500, 'after the carrier\'s patience')
  t.equal(await call.hangUp(), 200)
  await pbx.kill()
  await server.restart()
  await edge.says(/gets no more calls/)
  t.equal(await city.call({ from: loud }).isDecided(), 408, 'both routes are tried: 503 of the edge, silence of the PBX')
})
