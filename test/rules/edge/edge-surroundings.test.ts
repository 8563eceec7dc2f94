import { test } from 'tap'
import { nodesInUse, type EdgeNode, type KnownNode } from '../../../src/edge/rules/surroundings.ts'

const at = (host: string): EdgeNode['sip'] => ({ host, port: 5060 })
const node = (name: string, host: string): EdgeNode => ({ name, sip: at(host), ami: at(host) })
const row = (name: string, host: string, draining = false): KnownNode => ({ ...node(name, host), draining })

test('calls go to the PBXs of the rows; the settings name other addresses, and all of them without rows', async t => {
  const table: Array<[what: string, rows: KnownNode[], settings: EdgeNode[], expected: KnownNode[]]> = [
    ['no row', [], [node('a', '10.0.0.1')], [row('a', '10.0.0.1')]],
    ['rows alone', [row('a', '10.0.0.1'), row('b', '10.0.0.2', true)], [], [row('a', '10.0.0.1'), row('b', '10.0.0.2', true)]],
    ['another address', [row('a', '10.0.0.1', true)], [node('a', '192.168.0.1')], [row('a', '192.168.0.1', true)]],
    ['a node that was removed', [row('b', '10.0.0.2')], [node('a', '10.0.0.1')], [row('b', '10.0.0.2')]]
  ]
  for (const [what, rows, settings, expected] of table) t.same(nodesInUse(rows, settings), expected, what)
})
