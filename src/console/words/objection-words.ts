import { addWords } from './words.ts'

/** An objection to a blocked number: written down on one desk, decided on another. */
addWords('block', {
  zh: {
    objection: '异议',
    object: '登记异议',
    objectHint: '对方怎么说、从哪里来',
    objected: '异议已登记，由其他人决定'
  },
  en: {
    objection: 'Objection',
    object: 'Record an objection',
    objectHint: 'What the person says, and how it came',
    objected: 'Recorded; another person decides'
  }
})
