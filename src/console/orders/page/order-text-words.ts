import { addWords } from '../../words/words.ts'

export type TextName = 'description' | 'unitText' | 'report' | 'reply'

/** An order's four texts, and who reads each. */
addWords<`text.${TextName}` | `readers.${TextName}`>('order', {
  zh: {
    'text.description': '诉求原文',
    'text.unitText': '派单内容',
    'text.report': '办理情况',
    'text.reply': '答复内容',
    'readers.description': '中心和承办的政府单位可看；保密工单只有中心可看',
    'readers.unitText': '看得到这张工单的人都可看',
    'readers.report': '能看诉求原文的人和填写单位可看，不发给市民',
    'readers.reply': '能看诉求原文的人可看；审核后答复市民',
    answerWaits: '待审核',
    answerReviewed: '已审核',
    answerBy: '拟稿',
    answerReviewedBy: '审核'
  },
  en: {
    'text.description': 'The citizen\'s words',
    'text.unitText': 'Text for the unit',
    'text.report': 'Record of handling',
    'text.reply': 'Answer to the citizen',
    'readers.description': 'Read by the Centre and by government units that handle it; of a confidential order by the Centre alone',
    'readers.unitText': 'Read by everybody who sees the order',
    'readers.report': 'Read by those who read the citizen\'s words and by the unit that wrote it; never sent to the citizen',
    'readers.reply': 'Read by those who read the citizen\'s words; goes to the citizen once it is reviewed',
    answerWaits: 'Waits for review',
    answerReviewed: 'Reviewed',
    answerBy: 'written by',
    answerReviewedBy: 'reviewed by'
  }
})
