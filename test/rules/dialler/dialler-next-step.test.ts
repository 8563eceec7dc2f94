import { test } from 'tap'
import { legOutcomes, legPurposes, type LegOutcome, type LegPurpose } from '../../../src/domain/telephone/legs.ts'
import { bestOutcome, nextStep, type NextStep, type RequestProgress } from '../../../src/dialler/legs/rules/next-step.ts'
import { follows } from '../../../src/dialler/legs/rules/whose-fault.ts'

const at = new Date('2026-03-02T10:00:00+08:00')
const start: RequestProgress = {
  purpose: 'callback',
  attempts: 3,
  gapSeconds: 60,
  numberCount: 2,
  attempt: 1,
  numberIndex: 0,
  deadNumbers: [],
  repeats: 0,
  failedTrunks: [],
  outcome: null,
  tried: false,
  cancelled: false
}
const brief = (step: NextStep): string =>
  step.kind === 'finished'
    ? `finished ${step.outcome}`
    : `attempt ${step.attempt} number ${step.numberIndex} after ${(step.at.getTime() - at.getTime()) / 1000}`
const calleesOwn: ReadonlySet<LegOutcome> = new Set([
  'confirmed', 'declined', 'answered-not-confirmed', 'busy', 'no-answer', 'rejected', 'unallocated'
])
const after = (
  progress: Partial<RequestProgress>,
  outcome: LegOutcome,
  { talked = 0, trunks = ['a'], theirs = calleesOwn.has(outcome) } = {}
): NextStep =>
  nextStep({ ...start, ...progress }, { outcome, theirs, trunkId: 'a', talkedSeconds: talked, at }, trunks)

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
  ['emergency: a 404 gives nobody up', { purpose: 'emergency', numberCount: 1 }, 'unallocated', 'attempt 2 number 0 after 60'],
  ['emergency: a 404 of the last round', { purpose: 'emergency', numberCount: 1, attempt: 3 }, 'unallocated', 'finished unallocated'],
  ['the PBX was lost: the same again soon', {}, 'pbx-lost', 'attempt 1 number 0 after 1'],
  ['not placed: the same again soon', { repeats: 1 }, 'not-placed', 'attempt 1 number 0 after 5'],
  ['yielded to an emergency: the same again', { repeats: 2 }, 'cancelled', 'attempt 1 number 0 after 20'],
  ['nothing came from the trunk: the same again soon', {}, 'no-response', 'attempt 1 number 0 after 1'],
  ['repeats are bounded', { repeats: 3 }, 'pbx-lost', 'attempt 1 number 1 after 0'],
  ['repeats are bounded for the last number', { repeats: 3, attempt: 3, numberIndex: 1 }, 'pbx-lost', 'finished pbx-lost'],
  ['the network failed a callback: left to who asked', { numberCount: 1, attempts: 1 }, 'congestion', 'finished congestion'],
  ['the network failed a returned call: a minute or more is given to it', { purpose: 'missed-call', repeats: 1 }, 'congestion',
    'attempt 1 number 0 after 60'],
  ['the network failed an emergency: the same again soon', { purpose: 'emergency' }, 'congestion', 'attempt 1 number 0 after 1'],
  ['the network failed a call by hand: the caller sees it at once', { purpose: 'manual', numberCount: 1, attempts: 1 }, 'no-response',
    'finished no-response'],
  ['cancelled: nothing further', { cancelled: true }, 'cancelled', 'finished cancelled'],
  ['cancelled, though the PBX was lost', { cancelled: true, outcome: 'busy' }, 'pbx-lost', 'finished busy']
]

const unreported: Array<[what: string, progress: Partial<RequestProgress>, expected: string]> = [
  ['a callback: left to who asked', { numberCount: 1, attempts: 1 }, 'finished pbx-lost'],
  ['a returned call: the next round after the gap', { purpose: 'missed-call', numberCount: 1, gapSeconds: 1800 },
    'attempt 2 number 0 after 1800'],
  ['an emergency: the next number at once', { purpose: 'emergency' }, 'attempt 1 number 1 after 0'],
  ['an emergency, the last number: the next round after the gap', { purpose: 'emergency', numberIndex: 1, gapSeconds: 40 },
    'attempt 2 number 0 after 40'],
  ['a call by hand: the caller sees it', { purpose: 'manual', numberCount: 1, attempts: 1 }, 'finished pbx-lost']
]
for (const [what, progress, expected] of unreported) {
  test(`next, when the end was not reported: ${what}`, async t => {
    const step = after(progress, 'pbx-lost', { theirs: true })
    t.equal(brief(step), expected)
    t.equal(step.tried, true, 'it is an attempt')
  })
}

for (const [what, progress, ended, expected] of table) {
  test(`next: ${what}`, async t => {
    t.equal(brief(after(progress, ended)), expected)
  })
}

test('it rang and failed: an attempt of the callee, whatever the network said', async t => {
  t.equal(brief(after({}, 'no-answer')), 'attempt 1 number 1 after 0')
})

test('another trunk is tried at once, each once, then as without', async t => {
  const first = after({}, 'congestion', { trunks: ['a', 'b'] })
  t.match(first, { kind: 'again', attempt: 1, numberIndex: 0, repeats: 0, failedTrunks: ['a'], at })
  t.match(after({ failedTrunks: ['b'] }, 'no-response', { trunks: ['a', 'b'] }),
    { kind: 'again', repeats: 1, failedTrunks: [], at: new Date(at.getTime() + 1000) })
  t.match(after({}, 'busy', { trunks: ['a', 'b'] }), { numberIndex: 1, failedTrunks: [] }, 'an attempt of the callee needs no other trunk')
})

test('seconds a voicemail was spoken to count towards the gap, ten remain', async t => {
  const last = { numberCount: 1, gapSeconds: 40 }
  t.equal(brief(after(last, 'answered-not-confirmed', { talked: 25 })), 'attempt 2 number 0 after 15')
  t.equal(brief(after(last, 'answered-not-confirmed', { talked: 70 })), 'attempt 2 number 0 after 10')
  t.equal(brief(after({ ...last, gapSeconds: 0 }, 'answered-not-confirmed', { talked: 70 })), 'attempt 2 number 0 after 0')
})

test('three calls that a voicemail takes are over within five minutes, and then the deputy is due', async t => {
  let progress: RequestProgress = { ...start, purpose: 'emergency', numberCount: 1, gapSeconds: 40 }
  let now = at
  for (let call = 1; ; call++) {
    // rings 5 s, is spoken to for 80
    const end = new Date(now.getTime() + 85_000)
    const step = nextStep(progress, { outcome: 'answered-not-confirmed', theirs: true, trunkId: 'a', talkedSeconds: 80, at: end }, ['a'])
    if (step.kind === 'finished') {
      t.equal(call, 3)
      t.ok(end.getTime() - at.getTime() <= 300_000, `${(end.getTime() - at.getTime()) / 1000} s`)
      break
    }
    progress = { ...progress, ...step }
    now = step.at
  }
})

test('the requester is told whether the callee was tried at all', async t => {
  t.match(after({ numberCount: 1, attempts: 1 }, 'congestion'), { kind: 'finished', tried: false })
  t.match(after({ numberCount: 1, attempts: 1, tried: true }, 'congestion'), { kind: 'finished', tried: true })
  t.match(after({ numberCount: 1, attempts: 1 }, 'busy'), { kind: 'finished', tried: true })
})

test('a trunk that fails again, since no other could take the call, is given a pause', async t => {
  t.match(after({ purpose: 'emergency', failedTrunks: ['a'] }, 'congestion', { trunks: ['a', 'b'] }),
    { kind: 'again', repeats: 1, failedTrunks: [], at: new Date(at.getTime() + 1000) })
  t.equal(brief(after({ numberCount: 1, failedTrunks: ['a'] }, 'congestion', { trunks: ['a', 'b'] })), 'attempt 2 number 0 after 60')
})

test('every request ends: the number of legs is bounded in every sequence, whether other trunks have room or not', async t => {
  for (const purpose of legPurposes) {
    for (const ended of legOutcomes) {
      for (const [trunks, room] of [[['a'], true], [['a', 'b'], true], [['a', 'b'], false]] as const) {
        let progress: RequestProgress = { ...start, purpose }
        let legs = 0
        let trunkId = 'a'
        for (; legs < 1000; legs++) {
          const step = nextStep(progress, { outcome: ended, theirs: calleesOwn.has(ended), trunkId, talkedSeconds: 0, at }, trunks)
          if (step.kind === 'finished') break
          progress = { ...progress, ...step }
          trunkId = (room && trunks.find(id => !step.failedTrunks.includes(id))) || 'a'
        }
        t.ok(legs < trunks.length * (3 * 2 + follows(purpose as LegPurpose, ended).again.length), `${purpose} ${ended}: ${legs + 1} legs`)
      }
    }
  }
})

test('the best outcome is the one that says most about the person', async t => {
  t.equal(bestOutcome('busy', 'answered-not-confirmed'), 'answered-not-confirmed')
  t.equal(bestOutcome('answered-not-confirmed', 'busy'), 'answered-not-confirmed')
  t.equal(bestOutcome(null, 'pbx-lost'), 'pbx-lost')
})
