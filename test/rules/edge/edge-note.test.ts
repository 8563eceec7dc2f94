import { test } from 'tap'
import { noteOf } from '../../../src/edge/rules/note.ts'

test('a node is told the trunk, and when the first of two was sent the call by its own clock', async t => {
  t.equal(noteOf('city', null), 'city', 'one node alone')
  t.equal(noteOf('city', { node: 'pbx1', at: null }), 'city', 'its clock is not known')
  t.equal(noteOf('city', { node: 'pbx1', at: 1796080370123.4 }), 'city pbx1=1796080370123')
})
