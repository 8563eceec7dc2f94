// What keys, texts and spoken answers mean.
import t from 'tap'
import { judge, noAnswers, solvedFromReply, together, withKey, type Answers } from '../../src/features/callbacks/rules/callback-answers.ts'

const after = (...keys: Array<[string, string]>): Answers => keys.reduce((answers, [question, key]) => withKey(answers, question, key), noAnswers)

t.test('keys', t => {
  const cases: Array<[string, string, Partial<Answers>]> = [
    ['contacted', '1', { contacted: true }], ['contacted', '2', { contacted: false }],
    ['solved', '1', { solved: 'yes' }], ['solved', '2', { solved: 'partly' }], ['solved', '3', { solved: 'no' }],
    ['grade', '1', { grade: 5 }], ['grade', '2', { grade: 4 }], ['grade', '3', { grade: 3 }], ['grade', '4', { grade: 2 }], ['grade', '5', { grade: 1 }]
  ]
  for (const [question, key, answer] of cases) t.same(after([question, key]), { ...noAnswers, ...answer }, `${question} ${key}`)
  for (const key of ['0', '4', '6', '9', '*', '#', '', '11', 'a', '-1', '１', 'constructor', '__proto__']) {
    for (const question of ['contacted', 'solved', 'grade', 'confirm', 'join', '']) {
      if (question === 'grade' && key === '4') continue
      t.same(after([question, key]), noAnswers, `${question} ${key || '(none)'} changes nothing`)
    }
  }
  t.same(after(['grade', '5'], ['confirm', '1']), { ...noAnswers, grade: 1 }, 'confirmed')
  t.same(after(['grade', '5'], ['confirm', '2'], ['grade', '1']), { ...noAnswers, grade: 5 }, 'meant the best')
  t.same(after(['grade', '5'], ['confirm', '2']), noAnswers, 'taken back, then hung up')
  t.same(after(['contacted', '2'], ['contacted', '1']), { ...noAnswers, contacted: true }, 'the last counts')
  t.end()
})

t.test('judgement', t => {
  for (const contacted of [true, false, null]) {
    for (const solved of ['yes', 'partly', 'no', null] as const) {
      for (const grade of [5, 4, 3, 2, 1, null]) {
        const bad = solved === 'partly' || solved === 'no' || grade === 1 || grade === 2
        const wanted = bad ? 'bad' : solved === 'yes' && grade !== null ? 'good' : 'incomplete'
        t.equal(judge({ contacted, solved, grade }), wanted, `${contacted} ${solved} ${grade}`)
      }
    }
  }
  t.end()
})

t.test('replies by text', t => {
  const cases: Array<[string, string | null]> = [['1', 'yes'], [' 2 ', 'partly'], ['３', 'no'], ['回复1', 'yes'], ['1。', 'yes'], ['12', null], ['4', null], ['0', null], ['1 3', null], ['谢谢', null], ['', null]]
  for (const [body, solved] of cases) t.equal(solvedFromReply(body), solved, body)
  t.end()
})

t.same(together({ contacted: null, solved: 'no', grade: null }, { contacted: true, solved: 'yes', grade: 4 }), { contacted: true, solved: 'no', grade: 4 }, 'what is said later counts, what was said before stays')
