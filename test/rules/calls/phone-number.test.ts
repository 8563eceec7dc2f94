// A number is one caller in every spelling, and none that rings an emergency centre is ever taken for one.
import t from 'tap'
import { beforeAMobile, spelledBefore, spelledNumbers } from '../../harness/stories/spellings.ts'
import {
  callerNumber, dialString, isEmergencyNumber, maskNumber, numberKey, parsePhoneNumber, parseTypedNumber, shownFully, withExtension,
  withoutExtension
} from '../../../src/domain/telephone/phone-number.ts'

const outcome = (text: string): string => {
  try {
    return parsePhoneNumber(text)
  } catch (error) {
    return (error as { code: string }).code
  }
}

t.test('one caller, one spelling', async t => {
  const rows: Array<[string, string[], string]> = [
    [
      '+862150008001',
      [
        '50008001', '5000 8001', '021-50008001', '(021)50008001', '+86 21 5000 8001', '0086 21 50008001', '8621 5000 8001', '862150008001',
        '86021-50008001', '５０００８００１', '5000/8001', '5000·8001'
      ],
      '50008001'
    ],
    [
      '+8613900001001',
      [
        '13900001001', '139-0000-1001', '+86 139 0000 1001', '008613900001001', '86 139 0000 1001', '013900001001', '0860 139 0000 1001',
        '17951 139 0000 1001', '021 139 0000 1001', '86013900001001', '+86013900001001', '0086013900001001', 'tel:+86-139-0000-1001',
        '139·0000·1001', '\u202D139 0000 1001\u202C', '139\u200B0000\u200B1001', '手机：13900001001', '139—0000—1001', '139．0000．1001',
        '139_0000_1001', 'TEL. 13900001001', '＋８６１３９００００１００１'
      ],
      '13900001001'
    ],
    ['+8651261101234', ['0512 6110 1234', '+86 512 61101234'], '051261101234'],
    ['+862161101190', ['61101190'], '61101190'],
    ['+864008209999', ['400 820 9999'], '4008209999'],
    ['+12025550143', ['+1 202 555 0143', '001 202 555 0143'], '0012025550143']
  ]
  for (const [number, spellings, dialled] of rows) {
    for (const text of spellings) t.equal(outcome(text), number, text)
    t.equal(dialString(number as ReturnType<typeof parsePhoneNumber>), dialled)
  }
})

t.test('numbers of emergency centres are refused', async t => {
  for (const centre of ['110', '119', '120', '122', '112']) {
    const short = [
      centre, `0${centre}`, `+86${centre}`, `0086 ${centre}`, `021-${centre}`, `+86 (0)21 ${centre}`, `9${centre}`,
      centre.replace(/./g, d => String.fromCharCode(d.charCodeAt(0) + 0xFEE0))
    ]
    for (const text of short) t.ok(isEmergencyNumber(text), text)
    // An exchange listens no further than the centre's number, whatever digits follow it.
    for (const text of [
      ...short, `${centre}12345`, `021-${centre}12345`, `+8621${centre}12345`, `0512 ${centre}12345`, `0596 ${centre}1234`
    ]) {
      t.equal(outcome(text), 'emergency-number-refused', text)
    }
  }
})

t.test('digits that are no number are refused', async t => {
  for (const text of [
    '', 'abc', '12', '+1', '13900001', '17911110', '17951 119', '16812345', '114', '50008001;x', 'sip:110@x', '*31#110',
    '13900001001、13900001002', '1'.repeat(61)
  ]) {
    t.equal(outcome(text), 'not-a-phone-number', text)
  }
  for (const text of ['50008001\r\nAction: Hangup', '5000\u00008001']) t.equal(outcome(text), 'control-character', JSON.stringify(text))
  for (const text of ['110\u200B', '1\u202D10', '①①⓪', '110转801', '021·110']) t.equal(outcome(text), 'emergency-number-refused', text)
})

t.test('services\' short codes are numbers, in one spelling', async t => {
  for (const [code, spellings] of Object.entries({
    95598: ['95598', '021-95598', '+86 95598', '+86 21 95598', '0086 21 95598', '９５５９８'],
    962777: ['962777', '021 962777', '+8621962777'],
    12345: ['12345', '021-12345', '+8612345'],
    10086: ['10086'],
    10105777: ['10105777'],
    14912345678: ['149 1234 5678', '+8614912345678', '014912345678']
  })) {
    for (const text of spellings) t.equal(outcome(text), code, text)
    t.equal(dialString(code as ReturnType<typeof parsePhoneNumber>), code)
  }
})

t.test('an extension is kept beside the number', async t => {
  for (const text of [
    '021-50008001转801', '50008001 转 801', '5000 8001 分机801', '50008001-801', '021-50008001—801', '50008001 ext. 801', '50008001x801',
    '50008001#801', '+86 21 50008001;ext=801', '50008001，801', '（021）50008001转接：801'
  ]) {
    t.same(parseTypedNumber(text), { number: '+862150008001', extension: '801' }, text)
  }
  t.same(parseTypedNumber('139-0000-1001'), { number: '+8613900001001', extension: null }, 'a dash within a number is none')
  const kept = withExtension(parsePhoneNumber('50008001'), '801')
  t.equal(kept, '+862150008001;ext=801')
  t.same([withoutExtension(kept), dialString(kept), maskNumber(kept), shownFully(kept)],
    ['+862150008001', '50008001', '****8001', '50008001转801'])
  t.equal(parsePhoneNumber(kept), '+862150008001', 'a stored number is read again')
})

t.test('a caller is known by the number the carrier sent, dialable or not', async t => {
  const rows: Array<[string | null, string[]]> = [
    ['95588', ['95588', '02195588', '+8695588', '+862195588', '00862195588']],
    ['12345', ['12345', '02112345']],
    ['051212345', ['051212345', '+8651212345']],
    ['14912345678', ['14912345678', '+8614912345678', '8614912345678', '86014912345678']],
    ['110', ['110', '021110', '+86110', '+8621110']],
    ['962000', ['962000', '021962000']],
    ['+8613711112222', ['13711112222', '86013711112222', '8613711112222', '+86013711112222', '0086013711112222', '013711112222']],
    ['+862186200012', ['2186200012', '86200012', '+862186200012']],
    ['+19005550123', ['+19005550123', '0019005550123']],
    ['+8821000', ['+8821000', '008821000']],
    ['1000', ['1000']],
    [null, ['', '0', 'anonymous', '1;2', '12']]
  ]
  for (const [known, spellings] of rows) for (const text of spellings) t.equal(callerNumber(text), known, text)
})

t.test('each number a carrier sends has the key it is known by, and a spelling changes no key', async t => {
  let tried = 0
  for (const before of spelledBefore) {
    for (const number of spelledNumbers) {
      const raw = before + number
      const known = callerNumber(raw)
      if (raw.length > 20 || known === null) continue
      tried++
      if (numberKey(raw) !== numberKey(known)) t.fail(`${raw} is known as ${known}: ${numberKey(raw)}, ${numberKey(known)}`)
    }
  }
  t.ok(tried > 800, `${tried} spellings`)
  for (const before of beforeAMobile) t.equal(callerNumber(`${before}13900001061`), '+8613900001061', before)
  for (const before of beforeAMobile) t.equal(numberKey(`${before}13900001061`), '13900001061', before)
  t.equal(numberKey('+862150008001;ext=801'), '50008001')
})
