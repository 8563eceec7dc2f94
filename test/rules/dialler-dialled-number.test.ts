import { test } from 'tap'
import { trunkSpelling } from '../../src/dialler/rules/dialled-number.ts'
import { parsePhoneNumber } from '../../src/domain/phone-number.ts'

test('a zero stands before mobiles of other towns only where the carrier wants it', async t => {
  const mobile = parsePhoneNumber('13900001001')
  t.equal(trunkSpelling(mobile, '0', false), '13900001001')
  t.equal(trunkSpelling(mobile, '0', true), '013900001001')
  t.equal(trunkSpelling(mobile, '', true), '13900001001')
  t.equal(trunkSpelling(parsePhoneNumber('021-50008001'), '0', false), '50008001')
})
