import t from 'tap'
import { hadNobody, settlesReturn, type Call, type CallEntryKind, type Channel } from '../../../src/features/calls/rules/call.ts'
import { at, begin, fold, type Line } from './folded-calls.ts'

const trunk = 'PJSIP/trunk-00000001'
const a1 = 'PJSIP/8001-00000002'
const a2 = 'PJSIP/8002-00000003'
/** answered, and in the queue once more without the agent */
const again: Line[] = [
  ...begin,
  [2, 'chan-start', 'a', 'c', a1],
  [3, 'answer', 'a', 'c', a1],
  [3, 'LD_QUEUE_LEFT', 'c', 'c', trunk, { result: 'answered', waited: '2' }],
  [15, 'chan-end', 'a', 'c', a1],
  [20, 'LD_QUEUED', 'c', 'c', trunk, { queue: 'hotline', priority: '10' }]
]

t.test('citizens who had been answered, and were left waiting again', async t => {
  const cases: Array<{ name: string, lines: Line[], call: Record<string, unknown> }> = [
    {
      name: 'answered, transferred in vain, told that we ring back',
      lines: [
        ...again,
        [23, 'LD_QUEUE_LEFT', 'c', 'c', trunk, { result: 'nobody', waited: '3' }],
        [30, 'hangup', 'c', 'c', trunk],
        [30, 'chan-end', 'c', 'c', trunk]
      ],
      call: { state: 'ended', answeredBy: '8001', abandonedAt: at(30) }
    },
    {
      name: 'answered, transferred in vain, gives up while the leader\'s telephone rings',
      lines: [
        ...again,
        [23, 'LD_QUEUE_LEFT', 'c', 'c', trunk, { result: 'timeout', waited: '3' }],
        [23, 'LD_OVERFLOW', 'c', 'c', trunk, { to: 'leader', result: 'ringing' }],
        [25, 'chan-end', 'c', 'c', trunk]
      ],
      call: { state: 'ended', answeredBy: '8001', abandonedAt: at(25) }
    },
    {
      name: 'answered, transferred in vain, gives up in the queue',
      lines: [
        ...again, [23, 'LD_QUEUE_LEFT', 'c', 'c', trunk, { result: 'abandoned', waited: '3' }], [23, 'chan-end', 'c', 'c', trunk]
      ],
      call: { state: 'ended', answeredBy: '8001', abandonedAt: at(23) }
    },
    {
      name: 'answered, transferred in vain, and answered from the queue',
      lines: [
        ...again,
        [23, 'chan-start', 'b', 'c', a2],
        [24, 'answer', 'b', 'c', a2],
        [29, 'chan-end', 'b', 'c', a2],
        [29, 'chan-end', 'c', 'c', trunk]
      ],
      call: { state: 'ended', abandonedAt: null }
    },
    {
      name: 'the agent\'s telephone had gone, the citizen does not wait for it',
      lines: [...again.slice(0, -1), [20, 'LD_AGENT_GONE', 'c', 'c', trunk, { agent: '8001' }], [25, 'chan-end', 'c', 'c', trunk]],
      call: { state: 'ended', abandonedAt: at(25) }
    },
    {
      name: 'the citizen hangs up on hold: the agent is there',
      lines: [
        ...begin,
        [2, 'chan-start', 'a', 'c', a1],
        [3, 'answer', 'a', 'c', a1],
        [4, 'LD_HELD', 'c', 'c', trunk],
        [9, 'chan-end', 'c', 'c', trunk],
        [10, 'chan-end', 'a', 'c', a1]
      ],
      call: { state: 'ended', abandonedAt: null }
    }
  ]
  for (const { name, lines, call } of cases) t.match(fold(lines).calls.get('c'), call, name)
})

t.test('citizens who had nobody on the line when their call ended', async t => {
  const { calls, channels } = fold([...begin, [2, 'chan-start', 'a', 'c', a1], [3, 'answer', 'a', 'c', a1]])
  const call = { ...calls.get('c') as Call, state: 'ended' as const, endedAt: at(9) }
  const [citizen, desk] = [channels.get('c') as Channel, channels.get('a') as Channel]
  const dead = (channel: Channel): Channel => ({ ...channel, endedAt: at(9), lost: true })
  const ringing = { ...dead(desk), answeredAt: null }
  const left = { ...desk, endedAt: at(8) }
  const unanswered = { ...call, answeredAt: null, answeredBy: null }
  const rung = (purpose: Call['purpose']): Call => ({ ...call, direction: 'outbound', purpose })
  const declined = { ...left, answeredAt: null, endedAt: at(8) }
  const earlier = { ...dead(desk), endedAt: at(4) }
  const table: Array<[string, Call, Channel[], boolean, waiting?: boolean]> = [
    ['gave up', { ...unanswered, abandonedAt: at(9) }, [citizen], true],
    ['lost during the wait', { ...unanswered, lost: true }, [dead(citizen)], true],
    ['lost in mid-talk', { ...call, lost: true }, [dead(citizen), dead(desk)], false],
    ['lost while the next telephone rang', { ...call, lost: true }, [dead(citizen), left, ringing], true],
    ['lost when the agent\'s telephone had gone', { ...call, lost: true }, [dead(citizen), left], true, true],
    ['lost after the next telephone had declined', { ...call, lost: true }, [dead(citizen), { ...left, endedAt: at(7) }, declined], true],
    ['talked to the end, of which the agent\'s row alone is there', { ...call, lost: true }, [dead(citizen), left], false],
    ['talked to the end, the agent\'s channel was missed some seconds before', { ...call, lost: true }, [dead(citizen), earlier], false],
    ['the agent\'s end was lost, and the citizen waited in the queue again', { ...call, lost: true }, [dead(citizen), earlier], true, true],
    ['talked and hung up', call, [citizen, desk], false],
    ['answered, and gave up waiting for the next one', { ...call, abandonedAt: at(9) }, [citizen], true],
    ['turned away', { ...unanswered, purpose: 'blocked', lost: true }, [dead(citizen)], false],
    ['in a conference', { ...call, purpose: 'conference', lost: true }, [dead(citizen)], false],
    ['at a conference\'s PIN', { ...unanswered, purpose: 'conference', lost: true }, [dead(citizen)], false],
    ['rung by us', { ...unanswered, direction: 'outbound', lost: true }, [dead(citizen)], false],
    ['a return: pressed 1, and nobody came', { ...rung('missed-call'), answeredBy: null, abandonedAt: at(9) }, [citizen], true],
    ['a return: pressed 1, lost during the wait: the dialler repeats it', { ...rung('missed-call'), answeredBy: null, lost: true },
      [dead(citizen)], false],
    ['a return: answered, sent on, lost during the wait', { ...rung('missed-call'), lost: true }, [dead(citizen)], true, true],
    ['by hand: sent on, and nobody came', { ...rung('manual'), answeredBy: null, abandonedAt: at(9) }, [citizen], true],
    ['by hand: sent on, lost during the wait', { ...rung('manual'), answeredBy: null, lost: true }, [dead(citizen)], true, true],
    ['by hand: lost in mid-talk', { ...rung('manual'), queuedAt: null, lost: true }, [dead(citizen)], false],
    ['a callback: 0, and nobody came: an officer\'s', { ...rung('callback'), answeredBy: null, abandonedAt: at(9) }, [citizen], false],
    ['a callback: 0, answered, sent on, and nobody came', { ...rung('callback'), abandonedAt: at(9) }, [citizen], true],
    ['a member of a conference', { ...rung('emergency'), abandonedAt: at(9) }, [citizen], false]
  ]
  for (const [name, over, of, expected, waiting] of table) t.equal(hadNobody(over, of, waiting), expected, name)
})

t.test('events that make a return needless', async t => {
  const call = fold(begin).calls.get('c') as Call
  const rung = (purpose: Call['purpose']): Call => ({ ...call, direction: 'outbound', purpose })
  const table: Array<[string, Call, { kind: CallEntryKind, actor: string, detail?: Record<string, unknown> }, boolean]> = [
    ['the citizen rings again and waits', call, { kind: 'queued', actor: 'citizen' }, true],
    ['an agent answers', call, { kind: 'answered', actor: '8001' }, true],
    ['the duty officer outside presses 1', call, { kind: 'overflow', actor: 'exchange', detail: { result: 'answered' } }, true],
    ['the duty officer\'s telephone rings', call, { kind: 'overflow', actor: 'exchange', detail: { result: 'ringing' } }, false],
    ['the call is offered', call, { kind: 'offered', actor: 'citizen' }, false],
    ['a return: the citizen picks up', rung('missed-call'), { kind: 'answered', actor: 'citizen' }, false],
    ['a return: the citizen presses 1 and waits', rung('missed-call'), { kind: 'queued', actor: 'citizen' }, false],
    ['a return: an agent answers', rung('missed-call'), { kind: 'answered', actor: '8001' }, true],
    ['by hand: the citizen picks up', rung('manual'), { kind: 'answered', actor: 'citizen' }, false],
    ['by hand: joined to the agent: its length decides', rung('manual'), { kind: 'merged', actor: 'exchange' }, false],
    ['by hand: sent on, another agent answers: its length decides', rung('manual'), { kind: 'answered', actor: '8002' }, false],
    ['a callback by the machine', rung('callback'), { kind: 'answered', actor: 'citizen' }, false],
    ['a callback: 0, an agent answers', rung('callback'), { kind: 'answered', actor: '8001' }, true],
    ['in a conference', { ...call, purpose: 'conference' }, { kind: 'answered', actor: '8001' }, false]
  ]
  for (const [name, of, entry, expected] of table) t.equal(settlesReturn(of, { detail: {}, ...entry }), expected, name)
})
