import { addWords } from '../../words/words.ts'

addWords('dispatch', {
  zh: {
    orders: '工单', 'view.todo': '待派遣', 'view.returns': '待定退单', 'view.coordinating': '待协调', 'view.reported': '已反馈', 'view.overtime': '超时', 'view.open': '在办', 'view.critical': '特急', 'view.all': '全部', town: '街镇', unit: '承办单位', category: '分类', number: '工单号', overtime: '仅超时', problem: '仅问题工单', urgency: '紧急程度', state: '状态', shown: '已载入', asOf: '统计于', clear: '清除条件', choose: '选一张工单看全貌', total: '共', noOrders: '没有符合条件的工单', unassigned: '未派', newest: '超时在前，其余按受理时间由新到旧', returns: '件待定', filters: '筛选', close: '关闭'
  },
  en: {
    orders: 'Orders', 'view.todo': 'To dispatch', 'view.returns': 'Returns', 'view.coordinating': 'Coordination', 'view.reported': 'Reported', 'view.overtime': 'Overtime', 'view.open': 'Open', 'view.critical': 'Critical', 'view.all': 'All', town: 'Town', unit: 'Unit', category: 'Category', number: 'Number', overtime: 'Overtime only', problem: 'Problem orders only', urgency: 'Urgency', state: 'State', shown: 'loaded', asOf: 'counted at', clear: 'Clear', choose: 'Choose an order to see it whole', total: 'in all', noOrders: 'No such orders', unassigned: 'nobody yet', newest: 'overtime first, then newest first', returns: 'to decide', filters: 'Filters', close: 'Close'
  }
})
