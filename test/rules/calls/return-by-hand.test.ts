import t from 'tap'
import { legOutcomes } from '../../../src/domain/telephone/legs.ts'
import type { Channel } from '../../../src/features/calls/rules/call.ts'
import { talkOf, tryOutcomeOf } from '../../../src/features/calls/rules/return-by-hand.ts'
import { at } from './folded-calls.ts'

type Times = readonly [answered: number | null, ended: number | null]

const channel = (uniqueId: string, kind: Channel['kind'], [answered, ended]: Times): Channel => ({
  uniqueId,
  kind,
  node: 'pbx1',
  callId: 'leg-1',
  linkedId: 'leg-1',
  name: `PJSIP/${uniqueId}`,
  extension: kind === 'agent' ? '8001' : null,
  cameBy: null,
  startedAt: at(0),
  answeredAt: answered === null ? null : at(answered),
  endedAt: ended === null ? null : at(ended),
  cause: null,
  lost: false
})

t.test('how long a citizen who was rung by hand was together with one person', async t => {
  const now = 40
  const agent = (...times: Times): Channel => channel('manual-1', 'agent', times)
  const table: Array<[name: string, citizen: Times, others: Channel[], talk: { from: number, seconds: number } | null]> = [
    ['not answered', [null, 9], [agent(1, 9)], null],
    ['a voicemail of 4 s', [5, 9], [agent(1, 10)], { from: 5, seconds: 4 }],
    ['answered and gone', [5, 5], [agent(1, 6)], { from: 5, seconds: 0 }],
    ['the agent hangs up first', [5, 21], [agent(1, 20)], { from: 5, seconds: 15 }],
    ['the agent had gone before the answer', [5, 9], [agent(1, 4)], null],
    ['alone on the line', [5, 35], [], null],
    ['they still talk', [5, null], [agent(1, null)], { from: 5, seconds: 35 }],
    ['sent on after 3 s to a colleague who does not answer: waiting is no talk', [5, 35], [agent(1, 8), channel('b', 'agent', [null, 35])],
      { from: 5, seconds: 3 }],
    ['sent on after 3 s to a colleague who answers', [5, 35], [agent(1, 8), channel('b', 'agent', [20, 35])], { from: 20, seconds: 15 }],
    ['twice too short: no time is added up', [5, 17], [agent(1, 11), channel('b', 'agent', [11, 17])], { from: 5, seconds: 6 }],
    ['the handler\'s own telephone', [5, 30], [channel('own-1', 'outside', [1, 30])], { from: 5, seconds: 25 }],
    ['joined to another citizen\'s call', [5, 30], [agent(1, 8), channel('c', 'citizen', [1, 30])], { from: 5, seconds: 3 }]
  ]
  for (const [name, citizen, others, talk] of table) {
    const own = channel('leg-1', 'citizen', citizen)
    t.same(talkOf(own, [own, ...others], at(now)), talk && { from: at(talk.from), seconds: talk.seconds }, name)
  }
})

t.test('what a person is told of a call in vain', async t => {
  t.same(Object.fromEntries(legOutcomes.map(outcome => [outcome, tryOutcomeOf[outcome]])), {
    confirmed: 'answered',
    declined: 'answered',
    'answered-not-confirmed': 'answered',
    busy: 'busy',
    'no-answer': 'no-answer',
    unallocated: 'unallocated',
    rejected: 'rejected',
    congestion: 'failed',
    'no-response': 'failed',
    'not-placed': 'failed',
    'pbx-lost': 'failed',
    cancelled: 'cancelled'
  })
})
