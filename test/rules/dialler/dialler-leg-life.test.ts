import { test } from 'tap'
import type { LegOutcome, LegState } from '../../../src/domain/telephone/legs.ts'
import { legStates } from '../../../src/domain/telephone/legs.ts'
import { legTransitions, nextLife, type LegFact, type LegFactKind, type LegLife } from '../../../src/dialler/legs/rules/leg-life.ts'
import { keyAnswers } from '../../../src/dialler/legs/rules/purposes.ts'

const at = new Date('2026-03-02T10:00:00+08:00')
const fresh: LegLife = {
  state: 'placing',
  outcome: null,
  cause: null,
  sip: null,
  channelState: null,
  theirs: null,
  ringSeconds: 30,
  doneResult: null,
  keys: [],
  hangupWanted: false,
  hangupAnswered: false,
  ringingAt: null,
  answeredAt: null,
  confirmedAt: null,
  boundedFrom: null,
  endedAt: null
}
/** `ending:486-down-17`: SIP status, state, cause (default 16) */
type Short = Exclude<LegFactKind, 'key' | 'done' | 'ending' | 'hung-up'> | `ending:${number}-${string}` | `key:${string}`
  | `done:${string}` | `hung-up:${number}`

function fact (short: Short): LegFact {
  const [kind, value = ''] = short.split(':') as [LegFactKind, string?]
  const base = { legId: 'leg-1', at }
  if (kind === 'key') return { ...base, kind, question: 'q', key: value, answers: keyAnswers('emergency', value) }
  if (kind === 'done') return { ...base, kind, result: value }
  if (kind === 'ending') {
    const [sip, state = '', cause = '16'] = value.split('-')
    return { ...base, kind, cause: Number(cause), sip: Number(sip), state }
  }
  if (kind === 'hung-up') return { ...base, kind, cause: Number(value) }
  return { ...base, kind }
}

const lives: Array<[what: string, facts: Short[], state: LegState, outcome: LegOutcome | null]> = [
  ['placed', [], 'placing', null],
  ['rings', ['started'], 'ringing', null],
  ['answered is not reached', ['started', 'answered'], 'answered', null],
  ['a key proves a person', ['started', 'answered', 'key:1'], 'confirmed', null],
  ['no key in time proves nobody', ['started', 'answered', 'key:'], 'answered', null],
  ['only wrong keys: a person, and not reached', ['started', 'answered', 'key:9', 'key:5', 'hung-up:0'], 'ended', 'answered-not-confirmed'],
  ['a wrong key, then the right one', ['started', 'answered', 'key:9', 'key:2', 'hung-up:16'], 'ended', 'confirmed'],
  ['key 0 proves a person', ['started', 'answered', 'person'], 'confirmed', null],
  ['confirmed', ['started', 'answered', 'key:1', 'done:complete', 'hung-up:16', 'channel-ended'], 'ended', 'confirmed'],
  ['hang-up in mid-survey after a key', ['started', 'answered', 'key:1', 'hung-up:0'], 'ended', 'confirmed'],
  ['declined', ['started', 'answered', 'key:3', 'done:declined', 'hung-up:16'], 'ended', 'declined'],
  ['voicemail', ['started', 'answered', 'key:', 'done:incomplete', 'hung-up:16'], 'ended', 'answered-not-confirmed'],
  ['answered without SDP', ['started', 'answered', 'ending:200-up', 'hung-up:127'], 'ended', 'congestion'],
  ['answered with a codec we do not have', ['started', 'answered', 'ending:200-up', 'hung-up:58'], 'ended', 'congestion'],
  ['a wrong key was heard: the sound was there', ['started', 'answered', 'key:9', 'ending:200-up', 'hung-up:127'], 'ended',
    'answered-not-confirmed'],
  ['busy', ['started', 'hung-up:17', 'channel-ended'], 'ended', 'busy'],
  ['not allocated', ['started', 'hung-up:1'], 'ended', 'unallocated'],
  ['the number has changed', ['started', 'hung-up:22'], 'ended', 'unallocated'],
  ['refused', ['started', 'hung-up:21'], 'ended', 'rejected'],
  ['redirected elsewhere', ['started', 'hung-up:23'], 'ended', 'rejected'],
  ['rang until our time-out', ['started', 'hung-up:19'], 'ended', 'no-answer'],
  ['no response', ['started', 'hung-up:18'], 'ended', 'no-answer'],
  ['503', ['started', 'hung-up:34'], 'ended', 'congestion'],
  ['500', ['started', 'hung-up:38'], 'ended', 'congestion'],
  ['502', ['started', 'hung-up:27'], 'ended', 'congestion'],
  ['488', ['started', 'hung-up:58'], 'ended', 'congestion'],
  ['ended without a HANGUP row', ['started', 'channel-ended'], 'ended', 'no-answer'],
  ['the PBX died in mid-call', ['started', 'answered', 'key:1', 'lost'], 'ended', 'pbx-lost'],
  ['the PBX died before it rang', ['lost'], 'ended', 'pbx-lost'],
  ['the PBX was taken for dead: it rings', ['started', 'lost', 'back'], 'ringing', null],
  ['the PBX was taken for dead: nothing had been read of it', ['lost', 'back'], 'ringing', null],
  ['the PBX was taken for dead: it is answered', ['started', 'answered', 'lost', 'back'], 'answered', null],
  ['the PBX was taken for dead in mid-call', ['started', 'answered', 'key:1', 'lost', 'back'], 'confirmed', null],
  ['the PBX was taken for dead, and the end is read', ['started', 'answered', 'key:1', 'lost', 'back', 'hung-up:16'], 'ended', 'confirmed'],
  ['a leg that ended comes back by nothing', ['started', 'hung-up:17', 'back'], 'ended', 'busy'],
  ['never placed', ['not-placed'], 'ended', 'not-placed'],
  ['a living leg is never not-placed', ['started', 'not-placed'], 'ringing', null],
  ['a living leg cannot be withdrawn', ['started', 'answered', 'withdrawn'], 'answered', null],
  ['called back before it was placed', ['withdrawn'], 'ended', 'cancelled'],
  ['facts after the end change nothing', ['started', 'hung-up:17', 'answered', 'key:1'], 'ended', 'busy'],
  ['rows of the answer alone still count', ['answered', 'hung-up:16'], 'ended', 'answered-not-confirmed']
]

for (const [what, facts, state, outcome] of lives) {
  test(`leg: ${what}`, async t => {
    const life = facts.map(fact).reduce(nextLife, fresh)
    t.equal(life.state, state)
    t.equal(life.outcome, outcome)
    t.equal(life.endedAt !== null, state === 'ended')
  })
}

const lostRows: Array<[what: string, facts: Short[], outcome: LegOutcome, theirs: boolean]> = [
  ['of the answer', ['started', 'ending:200-up', 'hung-up:16'], 'answered-not-confirmed', true],
  ['of all but the end', ['ending:200-up', 'hung-up:16'], 'answered-not-confirmed', true],
  ['of the answer; the sound was of no use', ['started', 'ending:200-up-127', 'hung-up:127'], 'congestion', false],
  ['of the answer, which crossed our time-out', ['started', 'ending:200-ringing-19', 'hung-up:19'], 'no-answer', true],
  ['of the hang-up: busy', ['started', 'ending:486-down-17', 'channel-ended'], 'busy', true],
  ['of the hang-up: the network', ['started', 'ending:503-down-34', 'channel-ended'], 'congestion', false],
  ['of hang-up and end: busy', ['started', 'ending:486-down-17', 'unreported'], 'busy', true],
  ['of hang-up and end: nobody came', ['started', 'ending:180-ringing-19', 'unreported'], 'no-answer', true],
  ['of hang-up and end: the network', ['started', 'ending:503-down-34', 'unreported'], 'congestion', false],
  ['of hang-up and end: a voicemail', ['started', 'answered', 'key:', 'ending:200-up', 'unreported'], 'answered-not-confirmed', true],
  ['of hang-up and end: in mid-survey', ['started', 'answered', 'key:1', 'ending:200-up', 'unreported'], 'confirmed', true],
  ['of answer, hang-up and end', ['started', 'ending:200-up', 'unreported'], 'answered-not-confirmed', true],
  ['of everything about the end', ['started', 'unreported'], 'pbx-lost', true],
  ['of everything after the answer', ['started', 'answered', 'unreported'], 'answered-not-confirmed', true],
  ['of everything after a key', ['started', 'answered', 'key:1', 'unreported'], 'confirmed', true],
  ['of everything after a refusal', ['started', 'answered', 'key:3', 'done:declined', 'unreported'], 'declined', true],
  ['of everything, and none of the end', ['unreported'], 'pbx-lost', true],
  ['with the PBX: before the answer', ['started', 'lost'], 'pbx-lost', false],
  ['with the PBX: after the answer', ['started', 'answered', 'lost'], 'pbx-lost', false]
]
for (const [what, facts, outcome, theirs] of lostRows) {
  test(`rows lost ${what}`, async t => {
    t.match(facts.map(fact).reduce(nextLife, fresh), { state: 'ended', outcome, theirs })
  })
}

test('an unreported end is noticed late, and is not late for that', async t => {
  const rang = (['started', 'ending:180-ringing-19'] as Short[]).map(fact).reduce(nextLife, fresh)
  const later = new Date(at.getTime() + 60_000)
  t.match(nextLife(rang, { legId: 'leg-1', at: later, kind: 'unreported' }), { outcome: 'no-answer', theirs: true })
})

test('an unreported leg that we had taken back is cancelled', async t => {
  t.match((['started', 'unreported'] as Short[]).map(fact).reduce(nextLife, { ...fresh, hangupWanted: true }),
    { outcome: 'cancelled', theirs: false })
})

test('a leg hung up by us while it rang is cancelled; a key that was pressed stands', async t => {
  const wanted = { ...fresh, hangupWanted: true }
  t.equal((['started', 'hung-up:16'] as Short[]).map(fact).reduce(nextLife, wanted).outcome, 'cancelled')
  t.equal((['started', 'answered', 'hung-up:16'] as Short[]).map(fact).reduce(nextLife, wanted).outcome, 'answered-not-confirmed')
  t.equal((['started', 'answered', 'key:1', 'hung-up:16'] as Short[]).map(fact).reduce(nextLife, wanted).outcome, 'confirmed')
})

test('an answer ends the want to end an unanswered leg, by any report of it', t => {
  const after = (wanted: LegLife, ...facts: Short[]): boolean => facts.map(fact).reduce(nextLife, wanted).hangupWanted
  const wanted = { ...fresh, hangupWanted: true }
  t.equal(after(wanted, 'started'), true, 'it still rings')
  for (const facts of [['started', 'answered'], ['answered'], ['key:1'], ['started', 'person']] as Short[][]) {
    t.equal(after(wanted, ...facts), false, facts.join(' '))
    t.equal(after({ ...wanted, hangupAnswered: true }, ...facts), true, `answered legs too: ${facts.join(' ')}`)
  }
  t.end()
})

test('an answer of a second had sound, whatever its cause', async t => {
  const answered = (['started', 'answered'] as Short[]).map(fact).reduce(nextLife, fresh)
  const after = (ms: number): LegLife =>
    nextLife(answered, { legId: 'leg-1', at: new Date(at.getTime() + ms), kind: 'hung-up', cause: 127 })
  t.same([after(999), after(1000)].map(l => l.outcome), ['congestion', 'answered-not-confirmed'])
  t.same([after(999), after(1000)].map(l => l.theirs), [false, true])
})

test('the answer bounds the talking time of a leg, until it is in a room or handed on', async t => {
  const later = (seconds: number): Date => new Date(at.getTime() + seconds * 1000)
  const table: Array<[what: string, facts: Short[], from: number | null]> = [
    ['rings', ['started'], null],
    ['answered', ['started', 'answered'], 1],
    ['a key alone says that it was answered', ['started', 'key:1'], 1],
    ['keys begin nothing again', ['started', 'answered', 'key:1', 'person'], 1],
    ['in the conference by the key', ['started', 'answered', 'key:2', 'unbounded'], null],
    ['admitted', ['started', 'answered', 'key:1', 'unbounded'], null],
    ['back from a talk apart', ['started', 'answered', 'unbounded', 'bounded'], 3],
    ['before a locked door', ['started', 'answered', 'key:2', 'bounded'], 3],
    ['from room to room', ['started', 'answered', 'key:2', 'unbounded', 'bounded', 'unbounded'], null],
    ['handed on to a person', ['started', 'answered', 'person', 'done:person'], null]
  ]
  for (const [what, facts, from] of table) {
    const life = facts.map((short, i) => ({ ...fact(short), at: later(i) })).reduce(nextLife, fresh)
    t.same(life.boundedFrom, from === null ? null : later(from), what)
  }
})

test('the end is left only with a PBX that was taken for lost; the table knows every state', async t => {
  t.strictSame(Object.keys(legTransitions).sort(), [...legStates].sort())
  t.strictSame(legTransitions.ended, { back: 'ringing' })
})
