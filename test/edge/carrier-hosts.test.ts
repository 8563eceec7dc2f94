import t from 'tap'
import { addressesAtStart, createCarrierHosts } from '../../src/edge/carrier-hosts.ts'
import { trunkFinder } from '../../src/edge/trunk-networks.ts'
import { until } from '../../src/servers/until.ts'

await t.test('a carrier\'s name: what was known before counts until it is found, and while nobody knows it', async t => {
  const hosts = createCarrierHosts(() => performance.now())
  t.same(hosts.addressesOf('10.1.1.1', []), ['10.1.1.1'])
  t.same(hosts.addressesOf('localhost', ['10.1.1.2']), ['10.1.1.2'], 'nothing waits')
  await until(() => hosts.addressesOf('localhost', ['10.1.1.2']).includes('127.0.0.1'), { what: 'the name is found' })
  t.same(hosts.addressesOf('carrier.invalid', ['10.1.1.3']), ['10.1.1.3'])
  await t.rejects(addressesAtStart('carrier.invalid'))
  t.same(hosts.addressesOf('carrier.invalid', ['10.1.1.3']), ['10.1.1.3'])
})

t.test('whose address it is: single ones and networks of both families; the first trunk goes first', async t => {
  const trunk = (name: string, ...networks: string[]) => ({ name, networks, callsPerSecond: 1, remainInDialog: false })
  const find = trunkFinder([trunk('trunk', '10.1.1.1', '10.8.0.0/16'), trunk('trunk2', '10.8.1.1', 'fd00:1::/32', 'no address')])
  const table: Record<string, string | null> = {
    '10.1.1.1': 'trunk', '10.8.255.255': 'trunk', '10.8.1.1': 'trunk', 'fd00:1:2::3': 'trunk2', '10.9.0.1': null, 'fd01::1': null, '': null
  }
  for (const [source, name] of Object.entries(table)) t.equal(find(source)?.name ?? null, name, source)
})
