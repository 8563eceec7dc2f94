import t from 'tap'
import { heldBy, keepsHomes } from '../../../src/features/agents/rules/apart.ts'

/** One PBX, `a`, without a link: for so many seconds, told nothing for so many, and whether it says that it runs. */
type Row = [what: string, seat: string | null, home: string | null, silent: number, untold: number, runs: boolean, held: string | null]
const table: Row[] = [
  ['just unreachable, it keeps whom it has', 'a', 'b', 0, 2, false, 'a'],
  ['and has nobody else', 'b', 'a', 0, 2, true, null],
  ['before it goes on by itself nobody else offers to who is at home there', 'b', 'a', 4, 7, true, 'a'],
  ['it keeps who sits and is at home there', 'a', 'a', 30, 33, true, 'a'],
  ['also who sits nowhere', null, 'a', 30, 33, true, 'a'],
  ['it may not have let go of the others yet', 'a', 'b', 9, 11.9, true, 'a'],
  ['then they are given away', 'a', 'b', 9, 12, true, null],
  ['nobody says that it runs: soon it has nobody', 'a', 'a', 5, 8, false, null],
  ['nor is anybody at home there', 'b', 'a', 5, 8, false, null],
  ['before we were started it was told we do not know what', 'a', 'b', 4, Infinity, true, 'a'],
  ['who is elsewhere is not its own', 'b', 'b', 60, 60, true, null]
]
for (const [what, seat, home, silent, untold, runs, held] of table) {
  t.equal(heldBy({ seat, home }, new Map([['a', { silent: silent * 1000, untold: untold * 1000, runs }]])), held, what)
}
t.equal(heldBy({ seat: 'a', home: 'a' }, new Map()), null, 'a PBX with a link is asked')

const homes: Array<[silent: number, runs: boolean, kept: boolean]> = [[4, false, true], [5, false, false], [60, true, true]]
for (const [silent, runs, kept] of homes) {
  const what = `homes of a PBX silent for ${silent} s that ${runs ? 'runs' : 'is dead'}`
  t.equal(keepsHomes({ silent: silent * 1000, untold: 0, runs }), kept, what)
}
