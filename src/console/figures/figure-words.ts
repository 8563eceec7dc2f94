import type { paths } from '../api/api-types.d.ts'
import { addWords } from '../words/words.ts'

type CallResult = NonNullable<NonNullable<paths['/api/calls']['get']['parameters']['query']>['result']>

/** The list behind a figure. */
addWords<`call.${CallResult}`>('figures', {
  zh: {
    none: '没有工单',
    undecided: '未定',
    others: '其余 {{count}} 个',
    notShown: '另有 {{count}} 件不对您显示',
    more: '更多',
    noCalls: '没有来电',
    noNumber: '号码不显示',
    waited: '等候 {{time}}',
    'call.living': '通话中',
    'call.answered': '已接听',
    'call.abandoned': '已放弃',
    'call.lost': '故障未接通',
    'call.other': '未接通'
  },
  en: {
    none: 'No orders',
    undecided: 'Not yet known',
    others: '{{count}} others',
    notShown: '{{count}} more are hidden from you',
    more: 'More',
    noCalls: 'No calls',
    noNumber: 'number not shown',
    waited: 'waited {{time}}',
    'call.living': 'In progress',
    'call.answered': 'Answered',
    'call.abandoned': 'Abandoned',
    'call.lost': 'Lost by a failure of ours',
    'call.other': 'Not connected'
  }
})
