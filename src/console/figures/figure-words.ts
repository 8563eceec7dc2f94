import { addWords } from '../words/words.ts'

/** The list behind a figure. */
addWords('figures', { zh: { none: '没有工单', more: '更多' }, en: { none: 'No orders', more: 'More' } })
