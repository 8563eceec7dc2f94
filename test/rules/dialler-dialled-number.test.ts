import { test } from 'tap'
import { checkDialled, trunkSpelling } from '../../src/dialler/rules/dialled-number.ts'
import { parsePhoneNumber, type PhoneNumber } from '../../src/domain/phone-number.ts'

for (const spelling of ['110', '+86110', '+8621110', '+86 021 119', '0086120', '122', '112', '021112', '+862 1110']) {
  test(`"${spelling}" is never dialled`, async t => { t.throws(() => { checkDialled(spelling as PhoneNumber) }, { code: 'emergency-number-refused' }) })
}
for (const spelling of ['', '50008001', '+0123456', '+86', '+8613900001001;x', '+8613900001001\r\nAction: x']) {
  test(`"${JSON.stringify(spelling)}" is not written in E.164`, async t => { t.throws(() => { checkDialled(spelling as PhoneNumber) }, { code: 'not-a-phone-number' }) })
}
test('a zero stands before mobiles of other towns only where the carrier wants it', async t => {
  const mobile = parsePhoneNumber('13900001001')
  t.equal(trunkSpelling(mobile, '0', false), '13900001001')
  t.equal(trunkSpelling(mobile, '0', true), '013900001001')
  t.equal(trunkSpelling(mobile, '', true), '13900001001')
  t.equal(trunkSpelling(parsePhoneNumber('021-50008001'), '0', false), '50008001')
})
