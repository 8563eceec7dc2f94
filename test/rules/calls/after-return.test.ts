import t from 'tap'
import { legOutcomes, type LegOutcome } from '../../../src/domain/telephone/legs.ts'
import { afterReturn } from '../../../src/features/calls/rules/after-return.ts'

t.test('what follows when the dialler is done with a return', async t => {
  const table: Array<[name: string, outcome: LegOutcome, tried: boolean, takenBack: boolean, follows: string]> = [
    ['the citizen pressed 1, and nobody came', 'confirmed', true, false, 'again'],
    ['the citizen was busy in each round', 'busy', true, false, 'over'],
    ['no answer in one round, the carrier failed in the other', 'no-answer', true, false, 'over'],
    ['a number that does not exist', 'unallocated', true, false, 'over'],
    ['the citizen wants no such call', 'declined', true, false, 'over'],
    ['the carrier refused each call', 'congestion', false, false, 'person'],
    ['the carrier was silent', 'no-response', false, false, 'person'],
    ['the exchange failed each time', 'pbx-lost', false, false, 'person'],
    ['no channel was ever made', 'not-placed', false, false, 'person'],
    ['each leg gave way to an emergency', 'cancelled', false, false, 'person'],
    ['the citizen has rung us meanwhile', 'cancelled', false, true, 'over'],
    ['the citizen has rung us while ours was answered', 'confirmed', true, true, 'over']
  ]
  for (const [name, outcome, tried, takenBack, follows] of table) t.equal(afterReturn({ outcome, tried, takenBack }), follows, name)
  for (const outcome of legOutcomes) t.equal(afterReturn({ outcome, tried: false, takenBack: true }), 'over', `${outcome}, taken back`)
})
