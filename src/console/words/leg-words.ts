import type { paths } from '../api/api-types.d.ts'
import { addWords } from './words.ts'

type Outcome = NonNullable<paths['/api/legs']['get']['responses']['200']['content']['application/json']['items'][number]['outcome']>

/** How one attempt to reach somebody by telephone ended. */
addWords<Outcome>('leg', {
  zh: {
    confirmed: '已确认',
    declined: '拒绝',
    'answered-not-confirmed': '接听未按键',
    busy: '忙',
    'no-answer': '无人接听',
    unallocated: '空号',
    rejected: '拒接',
    congestion: '线路拥塞',
    'no-response': '线路无应答',
    'not-placed': '未能呼出',
    'pbx-lost': '交换机未报告结果',
    cancelled: '已取消'
  },
  en: {
    confirmed: 'confirmed',
    declined: 'declined',
    'answered-not-confirmed': 'answered, no key',
    busy: 'busy',
    'no-answer': 'no answer',
    unallocated: 'no such number',
    rejected: 'rejected',
    congestion: 'congestion',
    'no-response': 'no answer from the line',
    'not-placed': 'not placed',
    'pbx-lost': 'end not reported by the exchange',
    cancelled: 'cancelled'
  }
})
