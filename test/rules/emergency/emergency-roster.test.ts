import t from 'tap'
import { talkedMs } from '../../../src/features/emergency/conference/rules/talk.ts'
import {
  afterEvent, missedRounds, type MemberEvent, type MemberFacts, hasVanished, statedWith
} from '../../../src/features/emergency/rules/roster.ts'

const fresh: MemberFacts = { state: 'waiting', joins: 0, missedLegs: 0, numberCount: 2, removed: false, channelId: null, room: null }
const entered = (channelId = 'c1', room = 'r-1'): MemberEvent => ({ kind: 'entered', channelId, room })
const left = (result: string, channelId = 'c1', room = 'r-1'): MemberEvent => ({ kind: 'left', channelId, room, result, lost: false })
const key = (k: string): MemberEvent => ({ kind: 'key', key: k })
const dialled: MemberEvent = { kind: 'dialled' }
const placed: MemberEvent = { kind: 'placed' }
const missed: MemberEvent = { kind: 'leg-missed' }

const stories: Array<[string, MemberEvent[], Partial<MemberFacts>]> = [
  ['answered and pressed 2', [dialled, placed, key('2'), entered()], { state: 'joined', joins: 1 }],
  ['pressed a key nobody asked for and hung up: neither yes nor no',
    [dialled, placed, key('9'), { kind: 'finished', outcome: 'confirmed' }], { state: 'unreached' }],
  ['pressed 1 and hung up: has heard it', [dialled, placed, key('1'), { kind: 'finished', outcome: 'confirmed' }],
    { state: 'acknowledged' }],
  ['pressed 1, then 2 on the same line', [dialled, placed, key('1'), key('2'), entered()], { state: 'joined', joins: 1 }],
  ['pressed 3', [dialled, placed, key('3'), { kind: 'finished', outcome: 'declined' }], { state: 'cannot-come' }],
  ['a key that is none of the three', [dialled, placed, key('7')], { state: 'ringing' }],
  ['a voicemail that talks', [dialled, placed, missed, placed, missed, { kind: 'finished', outcome: 'missed' }],
    { state: 'unreached', missedLegs: 2 }],
  ['waits between two numbers', [dialled, placed, missed], { state: 'waiting', missedLegs: 1 }],
  ['mobile busy, office rings out, mobile answers', [dialled, placed, missed, placed, missed, placed, key('2'), entered()],
    { state: 'joined' }],
  ['the line drops in the conference', [dialled, placed, key('2'), entered(), left('hangup')], { state: 'dropped', channelId: null }],
  ['drops and rings back', [dialled, placed, key('2'), entered(), left('hangup'), entered('c2')], { state: 'joined', joins: 2 }],
  ['rings in again before the old call is known to be over', [dialled, placed, key('2'), entered(), entered('c2'), left('lost')],
    { state: 'joined', joins: 2, channelId: 'c2' }],
  ['acknowledged, then rings back', [dialled, placed, key('1'), { kind: 'finished', outcome: 'confirmed' }, entered('c9')],
    { state: 'joined', joins: 1 }],
  ['removed by the chair', [dialled, placed, key('2'), entered(), { kind: 'removed' }, left('kicked')],
    { state: 'dropped', removed: true }],
  ['the conference is ended: was there to the end', [dialled, placed, key('2'), entered(), left('ended')],
    { state: 'joined', channelId: null }],
  ['moved to a private room: the old room\'s late word changes nothing',
    [dialled, placed, key('2'), entered('c1', 'r-1'), entered('c1', 'r-p'), left('hangup', 'c1', 'r-1')],
    { state: 'joined', joins: 1, room: 'r-p' }],
  ['an older call ends', [dialled, placed, key('2'), entered('c2'), left('hangup', 'c1')], { state: 'joined', channelId: 'c2' }],
  ['taken back by the coordinator is not a miss', [dialled, placed, { kind: 'finished', outcome: 'cancelled' }], { state: 'waiting' }],
  ['dialled again after a miss', [dialled, placed, missed, missed, { kind: 'finished', outcome: 'missed' }, dialled, placed],
    { state: 'ringing', missedLegs: 0 }],
  ['dialled again while in the conference', [dialled, placed, key('2'), entered(), dialled, placed], { state: 'joined' }],
  ['admitted by a coordinator who spoke with the member', [dialled, placed, { kind: 'admitted' }, entered()], { state: 'joined' }],
  ['no number at all', [{ kind: 'no-number' }], { state: 'unreached' }],
  ['a second key press changes nothing', [dialled, placed, key('2'), entered(), key('3')], { state: 'joined' }]
]

t.test('a member\'s state after each event', async t => {
  for (const [story, events, expected] of stories) {
    t.match(events.reduce(afterEvent, fresh), expected, story)
  }
})

t.test('rounds without success are whole rounds through the member\'s numbers', async t => {
  t.equal(missedRounds({ missedLegs: 1, numberCount: 2 }), 0)
  t.equal(missedRounds({ missedLegs: 2, numberCount: 2 }), 1)
  t.equal(missedRounds({ missedLegs: 5, numberCount: 2 }), 2)
  t.equal(missedRounds({ missedLegs: 0, numberCount: 0 }), 0)
})

t.test('a member\'s state follows the telephone\'s answer until the member comes in', async t => {
  const absent = { state: 'waiting', joins: 0, channelId: null } as const
  const stands = ([
    'waiting', 'ringing', 'acknowledged', 'joined', 'dropped', 'cannot-come', 'unreached'
  ] as const).map(owner => statedWith(owner, absent))
  t.same(stands, ['waiting', 'ringing', 'acknowledged', 'acknowledged', 'acknowledged', 'cannot-come', 'unreached'])
  t.equal(statedWith('cannot-come', { state: 'joined', joins: 1, channelId: 'c' }), 'joined')
  t.equal(statedWith('unreached', { state: 'dropped', joins: 1, channelId: null }), 'dropped')
})

t.test('gone without having hung up', async t => {
  t.same([0, 16, 17, 31, 44, 18, 102].map(hasVanished), [false, false, false, false, true, true, true])
})

t.test('they spoke as long as both were on the line', async t => {
  const at = (s: number): Date => new Date(1_700_000_000_000 + s * 1000)
  t.equal(talkedMs({ chair_in_at: at(0), member_in_at: null, over_at: at(9) }, at(10)), 0)
  t.equal(talkedMs({ chair_in_at: null, member_in_at: at(1), over_at: null }, at(10)), 0)
  t.equal(talkedMs({ chair_in_at: at(0), member_in_at: at(2), over_at: at(5) }, at(10)), 3000)
  t.equal(talkedMs({ chair_in_at: at(3), member_in_at: at(2), over_at: null }, at(10)), 7000)
})
