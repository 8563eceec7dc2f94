import { addWords } from '../../words/words.ts'

addWords('unit', {
  zh: { 'view.sign': '待签收', 'view.work': '在办', 'view.report': '待采纳', 'view.done': '已办', 'view.town': '本街镇', orders: '工单', none: '没有工单', choose: '选一张工单', back: '返回列表', overtime: '超时', noPhone: '本账号没有分机，联系市民请用单位值班电话经总机转接。' },
  en: { 'view.sign': 'To sign', 'view.work': 'In hand', 'view.report': 'To accept', 'view.done': 'Done', 'view.town': 'My town', orders: 'Orders', none: 'No orders', choose: 'Choose an order', back: 'Back to the list', overtime: 'Overtime', noPhone: 'This login has no extension; call the citizen from the unit\'s duty telephone.' }
})
