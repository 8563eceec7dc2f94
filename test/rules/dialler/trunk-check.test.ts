import t from 'tap'
import { checkTrunk, dialplanOrder, shareOf, type TrunkAround } from '../../../src/dialler/trunks/rules/trunk-check.ts'
import type { TrunkFields } from '../../../src/dialler/trunks/rules/trunk.ts'
import { trialResult, type TrialLeg } from '../../../src/dialler/trunks/rules/trial.ts'
import { DomainError } from '../../../src/domain/errors.ts'

const trunk = (over: Partial<TrunkFields> = {}): TrunkFields => ({
  name: '备用线路',
  enabled: true,
  direction: 'both',
  address: '10.9.9.1:5060',
  sources: '',
  transport: 'udp',
  srtp: false,
  priority: 1,
  weight: 10,
  costClass: 1,
  callerId: '962000',
  outOfTownPrefix: '',
  channels: 30,
  reservedInbound: 3,
  callsPerSecond: 10,
  edgeCallsPerSecond: 30,
  qualifySeconds: 3,
  keys: 'rfc4733',
  outboundProxy: '',
  remainInDialog: false,
  ...over
})
const other = trunk({ address: '10.9.9.2:5060' })
const around = (over: Partial<TrunkAround> = {}): TrunkAround =>
  ({ others: [other], ours: ['10.1.1.1:5060', '10.1.1.9'], hosts: ['10.9.9.1'], proxyHosts: [], knowsLocalMobiles: true, ...over })

const table: Array<[what: string, Partial<TrunkFields>, Partial<TrunkAround>, code: string | null, field?: string]> = [
  ['a usual one', {}, {}, null],
  ['the address of a PBX of ours', { address: '10.1.1.1:5060' }, { hosts: ['10.1.1.1'] }, 'trunk-is-ours', 'address'],
  ['another port of that machine is somebody else', { address: '10.1.1.1:5080' }, { hosts: ['10.1.1.1'] }, null],
  ['an edge of ours, whatever the port', { address: '10.1.1.9:5081' }, { hosts: ['10.1.1.9'] }, 'trunk-is-ours', 'address'],
  ['a name that leads to a PBX of ours', { address: 'carrier.example:5060' }, { hosts: ['carrier.example', '10.1.1.1'] }, 'trunk-is-ours',
    'address'],
  ['a port that is none', { address: '10.9.9.1:70000' }, {}, 'invalid-input', 'address'],
  ['an IPv6 address that is none', { address: '[:::::]:5060' }, { hosts: ['10.9.9.1'] }, 'invalid-input', 'address'],
  ['an IPv4 address that is none', { address: '999.9.9.1:5060' }, { hosts: ['999.9.9.1'] }, 'invalid-input', 'address'],
  ['half an IPv4 address', { address: '10.9.1:5060' }, { hosts: ['10.9.1'] }, 'invalid-input', 'address'],
  ['this machine, whichever it is', { address: '0.0.0.0:5060' }, { hosts: ['0.0.0.0'] }, 'invalid-input', 'address'],
  ['the same of IPv6', { address: '[0:0::0]:5060' }, { hosts: ['0:0::0'] }, 'invalid-input', 'address'],
  ['an IPv6 address', { address: '[fd00:0::3]:5060' }, { hosts: ['fd00:0::3'] }, null],
  ['a proxy', { outboundProxy: '10.9.9.7:5060' }, {}, null],
  ['a proxy with a port that is none', { outboundProxy: '10.9.9.7:70000' }, {}, 'invalid-input', 'outboundProxy'],
  ['a proxy without an address', { outboundProxy: '[:::]:5060' }, {}, 'invalid-input', 'outboundProxy'],
  ['a PBX of ours as proxy', { outboundProxy: 'pbx.example:5060' }, { proxyHosts: ['pbx.example', '10.1.1.1'] },
    'trunk-is-ours', 'outboundProxy'],
  ['a proxy on the machine of an edge', { outboundProxy: '10.1.1.9:5062' }, {}, null],
  ['the address of another trunk', { address: '10.9.9.2:5060' }, {}, 'trunk-address-taken', 'address'],
  ['a proxy that is a PBX of ours', { outboundProxy: '10.1.1.1:5060' }, { proxyHosts: ['10.1.1.1'] }, 'trunk-is-ours', 'outboundProxy'],
  ['a proxy beside that PBX', { outboundProxy: '10.1.1.1:5070' }, { proxyHosts: ['10.1.1.1'] }, null],
  ['calls from further addresses', { sources: '10.8.0.0/16, 10.9.9.3 fd00:1::/48' }, {}, null],
  ['calls from a name', { sources: 'carrier.example' }, {}, 'no-network', 'sources'],
  ['calls from an address that is none', { sources: '10.8.0.0/16,10.8' }, {}, 'no-network', 'sources'],
  ['calls from everywhere', { sources: '0.0.0.0/0' }, {}, 'network-too-wide', 'sources'],
  ['calls from a half of IPv6', { sources: 'fd00::/31' }, {}, 'network-too-wide', 'sources'],
  ['calls from where a PBX of ours stands', { sources: '10.1.1.0/24' }, {}, 'trunk-is-ours', 'sources'],
  ['calls from another trunk\'s host', { sources: '10.9.9.0/30' }, {}, 'trunk-source-taken', 'sources'],
  ['calls from a part of another trunk\'s network', { sources: '10.8.1.1' }, { others: [{ ...other, sources: '10.8.0.0/16' }] },
    'trunk-source-taken', 'sources'],
  ['calls from around another trunk\'s network', { sources: '10.8.0.0/15' }, { others: [{ ...other, sources: '10.8.3.0/24' }] },
    'trunk-source-taken', 'sources'],
  ['an address within another trunk\'s network', { address: '10.8.1.1:5060' },
    { hosts: ['10.8.1.1'], others: [{ ...other, sources: '10.8.0.0/16' }] }, 'trunk-source-taken', 'address'],
  ['encrypted sound without TLS', { srtp: true, transport: 'tcp' }, {}, 'srtp-needs-tls', 'srtp'],
  ['encrypted sound with TLS', { srtp: true, transport: 'tls' }, {}, null],
  ['all channels kept for callers', { reservedInbound: 30 }, {}, 'reserve-too-large', 'reservedInbound'],
  ['a prefix without a list of local mobiles', { outOfTownPrefix: '0' }, { knowsLocalMobiles: false }, 'no-local-mobiles',
    'outOfTownPrefix'],
  ['a prefix with it', { outOfTownPrefix: '0' }, {}, null],
  ['the last one disabled', { enabled: false }, { others: [] }, 'trunk-is-last', 'enabled'],
  ['the last one for calls coming in alone', { direction: 'in' }, { others: [{ ...other, enabled: false }] }, 'trunk-is-last', 'direction'],
  ['not the last', { enabled: false }, {}, null]
]
for (const [what, over, beside, code, field] of table) {
  t.test(`a trunk that is entered: ${what}`, async t => {
    let refused: DomainError | null = null
    try {
      checkTrunk(trunk(over), around(beside))
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      refused = error
    }
    t.equal(refused?.code ?? null, code)
    t.equal(refused?.details.field, field)
  })
}

t.test('the order in which the dialplan itself uses trunks', async t => {
  const named = (id: string, over: Partial<TrunkFields> = {}) => ({ id, ...trunk(over) })
  const order = (...trunks: Array<ReturnType<typeof named>>): string => dialplanOrder(trunks).map(one => one.id).join(' ')
  t.equal(order(named('trunk', { priority: 2 }), named('trunk2'), named('trunk3', { weight: 20 })), 'trunk3 trunk2 trunk')
  t.equal(order(named('trunk10'), named('trunk9')), 'trunk9 trunk10', 'equals by age')
  t.equal(order(named('trunk', { enabled: false }), named('trunk2', { direction: 'in' }), named('trunk3')), 'trunk3')
  t.equal(order(named('trunk'), named('trunk2', { outOfTownPrefix: '0' })), 'trunk', 'one that spells numbers otherwise is left out')
})

t.test('the part of each PBX', async t => {
  t.same([shareOf(60, 1), shareOf(60, 2), shareOf(60, 7), shareOf(1, 2), shareOf(5, 0)], [60, 30, 8, 1, 5])
})

const leg = (over: Partial<TrialLeg>, press = '', hold = ''): TrialLeg => ({
  outcome: 'confirmed',
  doneResult: 'complete',
  answered: true,
  keys: [{ question: 'press', key: press }, { question: 'hold', key: hold }].filter(one => one.key !== ''),
  ...over
})
const trials: Array<[what: string, TrialLeg, result: string | null]> = [
  ['under way', leg({ outcome: null }), null],
  ['each key once', leg({}, '1', '5'), 'clean'],
  ['the tap twice', leg({}, '11', '5'), 'keys-doubled'],
  ['the held key alone twice', leg({}, '1', '55'), 'keys-doubled'],
  ['doubled, and hung up before the end', leg({ doneResult: null }, '11'), 'keys-doubled'],
  ['no key', leg({ outcome: 'answered-not-confirmed' }), 'no-keys'],
  ['one of two keys', leg({}, '1'), 'keys-wrong'],
  ['another key', leg({}, '2', '5'), 'keys-wrong'],
  ['no packet', leg({ outcome: 'answered-not-confirmed', doneResult: 'no-sound' }), 'no-sound'],
  ['hung up early', leg({ outcome: 'answered-not-confirmed', doneResult: null }), 'hung-up'],
  ['busy', leg({ outcome: 'busy', doneResult: null, answered: false }), 'not-answered'],
  ['the carrier says nothing', leg({ outcome: 'no-response', doneResult: null, answered: false }), 'no-response'],
  ['the carrier refuses', leg({ outcome: 'congestion', doneResult: null, answered: false }), 'carrier-refuses'],
  ['given up, no channel was free', leg({ outcome: 'cancelled', doneResult: null, answered: false }), 'not-placed']
]
for (const [what, found, result] of trials) t.test(`a trial call: ${what}`, async t => { t.equal(trialResult(found), result) })
