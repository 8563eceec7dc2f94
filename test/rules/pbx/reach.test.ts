import t from 'tap'
import { reachOf, type Reach, type Silence } from '../../../src/pbx/reach/rules/reach.ts'

t.test('a PBX is lost when every side of it is silent for ten seconds, and another one is linked', async t => {
  const s = (link: number, process: number | null, options: number): Silence =>
    ({ link: link * 1000, process: process === null ? null : process * 1000, options: options * 1000 })
  const table: Array<[what: string, silence: Silence, othersLinked: boolean, reach: Reach]> = [
    ['a link', s(0, 0, 0), true, 'linked'],
    ['a link, whatever else is silent', s(0, 60, 60), true, 'linked'],
    ['no link, and the process lives', s(60, 1, 60), true, 'unreachable'],
    ['no link, and its SIP port answers', s(60, 60, 1), true, 'unreachable'],
    ['all silent, the link not yet for ten seconds', s(9.9, 60, 60), true, 'unreachable'],
    ['all silent, the process not yet for ten seconds', s(60, 9.9, 60), true, 'unreachable'],
    ['all silent, its SIP port not yet for ten seconds', s(60, 60, 9.9), true, 'unreachable'],
    ['all silent for ten seconds', s(10, 10, 10), true, 'lost'],
    ['no process stands beside it', s(10, null, 10), true, 'lost'],
    ['no process stands beside it, and its SIP port answers', s(60, null, 1), true, 'unreachable'],
    ['no other PBX is linked: we may be deaf ourselves', s(3600, 3600, 3600), false, 'unreachable']
  ]
  for (const [what, silence, othersLinked, reach] of table) t.equal(reachOf(silence, othersLinked), reach, what)
})
