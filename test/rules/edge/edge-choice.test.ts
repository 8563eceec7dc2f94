import { test } from 'tap'
import { choose, type NodeNow } from '../../../src/edge/rules/choice.ts'

const node = (name: string, said: number, sent = 0, healthy = true): NodeNow => ({ name, said, sent, healthy })

const table: Array<[what: string, nodes: NodeNow[], preferred: string | null, expected: string[]]> = [
  ['the least busy first', [node('a', 5), node('b', 2)], null, ['b', 'a']],
  ['what was sent since counts', [node('a', 5), node('b', 2, 4)], null, ['a', 'b']],
  ['equally busy: by name', [node('b', 1), node('a', 0, 1)], null, ['a', 'b']],
  ['two at most', [node('a', 1), node('b', 2), node('c', 3)], null, ['a', 'b']],
  ['the node of the conference, however busy', [node('a', 1), node('b', 9), node('c', 3)], 'b', ['b', 'a']],
  ['not when it is away', [node('a', 1), node('b', 0, 0, false)], 'b', ['a']],
  ['a node nobody knows any more', [node('a', 1)], 'z', ['a']],
  ['none', [node('a', 1, 0, false)], null, []]
]

test('where a call goes', async t => {
  for (const [what, nodes, preferred, expected] of table) {
    const before = JSON.stringify(nodes)
    t.same(choose(nodes, preferred), expected, what)
    t.equal(JSON.stringify(nodes), before)
  }
})
