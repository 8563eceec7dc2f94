import { addWords } from '../../words/words.ts'

addWords('order', {
  zh: {
    hearCall: '听通话录音',
    listenWhy: '为什么听（会记录）',
    listenHint: '例如：核对不满意的原因'
  },
  en: {
    hearCall: 'Recording of the call',
    listenWhy: 'Reason (kept on record)',
    listenHint: 'e.g. to check the reason'
  }
})
