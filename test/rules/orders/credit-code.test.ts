// 统一社会信用代码 (GB 32100-2015): eighteen signs of which the last checks the others.
import t from 'tap'
import { creditCode } from '../../../src/domain/people/credit-code.ts'

/** The standard's own example, and codes of well-known enterprises as these publish them. */
const published = ['91350100M000100Y43', '9144030071526726XG', '91330100799655058B', '914403001922038216']

t.test('published codes are codes, in any spelling', async t => {
  for (const code of published) t.equal(creditCode(code), code)
  const spellings = ['91350100m000100y43', '9135 0100 M000 100Y 43', '91350100-M000100Y-43', '９１３５０１００Ｍ０００１００Ｙ４３', ' 91350100M000100Y43\n']
  for (const typed of spellings) {
    t.equal(creditCode(typed), '91350100M000100Y43', typed)
  }
})

t.test('one wrong sign, or two that changed places, are found', async t => {
  const signs = [...'0123456789ABCDEFGHJKLMNPQRTUWXY']
  const wrong = published.flatMap(code => [...code].flatMap((sign, i) => [
    ...signs.filter(other => other !== sign).map(other => code.slice(0, i) + other + code.slice(i + 1)),
    ...[code[i + 1] ?? sign].filter(next => next !== sign).map(next => code.slice(0, i) + next + sign + code.slice(i + 2))
  ]))
  t.ok(wrong.length > 2000)
  t.same(wrong.filter(code => creditCode(code) !== null), [])
})

t.test('what is no code', async t => {
  const wrong = [
    '', ' ', '91350100M000100Y4', '91350100M000100Y433', '91350100M000I00Y43', '9135O100M000100Y43', '913501000000000S43', '张三',
    '000000000000000000\u0000', '9'.repeat(40)
  ]
  for (const text of wrong) t.equal(creditCode(text), null, JSON.stringify(text))
})
