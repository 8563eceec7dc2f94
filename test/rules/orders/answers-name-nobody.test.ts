// 答复内容: by what an answer names a complainant, and who may review it when.
import t from 'tap'
import { identifies, type Named } from '../../../src/features/work-orders/closing/rules/identifies.ts'
import { decide, possibleSteps } from '../../../src/features/work-orders/life-cycle/rules/life-cycle.ts'
import type { Identifying, OrderEvent, OrderFacts } from '../../../src/features/work-orders/rules/order-facts.ts'
import { asShipped } from '../../../src/policy/rules/rule-policy.ts'
import type { Actor } from '../../../src/domain/people/roles.ts'
import { events, now, order, outcome, who } from './orders-of-test.ts'

t.test('a full name or a number in any spelling names somebody', async t => {
  const nobody: Named = { name: null, number: null, creditCode: null }
  const zhang: Named = { ...nobody, name: '张建国', number: '+8613900001001' }
  const landline: Named = { ...nobody, number: '+862150008001;ext=801' }
  const anna: Named = { ...nobody, name: 'Anna Li' }
  const uighur: Named = { ...nobody, name: '阿卜杜拉·买买提' }
  const firm: Named = { ...nobody, name: '沪莘商贸有限公司', creditCode: '91350100M000100Y43' }
  const rows: Array<[string, Named, Identifying[]]> = [
    ['您反映的早点摊已清理，感谢您的来电。', zhang, []],
    ['张建国先生您好，早点摊已清理。', zhang, ['name']],
    ['张 建 国您好', zhang, ['name']],
    ['张先生您好，早点摊已清理。', zhang, []],
    ['张建国先生您好', { ...zhang, name: '张建国先生' }, ['name']],
    ['王女士您好', { ...nobody, name: '王女士' }, []],
    ['各位市民：已清理。', { ...nobody, name: '市民' }, []],
    ['已致电13900001001告知。', zhang, ['number']],
    ['已致电139 0000-1001告知', zhang, ['number']],
    ['已致电１３９００００１００１', zhang, ['number']],
    ['已致电一三九零零零零幺零零幺告知', zhang, ['number']],
    ['已致电壹叁玖〇〇〇〇1001告知', zhang, ['number']],
    ['已致电13900\u200B001001', zhang, ['number']],
    ['已致电+86 139 0000 1001', zhang, ['number']],
    ['张建国 13900001001', zhang, ['name', 'number']],
    ['已致电139****1001告知。', zhang, []],
    ['请拨打13900001002咨询。', zhang, []],
    ['请致电5000 8001', landline, ['number']],
    ['请致电021-50008001转801', landline, ['number']],
    ['请致电五零零零八零零一', landline, ['number']],
    ['如有问题请拨打95588', { ...nobody, number: '95588' }, []],
    ['Dear Anna Li, it is done', anna, ['name']],
    ['dear ANNA  LI', anna, ['name']],
    ['Annapolis Lime', anna, []],
    ['阿卜杜拉买买提您好', uighur, ['name']],
    ['很高兴为您服务', { ...nobody, name: '高兴' }, ['name']],
    ['已清理', nobody, []],
    ['已清理', { ...nobody, name: '', number: '' }, []],
    ['贵公司（沪莘 商贸有限公司）您好', firm, ['name']],
    ['代码91350100m000100y43的企业', firm, ['credit code']],
    ['代码 9135 0100 M000 100Y 43', firm, ['credit code']],
    ['代码91350100M000100Y44', firm, []]
  ]
  for (const [text, person, found] of rows) t.same(identifies(text, [nobody, person]), found, text)
})

t.test('an answer is reviewed by another person, and before the order is closed', async t => {
  const officer: Actor = { ...who(null, 'CALLBACK_OFFICER'), id: '8101' }
  const checked = { state: 'VERIFYING', callbackStatus: 'CONFIRMED', verificationStatus: 'PASSED' } as const
  const named: OrderEvent = { type: 'answer.review', identifies: ['name'] }
  const waits = order({ ...checked, answerDraftedBy: 'somebody' })
  const rows: Array<[string, OrderFacts, OrderEvent, Actor, string]> = [
    ['by another person', waits, events['answer.review'], officer, 'VERIFYING'],
    ['never by its author', waits, events['answer.review'], who(null, 'DISPATCHER'), 'own-answer'],
    ['under whatever role', waits, events['answer.review'], who(null, 'CALLBACK_OFFICER', 'SHIFT_LEADER'), 'own-answer'],
    ['not while it names somebody', waits, named, officer, 'guard-not-met'],
    ['nor where none waits', order(checked), events['answer.review'], officer, 'guard-not-met'],
    ['an agent reviews none', waits, events['answer.review'], { ...who(null, 'AGENT'), id: '8001' }, 'not-allowed'],
    ['not closed while it waits', waits, events['case.close'], officer, 'guard-not-met'],
    ['closed after the review', order(checked), events['case.close'], officer, 'CLOSED'],
    ['an answer without words', order({ state: 'REPORTED' }), { type: 'answer.draft', reply: ' \u3164' }, who(null, 'DISPATCHER'),
      'guard-not-met'],
    ['the officer writes none', order({ state: 'REPORTED' }), events['answer.draft'], officer, 'not-allowed'],
    ['the town writes one of its own order', order({ state: 'REPORTED' }), events['answer.draft'], who('T02', 'SUBCENTRE_OPERATOR'),
      'REPORTED'],
    ['not of another town\'s', order({ state: 'REPORTED' }), events['answer.draft'], who('T01', 'SUBCENTRE_OPERATOR'), 'other-units-order'],
    ['nor of an order whose words it may not read', order({ state: 'REPORTED', confidential: true }), events['answer.draft'],
      who('T02', 'SUBCENTRE_OPERATOR'), 'not-allowed'],
    ['not before a unit has signed', order(), events['answer.draft'], who(null, 'DISPATCHER'), 'transition-not-allowed']
  ]
  for (const [name, facts, event, actor, expected] of rows) t.equal(outcome(facts, event, actor), expected, name)
  t.match(decide(waits, events['case.close'], officer, now, { rules: asShipped }), { guard: 'answerReviewed' })
  t.match(decide(waits, named, officer, now, { rules: asShipped }), { guard: 'namesNobody' })
  const offered = (facts: OrderFacts, actor: Actor): string[] => possibleSteps(facts, actor).filter(s => /^answer|close$/.test(s))
  t.same(offered(waits, officer), ['answer.review'])
  t.same(offered(waits, who(null, 'DISPATCHER')), ['answer.draft'], 'its author is not offered the review')
  t.same(offered(order(checked), officer), ['case.close'])
})
