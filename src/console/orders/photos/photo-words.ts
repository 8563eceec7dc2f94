import { addWords } from '../../words/words.ts'
import type { PhotoPurpose } from '../order-lists.ts'

addWords<`photo.${PhotoPurpose}`>('order', {
  zh: {
    photos: '照片',
    'photo.arrival': '到场',
    'photo.report': '办理',
    'photo.return': '退单依据',
    'photo.verification': '核查',
    round: '轮次',
    before: '上一张',
    after: '下一张'
  },
  en: {
    photos: 'Photos',
    'photo.arrival': 'On site',
    'photo.report': 'Handling',
    'photo.return': 'For return',
    'photo.verification': 'Verification',
    round: 'round ',
    before: 'Before',
    after: 'Next'
  }
})
