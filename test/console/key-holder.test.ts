import t from 'tap'
import { holderOf } from '../../src/console/shell/key-holder.ts'

t.test('a key belongs to one shown listener, in any order and after a look at another draft', async t => {
  const holders = new Map<string, string>()
  t.equal(holderOf(holders, 'zhang', ['flood', 'tree']), 'flood')
  t.equal(holderOf(holders, 'zhang', ['tree', 'flood']), 'flood', 'sorted anew')
  t.equal(holderOf(holders, 'liu', ['tree', 'flood']), 'tree', 'another draft has a key of its own')
  t.equal(holderOf(holders, 'zhang', []), undefined, 'being read again')
  t.equal(holderOf(holders, 'zhang', ['tree', 'flood']), 'flood', 'back at the first draft')
  t.equal(holderOf(holders, 'zhang', ['tree']), 'tree', 'it is gone')
  t.equal(holderOf(holders, 'zhang', ['flood', 'tree']), 'tree', 'and what took its place keeps the key')
})
