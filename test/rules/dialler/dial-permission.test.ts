// One rule for everything that can make the trunk ring: each kind of number × who dials, written down here by hand.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { dialPermissionPage } from '../../../src/dialler/permission/dial-permission-page.ts'
import { refusal, type NamedPrefixes, type OurNumbers, type WhoDials } from '../../../src/dialler/permission/rules/dial-permission.ts'
import { callerNumber } from '../../../src/domain/telephone/phone-number.ts'

const ours: OurNumbers = {
  centres: new Set(['+862150009110', '+862150009120']),
  lines: new Set(['962000', '+862150002001', '+862150002100'])
}
const nothing: NamedPrefixes = { byHand: [], automatic: [] }
const asked = (number: string, who: WhoDials, named = nothing): string => refusal(number, who, ours, named)?.code ?? 'rings'

const emergency = ['emergency-number-refused', 'emergency-number-refused', 'emergency-number-refused', 'emergency-number-refused']
const off = (n: number): string[] => Array.from({ length: n }, () => 'number-not-permitted')
/** machine, person, emergency dial, an agent's own telephone */
const table: Array<[what: string, numbers: string[], expected: string[]]> = [
  ['an emergency centre in any spelling',
    ['110', '+86110', '+8621110', '+86 021 119', '0086120', '122', '112', '021112', '+862 1110', '11012345', '1201'], emergency],
  ['a number configured for a centre', ['+862150009110', '+862150009120', '+862150009110;ext=1'], emergency],
  ['a line of our own', ['962000', '+862150002001', '+862150002100'], off(4)],
  ['a subscriber of the country', ['+8613900001001', '+862150008001', '+8651261101234', '+861061101234', '+862150009119'],
    ['rings', 'rings', 'rings', 'number-not-permitted']],
  ['a hotline, a company, a device, a satellite mobile',
    ['95598', '962777', '12345', '10086', '14912345678', '+864008209999', '+8613491234567', '+8617401234567'],
    ['number-not-permitted', 'rings', 'rings', 'number-not-permitted']],
  ['abroad, satellite and premium',
    ['+12025550143', '+19005550123', '+85223456789', '+8821000', '+88216000000', '+870773000000', '+8813412345'], off(4)],
  ['other digits', ['16812345', '17911110', '114', '121', '128', '051212345', '0512110', '10000000'], off(4)],
  ['no number at all', ['', 'abc', '50008001', '+0123456', '+86', '+8613900001001;x', '+8613900001001\r\nAction: x'],
    Array.from({ length: 4 }, () => 'not-a-phone-number')]
]
for (const [what, numbers, expected] of table) {
  t.test(what, async t => {
    for (const number of numbers) {
      t.same((['machine', 'person', 'emergency', 'telephone'] as const).map(who => asked(number, who)), expected, JSON.stringify(number))
    }
  })
}

t.test('a prefix that a setting names opens what it names, by hand or for the machine', async t => {
  const named: NamedPrefixes = { byHand: ['+852', '+870', '168', '+1'], automatic: ['+886', '95598', '400'] }
  for (const [number, machine, person] of [
    ['+85223456789', false, true], ['+886223456789', true, false], ['+870773000000', false, true], ['+8821000', false, false],
    ['+12025550143', false, true], ['95598', true, true], ['95588', false, true], ['+864008209999', true, true], ['16812345', false, true],
    ['16912345', false, false], ['110', false, false], ['+862150009110', false, false], ['962000', false, false]
  ] as const) {
    t.same([asked(number, 'machine', named), asked(number, 'person', named), asked(number, 'emergency', named)].map(a => a === 'rings'),
      [machine, person, person], number)
  }
  t.equal(asked('+19005550123', 'person', named), 'number-not-permitted', 'a country does not name its premium numbers')
  t.equal(asked('+19005550123', 'person', { byHand: ['+1900'], automatic: [] }), 'rings')
  t.equal(asked('110', 'person', { byHand: ['110', '1', '+', ''], automatic: [] }), 'emergency-number-refused',
    'nothing names an emergency centre')
})

t.test('a machine asks no switchboard for an extension; a person and an emergency dial ring the number', async t => {
  t.same((['machine', 'person', 'emergency'] as const).map(who => asked('+862150008001;ext=801', who)),
    ['number-not-permitted', 'rings', 'rings'])
})

t.test('for any caller number, the machine rings subscribers of the country alone', async t => {
  for (const sent of [
    '+1900555', '0019005550123', '008821000', '+882160000', '95588', '021-95588', '149 1234 5678', '110', '50009110', '02150009110',
    '0086 21 5000 9110', '962000', '021962000', '1', '12345678901234567890'
  ]) {
    const known = callerNumber(sent)
    t.ok(known === null || asked(known, 'machine') !== 'rings', sent)
  }
  for (const sent of ['86013711112222', '8613711112222', '013711112222', '50008001']) {
    t.equal(asked(callerNumber(sent) ?? '', 'machine'), 'rings', sent)
  }
})

t.test('docs/dial-permission.md is generated from the rule', async t => {
  t.equal(readFileSync(new URL('../../../docs/dial-permission.md', import.meta.url), 'utf8'), dialPermissionPage())
})
