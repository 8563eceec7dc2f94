import t from 'tap'
import {
  numbersInOrder, oncePerPerson, oncePerTelephone, type ListedPerson
} from '../../../src/features/emergency/dial/rules/member-list.ts'

const listed = (personId: string, role: string, callOrder: number, more: Partial<ListedPerson> = {}): ListedPerson => ({
  personId,
  name: personId,
  role,
  unitId: null,
  callOrder,
  commander: false,
  mustAnswer: false,
  mobile: null,
  office: null,
  deputyPersonId: null,
  ...more
})

t.test('a person in three roles is one member with the earliest turn', async t => {
  const list = [listed('P2', '副总指挥', 2), listed('P1', '信息发布', 9), listed('P1', '总指挥', 1, { commander: true }), listed('P1', '专家', 5)]
  const once = oncePerPerson(list)
  t.same(once.map(m => [m.personId, m.callOrder, m.roles.length, m.commander]), [['P1', 1, 3, true], ['P2', 2, 1, false]])
  t.equal(list[0]?.personId, 'P2', 'the list handed in is left as it was')
})

t.test('mobile first, the office by day only', async t => {
  const person = { mobile: 'm', office: 'o' }
  for (const [hour, expected] of [[7, ['m', 'o']], [19, ['m', 'o']], [20, ['m']], [23, ['m']], [6, ['m']]] as const) {
    t.same(numbersInOrder(person, hour), expected, `at ${hour}`)
  }
  t.same(numbersInOrder({ mobile: null, office: 'o' }, 23), ['o'], 'no mobile: the office even by night')
  t.same(numbersInOrder({ mobile: null, office: null }, 12), [])
})

t.test('one telephone is rung once for all it stands for', async t => {
  const shares = oncePerTelephone([
    { id: 'a', numbers: ['m1', 'o1'], commander: false },
    { id: 'b', numbers: ['m1'], commander: false },
    { id: 'c', numbers: ['m1', 'o2'], commander: true },
    { id: 'd', numbers: ['m2', 'o1'], commander: false },
    { id: 'e', numbers: ['m9'], commander: false },
    { id: 'f', numbers: [], commander: false }
  ], new Map([['m9', 'known']]))
  t.strictSame(Object.fromEntries(shares), {
    c: { numbers: ['m1', 'o2'], sameTelephoneAs: null },
    a: { numbers: ['o1'], sameTelephoneAs: null },
    b: { numbers: [], sameTelephoneAs: 'c' },
    d: { numbers: ['m2', 'o1'], sameTelephoneAs: null },
    e: { numbers: [], sameTelephoneAs: 'known' },
    f: { numbers: [], sameTelephoneAs: null }
  }, 'a commander first; another number of their own is rung')
})
