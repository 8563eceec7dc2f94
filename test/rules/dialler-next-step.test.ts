import { test } from 'tap'
import type { LegOutcome } from '../../src/domain/legs.ts'
import { bestOutcome, nextStep, repeatSeconds, type NextStep, type RequestProgress } from '../../src/dialler/rules/next-step.ts'

const at = new Date('2026-03-02T10:00:00+08:00')
const start: RequestProgress = { attempts: 3, gapSeconds: 60, numberCount: 2, attempt: 1, numberIndex: 0, deadNumbers: [], repeats: 0, outcome: null, cancelled: false }
const brief = (step: NextStep): string => step.kind === 'finished' ? `finished ${step.outcome}` : `attempt ${step.attempt} number ${step.numberIndex} after ${(step.at.getTime() - at.getTime()) / 1000}`

const table: Array<[what: string, progress: Partial<RequestProgress>, ended: LegOutcome, expected: string]> = [
  ['confirmed stops', {}, 'confirmed', 'finished confirmed'],
  ['declined stops', {}, 'declined', 'finished declined'],
  ['busy: the other number at once', {}, 'busy', 'attempt 1 number 1 after 0'],
  ['voicemail: the other number at once', {}, 'answered-not-confirmed', 'attempt 1 number 1 after 0'],
  ['last number: the next round after the gap', { numberIndex: 1 }, 'no-answer', 'attempt 2 number 0 after 60'],
  ['last number of the last round', { numberIndex: 1, attempt: 3 }, 'no-answer', 'finished no-answer'],
  ['the best of all is told', { numberIndex: 1, attempt: 3, outcome: 'busy' }, 'no-answer', 'finished busy'],
  ['a dead number is left out of the next round', { numberIndex: 1, deadNumbers: [0] }, 'busy', 'attempt 2 number 1 after 60'],
  ['the only number is dead', { numberCount: 1 }, 'unallocated', 'finished unallocated'],
  ['both numbers are dead', { numberIndex: 1, deadNumbers: [0] }, 'unallocated', 'finished unallocated'],
  ['the PBX was lost: the same again soon', {}, 'pbx-lost', `attempt 1 number 0 after ${repeatSeconds[0]}`],
  ['not placed: the same again soon', { repeats: 1 }, 'not-placed', `attempt 1 number 0 after ${repeatSeconds[1]}`],
  ['yielded to an emergency: the same again', { repeats: 2 }, 'cancelled', `attempt 1 number 0 after ${repeatSeconds[2]}`],
  ['repeats are bounded', { repeats: 3 }, 'pbx-lost', 'attempt 1 number 1 after 0'],
  ['repeats are bounded for the last number', { repeats: 3, attempt: 3, numberIndex: 1 }, 'pbx-lost', 'finished pbx-lost'],
  ['cancelled: nothing further', { cancelled: true }, 'cancelled', 'finished cancelled'],
  ['cancelled, though the PBX was lost', { cancelled: true, outcome: 'busy' }, 'pbx-lost', 'finished busy']
]

for (const [what, progress, ended, expected] of table) {
  test(`next: ${what}`, async t => {
    t.equal(brief(nextStep({ ...start, ...progress }, ended, at)), expected)
  })
}

test('every request ends: whatever happens, the number of legs is bounded', async t => {
  for (const ended of ['busy', 'pbx-lost', 'not-placed', 'congestion', 'rejected', 'unallocated', 'answered-not-confirmed'] as LegOutcome[]) {
    let progress = start
    let legs = 0
    for (;;) {
      legs++
      const step = nextStep(progress, ended, at)
      if (step.kind === 'finished') break
      progress = { ...progress, ...step }
    }
    t.ok(legs <= 3 * 2 + repeatSeconds.length, `${ended}: ${legs} legs`)
  }
})

test('what says most about the person is the best outcome', async t => {
  t.equal(bestOutcome('busy', 'answered-not-confirmed'), 'answered-not-confirmed')
  t.equal(bestOutcome('answered-not-confirmed', 'busy'), 'answered-not-confirmed')
  t.equal(bestOutcome(null, 'pbx-lost'), 'pbx-lost')
})
