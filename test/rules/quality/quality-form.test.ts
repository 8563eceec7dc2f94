// A grading is complete, within its points, and nobody's own.
import t from 'tap'
import type { Actor, Role } from '../../../src/domain/people/roles.ts'
import { formOn, isForm, mayGrade, scoreOf, type Question } from '../../../src/features/quality/rules/quality-form.ts'

const question = (code: string, points: number): Question => ({ code, name: code, nameEn: code, points })
const two = [question('opening', 10), question('answer', 30)]
const as = (id: string, extension: string | null, ...roles: Role[]): Actor => ({ id, roles, unitId: null, extension, personId: null })

t.test('points add up, or there is none', async t => {
  const rows: Array<[what: string, scores: Record<string, number>, total: number | null]> = [
    ['all', { opening: 10, answer: 30 }, 40],
    ['none', { opening: 0, answer: 0 }, 0],
    ['some', { opening: 7, answer: 12 }, 19],
    ['a question without answer', { opening: 10 }, null],
    ['an answer without question', { opening: 1, answer: 1, manner: 1 }, null],
    ['more than there are', { opening: 11, answer: 1 }, null],
    ['less than none', { opening: -1, answer: 1 }, null],
    ['halves', { opening: 1.5, answer: 1 }, null],
    ['no number', { opening: Number.NaN, answer: 1 }, null],
    ['a name every object has', { opening: 1, answer: 1, toString: 1 }, null],
    ['nothing', {}, null]
  ]
  for (const [what, scores, total] of rows) t.equal(scoreOf(two, scores), total, what)
  t.equal(scoreOf([question('toString', 5)], {}), null, 'a question named as what every object has')
})

t.test('a form', async t => {
  t.equal(isForm(two, 40), true)
  t.equal(isForm(two, 41), false, 'nobody could pass')
  t.equal(isForm([], 1), false)
  t.equal(isForm([question('a', 1), question('a', 2)], 1), false, 'a code twice')
  t.equal(isForm([question('a', 0)], 0), false)
})

t.test('who grades', async t => {
  const call = { agent: 'zhang', extension: '8001' }
  const rows: Array<[who: Actor, gradedBy: string | null, may: ReturnType<typeof mayGrade>]> = [
    [as('supervisor', null, 'SUPERVISOR'), null, true],
    [as('8031', '8031', 'SHIFT_LEADER', 'AGENT'), null, true],
    [as('8002', '8002', 'AGENT'), null, 'not-allowed'],
    [as('officer', null, 'CALLBACK_OFFICER'), null, 'not-allowed'],
    [as('leader', null, 'LEADER', 'ADMINISTRATOR'), null, 'not-allowed'],
    [as('zhang', null, 'SHIFT_LEADER'), null, 'own-call'],
    [as('other-login', '8001', 'SHIFT_LEADER'), null, 'own-call'],
    [as('supervisor', null, 'SUPERVISOR'), 'supervisor', 'own-grading'],
    [as('second', null, 'SUPERVISOR'), 'supervisor', true],
    [as('zhang', '8001', 'SUPERVISOR'), 'supervisor', 'own-call']
  ]
  for (const [who, gradedBy, may] of rows) t.equal(mayGrade(who, call, gradedBy), may, `${who.id} ${who.roles.join()}`)
})

t.test('the form of a day', async t => {
  const forms = [{ validFrom: '2026-06-01' }, { validFrom: '2010-01-01' }, { validFrom: '2027-01-01' }]
  const rows: Array<[day: string, form: string | undefined]> = [
    ['2009-12-31', undefined], ['2010-01-01', '2010-01-01'], ['2026-05-31', '2010-01-01'], ['2026-06-01', '2026-06-01'],
    ['2028-02-29', '2027-01-01']
  ]
  for (const [day, form] of rows) t.equal(formOn(forms, day)?.validFrom, form, day)
  t.equal(forms[0]?.validFrom, '2026-06-01', 'its input is not sorted')
})
