import { test } from 'tap'
import { isOutOfTown, trunkSpelling } from '../../../src/dialler/permission/rules/dialled-number.ts'
import { parsePhoneNumber } from '../../../src/domain/telephone/phone-number.ts'

test('a zero stands before mobiles of other towns only where the carrier wants it', async t => {
  const mobile = parsePhoneNumber('13900001001')
  t.equal(trunkSpelling(mobile, '0', false), '13900001001')
  t.equal(trunkSpelling(mobile, '0', true), '013900001001')
  t.equal(trunkSpelling(mobile, '', true), '13900001001')
  t.equal(trunkSpelling(parsePhoneNumber('021-50008001'), '0', false), '50008001')
})

test('a mobile is of another place when its first seven digits are not on the carrier\'s list', async t => {
  const local = new Set(['1390000', '1360001'])
  for (const [number, out] of [
    ['13900001001', false], ['13600010000', false], ['13900011001', true], ['13800001001', true], ['50008001', false],
    ['0512 61101234', false], ['95598', false], ['+1 202 555 0143', false]
  ] as const) {
    t.equal(isOutOfTown(parsePhoneNumber(number), local), out, number)
  }
})
