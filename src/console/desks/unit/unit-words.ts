import { sameAs } from '../../orders/words/order-code-words.ts'
import { addWords } from '../../words/words.ts'

/** Lists named after the state of their orders. */
const views = { 'view.sign': sameAs('state.DISPATCHED'), 'view.reported': sameAs('state.REPORTED') }

addWords('unit', {
  zh: {
    ...views,
    'view.work': '在办',
    'view.report': '待采纳',
    'view.help': '待协调',
    'view.done': '已办',
    'view.town': '本街镇',
    orders: '工单',
    none: '没有工单',
    choose: '选一张工单',
    back: '返回列表',
    overtime: '超时',
    unallocated: '号码为空号，请核对',
    unallocatedSince: '{{since}}起',
    'number.mobile': '手机',
    'number.office': '办公电话',
    'number.dutyNumber': '值班电话'
  },
  en: {
    ...views,
    'view.work': 'In progress',
    'view.report': 'To accept',
    'view.help': 'To coordinate',
    'view.done': 'Done',
    'view.town': 'My town',
    orders: 'Orders',
    none: 'No orders',
    choose: 'Choose an order',
    back: 'Back to the list',
    overtime: 'Overdue',
    unallocated: 'These numbers do not exist: please check them',
    unallocatedSince: 'since {{since}}',
    'number.mobile': 'mobile',
    'number.office': 'office',
    'number.dutyNumber': 'duty desk'
  }
})
