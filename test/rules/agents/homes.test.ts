import t from 'tap'
import { homesFor, type HomeAgent } from '../../../src/features/agents/rules/homes.ts'

/** `8001 a ab`: home a, can be rung by a and b; `-`: none, or nowhere */
function agent (text: string): HomeAgent {
  const [extension = '', home, reachable = ''] = text.split(' ')
  return { extension, home: home === '-' ? null : home ?? null, nodes: reachable === '-' ? [] : [...reachable] }
}
const table: Array<[what: string, agents: string[], moved: string]> = [
  ['new ones are spread', ['1 - ab', '2 - ab', '3 - ab'], '1 a, 2 b, 3 a'],
  ['to where there are fewer', ['1 a ab', '2 a ab', '3 - ab', '4 - ab'], '3 b, 4 b'],
  ['who has a home keeps it, however many are there', ['1 a ab', '2 a ab'], ''],
  ['a PBX that cannot ring the telephone is no home', ['1 a b'], '1 b'],
  ['a telephone that is off keeps its home', ['1 a -'], ''],
  ['and gets none', ['1 - -'], '']
]
for (const [what, agents, moved] of table) {
  t.equal([...homesFor(agents.map(agent), ['a', 'b'])].map(([extension, node]) => `${extension} ${node}`).join(', '), moved, what)
}
