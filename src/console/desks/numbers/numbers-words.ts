import { addWords } from '../../words/words.ts'

addWords('numbers', {
  zh: {
    number: '电话号码',
    reason: '事由（会记录）',
    reasonHint: '为什么查，如：来电人补充材料、核对回访',
    find: '查询',
    hint: '只按完整号码查找，写法不限。每次查询连同事由记入审计；每人每小时30次、每天120次。',
    orders: '工单',
    calls: '通话',
    noOrders: '这个号码没有您能看到的工单',
    noCalls: '这个号码没有通话',
    blocked: '此号码已被拉黑，至',
    undecided: '待他人决定'
  },
  en: {
    number: 'Telephone number',
    reason: 'Reason (kept on record)',
    reasonHint: 'Why you look it up',
    find: 'Look up',
    hint: 'Enter the whole number, in any spelling. Every search is audited with its reason; ' +
      'at most 30 an hour and 120 a day for each person.',
    orders: 'Orders',
    calls: 'Calls',
    noOrders: 'No orders of this number that you may see',
    noCalls: 'No calls of this number',
    blocked: 'This number is blocked until',
    undecided: 'another person has to decide'
  }
})
