import t from 'tap'
import { newCall, survivor, type Call, type Channel } from '../../../src/features/calls/rules/call.ts'
import { lose } from '../../../src/features/calls/rules/call-progress.ts'
import type { CallFact } from '../../../src/features/calls/rules/call-scene.ts'
import { at, begin, fold, type Line } from '../calls/folded-calls.ts'

const trunk = 'PJSIP/trunk-00000001'
const a1 = 'PJSIP/8001-00000002'
const a2 = 'PJSIP/8002-00000003'

t.test('every way a citizen\'s call goes', async t => {
  const cases: Array<{ name: string, lines: Line[], call: Record<string, unknown>, last?: string[] }> = [
    {
      name: 'gives up in the queue',
      lines: [...begin, [9, 'LD_QUEUE_LEFT', 'c', 'c', trunk, { result: 'abandoned', waited: '8' }], [9, 'chan-end', 'c', 'c', trunk]],
      call: { state: 'ended', abandonedAt: at(9), answeredAt: null }
    },
    {
      name: 'gives up in the greeting',
      lines: [...begin.slice(0, 3), [2, 'chan-end', 'c', 'c', trunk]],
      call: { state: 'ended', abandonedAt: at(2) }
    },
    {
      name: 'the rows of its end are all there is',
      lines: [[9, 'hangup', 'c', 'c', trunk], [9, 'chan-end', 'c', 'c', trunk]],
      call: { state: 'ended', direction: 'inbound' }
    },
    { name: 'the greeting is not a person', lines: begin, call: { state: 'queued', answeredAt: null } },
    {
      name: 'the shift leader answers',
      lines: [
        ...begin,
        [60, 'LD_QUEUE_LEFT', 'c', 'c', trunk, { result: 'timeout' }],
        [60, 'LD_OVERFLOW', 'c', 'c', trunk, { to: 'leader', result: 'ringing' }],
        [61, 'chan-start', 'l', 'c', a1],
        [65, 'answer', 'l', 'c', a1],
        [65, 'LD_OVERFLOW', 'l', 'c', a1, { to: 'leader', result: 'answered' }]
      ],
      call: { state: 'talking', overflowTo: 'leader', answeredBy: '8001', answeredAt: at(65) }
    },
    {
      name: 'the duty officer outside answers',
      lines: [
        ...begin,
        [60, 'LD_OVERFLOW', 'c', 'c', trunk, { to: 'duty', result: 'ringing' }],
        [61, 'chan-start', 'd', 'c', 'PJSIP/trunk-00000009'],
        [65, 'answer', 'd', 'c', 'PJSIP/trunk-00000009'],
        [69, 'LD_OVERFLOW', 'd', 'c', 'PJSIP/trunk-00000009', { to: 'duty', result: 'answered' }]
      ],
      call: { state: 'talking', answeredBy: 'duty', answeredAt: at(69) }
    },
    {
      name: 'a voicemail answers for the shift leader: nobody has',
      lines: [
        ...begin,
        [10, 'LD_OVERFLOW', 'c', 'c', trunk, { to: 'leader', result: 'ringing' }],
        [11, 'chan-start', 'd', 'c', 'PJSIP/trunk-00000009'],
        [12, 'answer', 'd', 'c', 'PJSIP/trunk-00000009'],
        [20, 'LD_OVERFLOW', 'c', 'c', trunk, { to: 'leader', result: 'missed' }]
      ],
      call: { state: 'overflow', answeredAt: null, answeredBy: null }
    },
    {
      name: 'a member rings back into the conference: nobody gave up',
      lines: [[0, 'chan-start', 'c', 'c', trunk], [0, 'LD_REJOIN', 'c', 'c', trunk, { result: 'asked' }], [3, 'chan-end', 'c', 'c', trunk]],
      call: { state: 'ended', purpose: 'conference', abandonedAt: null }
    },
    {
      name: 'a caller who presses no PIN and gives up in the greeting is a citizen who gave up',
      lines: [
        [0, 'chan-start', 'c', 'c', trunk],
        [0, 'LD_REJOIN', 'c', 'c', trunk, { result: 'asked' }],
        [9, 'LD_REJOIN', 'c', 'c', trunk, { result: 'none' }],
        [12, 'chan-end', 'c', 'c', trunk]
      ],
      call: { state: 'ended', purpose: null, abandonedAt: at(12) }
    },
    {
      name: 'and so is who is not asked any more',
      lines: [
        [0, 'chan-start', 'c', 'c', trunk],
        [0, 'LD_REJOIN', 'c', 'c', trunk, { result: 'barred' }],
        [3, 'chan-end', 'c', 'c', trunk]
      ],
      call: { state: 'ended', purpose: null, abandonedAt: at(3) }
    },
    {
      name: 'left the queue after an answer is no abandonment',
      lines: [
        ...begin,
        [2, 'chan-start', 'a', 'c', a1],
        [3, 'answer', 'a', 'c', a1],
        [9, 'LD_QUEUE_LEFT', 'c', 'c', trunk, { result: 'abandoned' }]
      ],
      call: { state: 'talking', abandonedAt: null }
    },
    {
      name: 'a row that says nothing of calls',
      lines: [...begin, [2, 'other', 'c', 'c', trunk]],
      call: { state: 'queued', endedAt: null }
    },
    {
      name: 'a colleague answers the consulting agent: the citizen is still on hold',
      lines: [
        ...begin,
        [2, 'chan-start', 'a', 'c', a1],
        [3, 'answer', 'a', 'c', a1],
        [4, 'LD_HELD', 'c', 'c', trunk],
        [5, 'chan-start', 'b', 'c', a2],
        [6, 'answer', 'b', 'c', a2]
      ],
      call: { state: 'held', answeredBy: '8001' }
    },
    {
      name: 'the citizen hung up, the colleague\'s rows come last',
      lines: [
        ...begin,
        [2, 'chan-start', 'a', 'c', a1],
        [3, 'answer', 'a', 'c', a1],
        [9, 'hangup', 'c', 'c', trunk, { source: trunk }],
        [9, 'chan-end', 'c', 'c', trunk],
        [9, 'hangup', 'a', 'c', a1, { source: trunk }],
        [9, 'chan-end', 'a', 'c', a1]
      ],
      call: { state: 'ended', endedBy: 'citizen' }
    },
    {
      name: 'back from hold',
      lines: [
        ...begin,
        [2, 'chan-start', 'a', 'c', a1],
        [3, 'answer', 'a', 'c', a1],
        [4, 'LD_HELD', 'c', 'c', trunk],
        [5, 'bridge-enter', 'c', 'c', trunk]
      ],
      call: { state: 'talking' }
    },
    {
      name: 'no disk for recording',
      lines: [...begin, [1, 'LD_NOT_RECORDED', 'c', 'c', trunk, { reason: 'disk' }]],
      call: { recording: null }
    },
    {
      name: 'a recording and its size',
      lines: [
        ...begin,
        [1, 'LD_RECORDING', 'c', 'c', trunk, { file: '2026/11/22/c.wav' }],
        [9, 'chan-end', 'c', 'c', trunk],
        [9, 'LD_RECORDED', 'c', 'c', trunk, { file: '2026/11/22/c.wav', bytes: '16044' }]
      ],
      call: { recording: '2026/11/22/c.wav', recordingBytes: 16044, state: 'ended' }
    },
    {
      name: 'withheld',
      lines: [[0, 'chan-start', 'c', 'c', trunk], [0, 'LD_OFFERED', 'c', 'c', trunk, { did: '962000', number: '', withheld: '1' }]],
      call: { withheld: true }
    }
  ]
  for (const { name, lines, call } of cases) t.match(fold(lines).calls.get('c'), call, name)
})

t.test('two calls bridged are one: the citizen\'s goes on, the other stays as its alias', async t => {
  const talking: Line[] = [
    ...begin,
    [2, 'chan-start', 'a', 'c', a1],
    [3, 'answer', 'a', 'c', a1],
    [4, 'chan-start', 'x', 'x', a1.replace('2', '4')],
    [4, 'chan-start', 'b', 'x', a2],
    [5, 'answer', 'b', 'x', a2]
  ]
  for (const [name, bridge] of [
    ['the colleague takes the citizen\'s linked id', [6, 'bridge-enter', 'b', 'c', a2]],
    ['the citizen takes the colleague\'s', [6, 'bridge-enter', 'c', 'x', trunk]]
  ] as Array<[string, Line]>) {
    const { calls, channels, timeline } = fold([
      ...talking,
      bridge,
      [7, 'chan-end', 'a', 'c', a1],
      [8, 'chan-end', 'x', 'x', a1.replace('2', '4')],
      [9, 'hangup', 'c', 'c', trunk, { source: trunk }],
      [9, 'chan-end', 'c', 'c', trunk],
      [9, 'chan-end', 'b', 'c', a2]
    ])
    t.match(calls.get('c'), { mergedInto: null, state: 'ended', endedBy: 'citizen', endedAt: at(9), answeredBy: '8001' }, name)
    t.match(calls.get('x'), { mergedInto: 'c', state: 'ended' })
    t.same([...new Set([...channels.values()].map(c => c.callId))], ['c'])
    t.equal(timeline.filter(e => e.startsWith('ended')).length, 1)
  }
})

t.test('a leg is an outbound call; joined by an agent\'s telephone it stays one', async t => {
  const leg: Line[] = [
    [0, 'chan-start', 'manual-1', 'manual-1', a1],
    [2, 'answer', 'manual-1', 'manual-1', a1],
    [3, 'chan-start', 'leg-1', 'leg-1', trunk],
    [9, 'answer', 'leg-1', 'leg-1', trunk],
    [9, 'bridge-enter', 'manual-1', 'leg-1', a1]
  ]
  const { calls, timeline } = fold(leg)
  t.match(calls.get('leg-1'), { direction: 'outbound', state: 'talking', answeredAt: at(9) })
  t.match(calls.get('manual-1'), { mergedInto: 'leg-1', purpose: 'manual' })
  t.ok(timeline.includes('placed exchange'))
})

t.test('an inbound call learnt late is still inbound', async t => {
  const { calls, channels } = fold([[3, 'answer', 'a', 'c', a1], [4, 'bridge-enter', 'c', 'c', trunk]])
  t.match(calls.get('c'), { direction: 'inbound' })
  t.equal(channels.get('c')?.kind, 'citizen')
})

t.test('the surviving call of a merge', async t => {
  const call = (id: string, s: number, direction: Call['direction']): Call => ({
    ...newCall({ uniqueId: id, linkedId: id, node: 'pbx1', channel: trunk, at: at(s) }),
    direction
  })
  const table: Array<[Call, Call, string]> = [
    [call('in', 9, 'inbound'), call('out', 1, 'outbound'), 'in'],
    [call('out', 9, 'outbound'), call('int', 1, 'internal'), 'out'],
    [call('old', 1, 'inbound'), call('new', 9, 'inbound'), 'old']
  ]
  for (const [a, b, id] of table) t.same([survivor(a, b).id, survivor(b, a).id], [id, id])
})

t.test('a PBX crash ends living channels, not younger ones', async t => {
  const { calls, channels } = fold([...begin, [2, 'chan-start', 'a', 'c', a1], [3, 'answer', 'a', 'c', a1]])
  const call = calls.get('c') ?? null
  const living = [...channels.values()]
  const restart = (s: number): CallFact => ({
    row: 99, node: 'pbx1', at: at(s), uniqueId: '', linkedId: '', channel: '', num: '', context: '', exten: '', kind: 'node-restart'
  })
  const citizen = channels.get('c') as Channel
  t.match(lose({ channel: citizen, call, linked: call, living }, restart(9)).channels, [{ lost: true, endedAt: at(9) }])
  t.same(lose({ channel: { ...citizen, startedAt: at(10) }, call, linked: call, living }, restart(9)).channels, [])
  t.match(lose({ channel: citizen, call, linked: call, living: [citizen] }, restart(9)).call,
    { state: 'ended', lost: true, endedBy: 'pbx-lost', abandonedAt: null })
})

t.test('a call whose agent\'s channel alone is lost goes on, and is lost with its last', async t => {
  const { calls, channels } = fold([...begin, [2, 'chan-start', 'a', 'c', a1], [3, 'answer', 'a', 'c', a1]])
  const [citizen, desk] = [channels.get('c') as Channel, channels.get('a') as Channel]
  const call = calls.get('c') ?? null
  const lost = (uniqueId: string, s: number): CallFact => ({
    row: 99, node: 'pbx1', at: at(s), uniqueId, linkedId: 'c', channel: '', num: '', context: '', exten: '', kind: 'channel-lost'
  })
  const first = lose({ channel: desk, call, linked: call, living: [citizen, desk] }, lost('a', 8))
  t.match([first.channels, first.call], [[{ lost: true, endedAt: at(8) }], { state: 'talking', lost: false, endedBy: null }])
  t.match(lose({ channel: citizen, call: first.call, linked: null, living: [citizen] }, lost('c', 9)).call,
    { state: 'ended', lost: true, endedBy: 'pbx-lost' })
})

t.test('a channel whose hang-up was read has ended, though the row of its end is lost: so has its call', async t => {
  const hangsUp: Line = [9, 'hangup', 'c', 'c', trunk, { source: trunk }]
  const talk: Line[] = [...begin, [2, 'chan-start', 'a', 'c', a1], [3, 'answer', 'a', 'c', a1]]
  const table: Array<{ name: string, lines: Line[], call: Record<string, unknown>, channel: Record<string, unknown> }> = [
    {
      name: 'the citizen hung up in a talk',
      lines: [...talk, [9, 'hangup', 'a', 'c', a1], [9, 'chan-end', 'a', 'c', a1], hangsUp],
      call: { state: 'ended', endedAt: at(19), lost: false, endedBy: 'citizen', endCause: 16, abandonedAt: null },
      channel: { lost: false, endedAt: at(19), cause: 16 }
    },
    {
      name: 'the citizen hung up in the queue: they gave up',
      lines: [...begin, hangsUp],
      call: { state: 'ended', lost: false, endedBy: 'citizen', abandonedAt: at(19) },
      channel: { lost: false, endedAt: at(19) }
    },
    {
      name: 'the hang-up is lost too',
      lines: begin,
      call: { state: 'ended', lost: true, endedBy: 'pbx-lost', abandonedAt: null },
      channel: { lost: true, endedAt: at(19) }
    }
  ]
  for (const kind of ['channel-lost', 'node-restart'] as const) {
    for (const { name, lines, call, channel } of table) {
      const { calls, channels } = fold(lines)
      const citizen = channels.get('c') as Channel
      const fact: CallFact = {
        row: 99, node: 'pbx1', at: at(19), uniqueId: 'c', linkedId: 'c', channel: '', num: '', context: '', exten: '', kind
      }
      const after = lose({ channel: citizen, call: calls.get('c') ?? null, linked: null, living: [citizen] }, fact)
      t.match([after.call, after.channels], [call, [channel]], `${name}, ${kind}`)
    }
  }
})

t.test('a citizen lost from the queue by a PBX crash did not abandon', async t => {
  const { calls, channels } = fold(begin)
  const citizen = channels.get('c') as Channel
  const restart: CallFact = {
    row: 99, node: 'pbx1', at: at(9), uniqueId: '', linkedId: '', channel: '', num: '', context: '', exten: '', kind: 'node-restart'
  }
  t.match(lose({ channel: citizen, call: calls.get('c') ?? null, linked: null, living: [citizen] }, restart).call,
    { state: 'ended', lost: true, abandonedAt: null })
})
