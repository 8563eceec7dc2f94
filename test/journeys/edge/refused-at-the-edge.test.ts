import { readFileSync } from 'node:fs'
import t from 'tap'
import { arrivals, carrierSetting, edgeProcess, nodesSetting, pbxsBehind } from '../../harness/edge-process.ts'
import { edgeServer } from '../../harness/edge/edge-server.ts'
import { sipPeer } from '../../harness/edge/sip-peer.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { startCarrier } from '../../harness/telephones/carrier.ts'
import { until } from '../../../src/servers/until.ts'

const ours = '127.0.0.6'
const stranger = '127.0.0.7'

const tally = (statuses: readonly number[]): Record<string, number> =>
  statuses.reduce<Record<string, number>>((all, status) => ({ ...all, [status]: (all[status] ?? 0) + 1 }), {})

await t.test('of 200 refused calls none arrives at a PBX; what is refused is a row a minute, and no number stands there', async t => {
  const server = await edgeServer(t)
  const { db, url } = await freshDatabase(t)
  const pbxs = await pbxsBehind(t, ['pbx1'])
  const edge = await edgeProcess(t, server, {
    DATABASE_URL: url, ...carrierSetting(ours, 500), EDGE_NODES: nodesSetting(pbxs), EDGE_CALLS: '20', EDGE_RESERVE: '5'
  })
  await edge.says(/takes calls/)
  const offered = (): string[] => readFileSync(pbxs[0]?.paths.journalFile ?? '', 'utf8').split('\n').filter(line => /LD_OFFERED/.test(line))
  const [city, scanner] = [await startCarrier(t, ours, server.sip), await startCarrier(t, stranger, server.sip)]

  const three = [1, 2, 3].map(() => city.call({ from: '13900001011', lines: ['Organization: bank'] }))
  for (const call of three) t.equal(await call.isDecided(), 200, 'three calls of one number come in')
  t.equal(arrivals(pbxs), 3)
  await until(() => offered().length === 3, { what: 'they are told' })
  t.ok(offered().every(line => /trunk=trunk\b/.test(line) && !line.includes('bank')), 'the trunk is the edge\'s word, never the caller\'s')

  const number = Array.from({ length: 100 }, (_, i) => city.call({ from: i % 2 === 0 ? '13900001011' : '+8613900001011' }))
  t.same(tally(await Promise.all(number.map(async call => await call.isDecided()))), { 486: 100 }, 'the fourth call of a number')
  const odd = Array.from({ length: 50 }, () => city.call({ uri: `sip:962000%0d%0aX@${server.sip.host}:${server.sip.port}` }))
  t.same(tally(await Promise.all(odd.map(async call => await call.isDecided()))), { 404: 50 }, 'a dialled number that can be none')
  // The real server passes this one on, and drachtio-srf cannot read it.
  const unread = await sipPeer(t, stranger)
  unread.write(Buffer.from(['OPTIONS sip:962000@edge sip/2.0', `Via: SIP/2.0/UDP ${stranger}:${unread.address.port};branch=z9hG4bKodd`,
    'From: <sip:13900001099@edge>;tag=1', 'To: <sip:962000@edge>', 'Call-ID: odd', 'CSeq: 1 OPTIONS', 'Max-Forwards: 70', '', ''
  ].join('\r\n')), server.sip)
  const scanned = Array.from({ length: 50 }, (_, i) => scanner.call({ to: `00${i}9725550100` }))
  await until(() => scanned.filter(call => call.status() === 403).length >= 10, { what: 'a stranger is answered at first' })

  const counted = 'select coalesce(sum(count), 0)::int as count from edge_refusal'
  await until(async () => (await db.query<{ count: number }>(counted))[0]?.count === 200, { what: 'each refusal is counted' })
  const rows = await db.query<{ source: string, reason: string, count: number }>(
    'select host(source) as source, reason, sum(count)::int as count from edge_refusal group by 1, 2 order by 1, 2')
  t.match(rows, [
    { source: ours, reason: 'malformed', count: 50 }, { source: ours, reason: 'too-many', count: 100 },
    { source: stranger, reason: 'flood' }, { source: stranger, reason: 'stranger' }
  ])
  t.ok(scanned.filter(call => call.status() !== 0).length <= 15, 'and then not any more')
  t.equal(arrivals(pbxs), 3, 'nothing but the three calls came to the PBX')
  t.notMatch(edge.said(), /1390000/, 'no number is in the edge\'s log')

  await until(async () => (await db.query<{ calls: number }>('select (report->>\'calls\')::int as calls from edge'))[0]?.calls === 0,
    { what: 'the three have ended, and the edge knows' })
  const others = Array.from({ length: 15 }, (_, i) => city.call({ from: `1390000${1200 + i}` }))
  t.same(tally(await Promise.all(others.map(async call => await call.isDecided()))), { 200: 15 })
  const last = city.call({ from: '13900001300' })
  t.equal(await last.isDecided(), 480, 'the reserve is not for the hotline')
  t.match(last.header('Retry-After'), /^\d+$/)
  t.equal(await city.call({ from: '13900001300', to: pbxs[0]?.config.emergencyDutyNumber ?? '' }).isDecided(), 200, 'the duty line has it')
  for (const method of ['REGISTER', 'NOTIFY', 'INFO']) {
    t.equal(await city.call({ method }).isDecided(), 405, `${method}: never 503, which says that the way is closed`)
  }
  t.equal(await city.call({ method: 'OPTIONS' }).isDecided(), 200)
  const another = await startCarrier(t, '127.0.0.9', server.sip)
  t.equal(await another.call({ method: 'OPTIONS' }).isDecided(), 403, 'who is no carrier does not learn whether this way is open')
})
