// What keys, texts and spoken answers mean.
import t from 'tap'
import {
  judge, mergeAnswers, noAnswers, solvedFromReply, withKey, type Answers
} from '../../../src/features/callbacks/rules/callback-answers.ts'

const after = (...keys: Array<[string, string]>): Answers => keys.reduce(
  (answers, [question, key]) => withKey(answers, question, key),
  noAnswers
)

t.test('keys', t => {
  const cases: Array<[string, string, Partial<Answers>]> = [
    ['contacted', '1', { contacted: true }], ['contacted', '2', { contacted: false }],
    ['solved', '1', { solved: 'yes' }], ['solved', '2', { solved: 'partly' }], ['solved', '3', { solved: 'no' }],
    ['grade', '1', { grade: 5 }], ['grade', '2', { grade: 4 }], ['grade', '3', { grade: 3 }],
    ['grade-again', '4', { grade: 2 }], ['grade-again', '5', { grade: 1 }], ['grade-again', '1', { grade: 5 }]
  ]
  for (const [question, key, answer] of cases) t.match(after([question, key]), { ...noAnswers, ...answer }, `${question} ${key}`)
  for (const key of ['0', '4', '6', '9', '*', '#', '', '11', 'a', '-1', '１', 'constructor', '__proto__']) {
    for (const question of ['contacted', 'solved', 'grade', 'confirm', 'join', '']) {
      if (question === 'grade' && key === '4') continue
      t.same(after([question, key]), noAnswers, `${question} ${key || '(none)'} changes nothing`)
    }
  }
  for (const [key, grade] of [['4', 2], ['5', 1]] as const) {
    const asked = after(['solved', '1'], ['grade', key])
    t.match(asked, { grade: null }, `${key} is asked back before it counts`)
    t.equal(judge(asked, 3), 'incomplete', 'a citizen who hangs up at the question back is asked another time')
    t.match(after(['grade', key], ['confirm', '9'], ['confirm', '']), { grade: null }, 'neither yes nor no is no grade')
    t.match(after(['grade', key], ['confirm', '1']), { grade }, 'confirmed')
    t.match(after(['grade', key], ['confirm', '2']), { grade: null }, 'taken back, then hung up')
    t.match(after(['grade', key], ['confirm', '2'], ['confirm', '1']), { grade: null }, 'nothing is left to be confirmed')
    t.match(after(['grade', key], ['confirm', '2'], ['grade-again', '1']), { grade: 5 }, 'meant the best')
    t.match(after(['grade', key], ['confirm', '2'], ['grade-again', key]), { grade }, 'meant it')
  }
  t.same(after(['contacted', '2'], ['contacted', '1']), { ...noAnswers, contacted: true }, 'the last counts')
  t.end()
})

t.test('judgement', t => {
  for (const contacted of [true, false, null]) {
    for (const solved of ['yes', 'partly', 'no', null] as const) {
      for (const grade of [5, 4, 3, 2, 1, null]) {
        for (const [satisfiedFrom, badGrades] of [[3, [1, 2]], [2, [1]], [5, [1, 2, 3, 4]]] as const) {
          const bad = solved === 'partly' || solved === 'no' || badGrades.some(g => g === grade)
          const wanted = bad ? 'bad' : solved === 'yes' && grade !== null ? 'good' : 'incomplete'
          t.equal(judge({ contacted, solved, grade }, satisfiedFrom), wanted, `${contacted} ${solved} ${grade} from ${satisfiedFrom}`)
        }
      }
    }
  }
  t.end()
})

t.test('a text message: a key or the plain words, and nothing beside', t => {
  const cases: Array<[string, ReturnType<typeof solvedFromReply>]> = [
    ['1', 'yes'], ['１', 'yes'], [' 1 ', 'yes'], ['1。', 'yes'], ['【1】', 'yes'], ['①', 'yes'], ['1\r\n', 'yes'], ['\u202D1\u202C', 'yes'],
    ['1\u200B', 'yes'], ['一', 'yes'],
    ['解决', 'yes'], ['已解决。', 'yes'], ['解决了', 'yes'], ['1 解决', 'yes'], ['1，已解决', 'yes'], ['回复1', 'yes'], ['1👍', 'yes'],
    ['2', 'partly'], ['２', 'partly'], ['部分解决', 'partly'], ['2部分解决', 'partly'],
    ['3', 'no'], ['3！', 'no'], ['未解决', 'no'], ['没解决', 'no'], ['没有解决', 'no'], ['还没解决！！', 'no'], ['3 没解决', 'no'],
    // for a person to read
    ['1个月了，还没有人来', null], ['2号楼还是漏', null], ['2号楼…', null], ['3天了', null], ['第1次来就修好了', null], ['1 2', null], ['1/3', null], ['13', null],
    ['11', null], ['1.5', null],
    ['4', null], ['0', null], ['', null], ['谢谢', null], ['解决了？', null], ['1?', null], ['解决个鬼', null], ['没有', null], ['不满意', null],
    ['未解决，谁来管', null], ['已解决但又坏了', null],
    ['1未解决', null], ['3解决', null], ['部分', null], ['退订', null], ['one', null], ['http://1', null], ['１３９０００００００１', null], ['一楼', null],
    ['三', 'no'], ['二', 'partly']
  ]
  for (const [body, solved] of cases) t.equal(solvedFromReply(body), solved, JSON.stringify(body))
  t.end()
})

t.same(mergeAnswers({ contacted: null, solved: 'no', grade: null }, { contacted: true, solved: 'yes', grade: 4 }),
  { contacted: true, solved: 'no', grade: 4 }, 'a later answer counts, an earlier one stays')
