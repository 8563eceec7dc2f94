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
type Short = Exclude<LegFactKind, 'key' | 'done' | 'ending' | 'hung-up'> | `ending:${number}-${string}` | `key:${string}`
  | `done:${string}` | `hung-up:${number}`

function fact (short: Short): LegFact {
  const [kind, value = ''] = short.split(':') as [LegFactKind, string?]
  const base = { legId: 'leg-1', at }
  if (kind === 'key') return { ...base, kind, question: 'q', key: value, answers: keyAnswers('emergency', value) }
  if (kind === 'done') return { ...base, kind, result: value }
  if (kind === 'ending') return { ...base, kind, sip: Number(value.split('-')[0]), state: value.split('-')[1] ?? '' }
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

test('the table never leads out of the end, and knows every state', async t => {
  t.strictSame(Object.keys(legTransitions).sort(), [...legStates].sort())
  t.strictSame(legTransitions.ended, {})
})
