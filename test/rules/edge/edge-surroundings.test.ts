import { test } from 'tap'
import { nodesInUse, trunksInUse, type EdgeNode, type KnownNode, type Trunk } from '../../../src/edge/rules/surroundings.ts'

const at = (host: string): EdgeNode['sip'] => ({ host, port: 5060 })
const node = (name: string, host: string): EdgeNode => ({ name, sip: at(host), ami: at(host) })
const row = (name: string, host: string, draining = false): KnownNode => ({ ...node(name, host), draining })
const trunk = (name: string, network: string): Trunk => ({ name, network, callsPerSecond: 10, remainInDialog: false })

test('calls go to the PBXs of the rows; the settings name other addresses, and all of them without rows', async t => {
  const table: Array<[what: string, rows: KnownNode[], settings: EdgeNode[], expected: KnownNode[]]> = [
    ['no row', [], [node('a', '10.0.0.1')], [row('a', '10.0.0.1')]],
    ['rows alone', [row('a', '10.0.0.1'), row('b', '10.0.0.2', true)], [], [row('a', '10.0.0.1'), row('b', '10.0.0.2', true)]],
    ['another address', [row('a', '10.0.0.1', true)], [node('a', '192.168.0.1')], [row('a', '192.168.0.1', true)]],
    ['a node that was removed', [row('b', '10.0.0.2')], [node('a', '10.0.0.1')], [row('b', '10.0.0.2')]]
  ]
  for (const [what, rows, settings, expected] of table) t.same(nodesInUse(rows, settings), expected, what)
})

test('carriers: of the settings and of the rows; the service\'s one trunk until rows are known', async t => {
  const service = trunk('trunk', '10.1.1.1')
  const table: Array<[what: string, rows: Trunk[], set: Trunk[], expected: string[]]> = [
    ['nothing known', [], [], ['trunk 10.1.1.1']],
    ['settings', [], [trunk('city', '10.2.0.0/16')], ['city 10.2.0.0/16']],
    ['rows', [trunk('trunk', '10.3.0.1'), trunk('trunk2', '10.3.0.2')], [], ['trunk 10.3.0.1', 'trunk2 10.3.0.2']],
    ['both: the settings first', [trunk('trunk', '10.3.0.1')], [trunk('city', '10.2.0.0/16')], ['city 10.2.0.0/16', 'trunk 10.3.0.1']]
  ]
  for (const [what, rows, set, expected] of table) {
    t.same(trunksInUse(rows, { set, service }).map(({ name, network }) => `${name} ${network}`), expected, what)
  }
})
