import t from 'tap'
import { addressText, readAddress } from '../../../src/pbx/node-rows/rules/address.ts'
import { leastBusy, type NodeNow } from '../../../src/pbx/node-rows/rules/least-busy.ts'
import { nodeAfter, type NodeFacts, type NodeStep } from '../../../src/pbx/node-rows/rules/node-life.ts'
import { refusesNew, refusesTried, type KnownNode, type TriedNode } from '../../../src/pbx/node-rows/rules/new-node.ts'

t.test('something new goes to the least busy PBX that has a link and is not draining', async t => {
  const node = (name: string, busy: number, how = ''): NodeNow => ({
    name, busy, linked: !how.includes('no link'), draining: how.includes('draining')
  })
  const rows: Array<[what: string, nodes: NodeNow[], chosen: string | undefined]> = [
    ['none', [], undefined],
    ['equally busy: the first', [node('pbx2', 3), node('pbx1', 3)], 'pbx2'],
    ['the least busy', [node('pbx1', 4), node('pbx2', 3), node('pbx3', 9)], 'pbx2'],
    ['a draining one gets nothing', [node('pbx1', 0, 'draining'), node('pbx2', 50)], 'pbx2'],
    ['nor one without a link', [node('pbx1', 0, 'no link'), node('pbx2', 50)], 'pbx2'],
    ['a draining one rather than nobody', [node('pbx1', 0, 'no link'), node('pbx2', 5, 'draining')], 'pbx2'],
    ['no link at all: the one that is not draining', [node('pbx1', 0, 'no link, draining'), node('pbx2', 5, 'no link')], 'pbx2']
  ]
  for (const [what, nodes, chosen] of rows) t.equal(leastBusy(nodes), chosen, what)
})

t.test('a PBX is drained before it is removed, and somebody is left who takes calls', async t => {
  const idle: NodeFacts = { state: 'active', othersActive: 1, living: 0 }
  const rows: Array<[step: NodeStep, facts: Partial<NodeFacts>, after: string]> = [
    ['drain', {}, 'draining'],
    ['drain', { living: 20 }, 'draining'],
    ['drain', { othersActive: 0 }, 'pbx-node-last'],
    ['drain', { state: 'draining' }, 'already-done'],
    ['drain', { state: 'removed' }, 'transition-not-allowed'],
    ['activate', { state: 'draining', othersActive: 0 }, 'active'],
    ['activate', {}, 'already-done'],
    ['activate', { state: 'removed' }, 'transition-not-allowed'],
    ['remove', { state: 'draining' }, 'removed'],
    ['remove', {}, 'transition-not-allowed'],
    ['remove', { state: 'draining', living: 1 }, 'pbx-node-busy'],
    ['remove', { state: 'draining', othersActive: 0 }, 'pbx-node-last'],
    ['remove', { state: 'removed' }, 'already-done']
  ]
  for (const [step, facts, wanted] of rows) {
    const after = nodeAfter(step, { ...idle, ...facts })
    t.equal('to' in after ? after.to : after.refused, wanted, `${step} ${JSON.stringify(facts)}`)
  }
})

t.test('names and addresses are given once', async t => {
  const known = (name: string, n: number, more: Partial<KnownNode> = {}): KnownNode => ({
    name,
    sip: `10.0.0.${n}:5060`,
    ami: `10.0.0.${n}:5038`,
    door: `10.0.0.${n}:9621`,
    webSocketUrl: `wss://pbx${n}.example/ws`,
    state: 'active',
    startedAt: null,
    ...more
  })
  const there = [known('pbx1', 1), known('pbx2', 2, { state: 'draining' }), known('pbx3', 3, { state: 'removed' })]
  const rows: Array<[wanted: KnownNode, refused: unknown]> = [
    [known('pbx4', 4), null],
    [known('pbx2', 4), { code: 'pbx-node-taken' }],
    [known('pbx3', 4), null],
    [known('pbx4', 3), null],
    [known('pbx4', 4, { sip: '10.0.0.2:5060' }), { code: 'pbx-node-address-taken', field: 'sip', by: 'pbx2' }],
    [known('pbx4', 4, { ami: '10.0.0.1:5038' }), { code: 'pbx-node-address-taken', field: 'ami', by: 'pbx1' }],
    [known('pbx4', 4, { door: '10.0.0.1:9621' }), { code: 'pbx-node-address-taken', field: 'door', by: 'pbx1' }],
    [known('pbx4', 4, { door: null }), null],
    [known('pbx4', 4, { webSocketUrl: 'wss://pbx1.example/ws' }), { code: 'pbx-node-address-taken', field: 'webSocketUrl', by: 'pbx1' }]
  ]
  for (const [wanted, refused] of rows) t.same(refusesNew(wanted, there), refused, JSON.stringify(wanted))
  t.equal(refusesNew(known('pbx4', 4, { door: null }), [known('pbx1', 1, { door: null })]), null, 'two without a door')
})

t.test('the PBX that answers is the one that is meant', async t => {
  const at = (second: number): Date => new Date(Date.UTC(2026, 10, 30, 12, 0, second))
  const said: TriedNode = { systemName: 'pbx2', startedAt: at(30), besides: 'pbx2' }
  const rows: Array<[tried: Partial<TriedNode>, known: Date | null, refused: unknown]> = [
    [{}, null, null],
    [{ besides: null }, null, null],
    [{ systemName: 'pbx1' }, null, { code: 'pbx-node-misnamed', at: 'ami', says: 'pbx1' }],
    [{ systemName: '' }, null, { code: 'pbx-node-misnamed', at: 'ami', says: '' }],
    [{ besides: 'pbx1' }, null, { code: 'pbx-node-misnamed', at: 'door', says: 'pbx1' }],
    [{}, at(30), null],
    [{}, at(29), null],
    [{}, at(31), null],
    [{}, at(32), { code: 'pbx-node-older' }]
  ]
  for (const [tried, startedAt, refused] of rows) {
    t.same(refusesTried('pbx2', { ...said, ...tried }, { startedAt }), refused, JSON.stringify([tried, startedAt]))
  }
})

t.test('an address is a host and a port, and nothing that could end a line', async t => {
  for (const text of ['10.0.0.3:5060', 'pbx2.example:1', '[fd00::3]:65535']) {
    t.equal(addressText(readAddress(text) ?? { host: '', port: 0 }), text)
  }
  const none = ['', '10.0.0.3', '10.0.0.3:0', '10.0.0.3:65536', 'a b:1', 'a;b:1', 'a\n:1', '-a:1', ':5060', 'fd00::3:5060', '[x]:1',
    '[:::]:1', '999.0.0.3:1', '10.3:1']
  for (const text of none) t.equal(readAddress(text), null, JSON.stringify(text))
})
