// A number is one caller in every spelling, and none that rings an emergency centre is ever taken for one.
import t from 'tap'
import { dialString, isEmergencyNumber, parsePhoneNumber } from '../../src/domain/phone-number.ts'

const outcome = (text: string): string => {
  try {
    return parsePhoneNumber(text)
  } catch (error) {
    return (error as { code: string }).code
  }
}

t.test('one caller, one spelling', async t => {
  const rows: Array<[string, string[], string]> = [
    ['+862150008001', ['50008001', '5000 8001', '021-50008001', '(021)50008001', '+86 21 5000 8001', '0086 21 50008001', '8621 5000 8001', '５０００８００１'], '50008001'],
    ['+8613900001001', ['13900001001', '139-0000-1001', '+86 139 0000 1001', '008613900001001', '86 139 0000 1001', '013900001001', '＋８６１３９００００１００１'], '13900001001'],
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

t.test('what rings an emergency centre is refused', async t => {
  for (const centre of ['110', '119', '120', '122', '112']) {
    const short = [centre, `0${centre}`, `+86${centre}`, `0086 ${centre}`, `021-${centre}`, `+86 (0)21 ${centre}`, `9${centre}`, centre.replace(/./g, d => String.fromCharCode(d.charCodeAt(0) + 0xFEE0))]
    for (const text of short) t.ok(isEmergencyNumber(text), text)
    // An exchange listens no further than the centre's number, whatever digits follow it.
    for (const text of [...short, `${centre}12345`, `021-${centre}12345`, `+8621${centre}12345`, `0512 ${centre}12345`, `0596 ${centre}1234`]) t.equal(outcome(text), 'emergency-number-refused', text)
  }
})

t.test('what is no subscriber\'s number is refused', async t => {
  for (const text of ['', 'abc', '12', '+1', '95588', '962000', '95110000', '17911110', '17951 119', '50008001;x', 'sip:110@x', '*31#110', '110\u200B', '1'.repeat(41)]) t.equal(outcome(text), 'not-a-phone-number', text)
  for (const text of ['50008001\r\nAction: Hangup', '5000\u00008001']) t.equal(outcome(text), 'control-character', JSON.stringify(text))
})
