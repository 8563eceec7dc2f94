// What a call says when the journal has lost rows of it.
import t from 'tap'
import { at, begin, fold, type Line } from './folded-calls.ts'

const trunk = 'PJSIP/trunk-00000001'
const a1 = 'PJSIP/8001-00000002'
const duty = 'PJSIP/trunk-00000009'
const rings: Line = [2, 'chan-start', 'a', 'c', a1]
const bothEnd: Line[] = [
  [9, 'hangup', 'c', 'c', trunk, { source: trunk }],
  [9, 'chan-end', 'c', 'c', trunk],
  [9, 'hangup', 'a', 'c', a1, { source: trunk }],
  [9, 'chan-end', 'a', 'c', a1]
]

t.test('the row of an answer is lost: the bridge or the queue tells of it', async t => {
  const bridged: Line[] = [[3, 'bridge-enter', 'a', 'c', a1], [3, 'bridge-enter', 'c', 'c', trunk]]
  const left: Line = [9, 'LD_QUEUE_LEFT', 'c', 'c', trunk, { result: 'answered', member: 'PJSIP/8001', waited: '2' }]
  const cases: Array<{ name: string, lines: Line[], call: Record<string, unknown>, answers: string[] }> = [
    {
      name: 'the agent enters the bridge',
      lines: [...begin, rings, ...bridged],
      call: { state: 'talking', answeredBy: '8001', answeredAt: at(3), leftQueueAt: at(3) },
      answers: ['answered 8001']
    },
    {
      name: 'the agent enters the bridge, and its answer is read late',
      lines: [...begin, rings, ...bridged, [3, 'answer', 'a', 'c', a1]],
      call: { state: 'talking', answeredBy: '8001', answeredAt: at(3) },
      answers: ['answered 8001']
    },
    {
      name: 'the call is over: nobody gave up',
      lines: [...begin, rings, ...bridged, left, ...bothEnd],
      call: { state: 'ended', answeredBy: '8001', abandonedAt: null },
      answers: ['answered 8001']
    },
    {
      name: 'the bridges are lost as well: the queue names its member',
      lines: [...begin, rings, left, ...bothEnd],
      call: { state: 'ended', answeredBy: '8001', answeredAt: at(3), leftQueueAt: at(3), abandonedAt: null },
      answers: ['answered 8001']
    },
    {
      name: 'the queue names nobody we know',
      lines: [...begin, [9, 'LD_QUEUE_LEFT', 'c', 'c', trunk, { result: 'answered', member: '', waited: '' }]],
      call: { state: 'talking', answeredBy: null },
      answers: []
    },
    {
      name: 'the waiting time is lost too: answered by the time of the row at the latest',
      lines: [...begin, [9, 'LD_QUEUE_LEFT', 'c', 'c', trunk, { result: 'answered', member: 'PJSIP/8001', waited: '700' }]],
      call: { state: 'talking', answeredBy: '8001', answeredAt: at(9) },
      answers: ['answered 8001']
    },
    {
      name: 'a voicemail in place of the duty officer enters no bridge without its key',
      lines: [
        ...begin,
        [10, 'LD_OVERFLOW', 'c', 'c', trunk, { to: 'duty', result: 'ringing' }],
        [11, 'chan-start', 'd', 'c', duty],
        [20, 'LD_OVERFLOW', 'c', 'c', trunk, { to: 'duty', result: 'missed' }]
      ],
      call: { state: 'overflow', answeredBy: null },
      answers: []
    },
    {
      name: 'the duty officer outside enters the bridge',
      lines: [
        ...begin,
        [10, 'LD_OVERFLOW', 'c', 'c', trunk, { to: 'duty', result: 'ringing' }],
        [11, 'chan-start', 'd', 'c', duty],
        [12, 'answer', 'd', 'c', duty],
        [16, 'bridge-enter', 'd', 'c', duty]
      ],
      call: { state: 'talking', answeredBy: 'duty', answeredAt: at(16) },
      answers: []
    },
    {
      name: 'the citizen\'s own channel in a bridge is nobody\'s answer',
      lines: [...begin, [3, 'bridge-enter', 'c', 'c', trunk]],
      call: { state: 'queued', answeredBy: null },
      answers: []
    }
  ]
  for (const { name, lines, call, answers } of cases) {
    const { calls, timeline } = fold(lines)
    t.match(calls.get('c'), call, name)
    t.same(timeline.filter(e => e.startsWith('answered')), answers, name)
  }
})

t.test('rows of a call that is over, read late or once more, do not open it again', async t => {
  const whole: Line[] = [
    ...begin,
    rings,
    [3, 'answer', 'a', 'c', a1],
    [3, 'bridge-enter', 'a', 'c', a1],
    [3, 'bridge-enter', 'c', 'c', trunk],
    [4, 'LD_AGENT_GONE', 'c', 'c', trunk, { agent: '8001' }],
    [5, 'LD_QUEUE_LEFT', 'c', 'c', trunk, { result: 'answered', member: 'PJSIP/8001', waited: '2' }],
    [5, 'LD_OVERFLOW', 'c', 'c', trunk, { to: 'leader', result: 'ringing' }],
    [6, 'LD_HELD', 'c', 'c', trunk],
    [7, 'LD_REJOIN', 'c', 'c', trunk, { result: 'ok' }]
  ]
  for (const late of whole) {
    const { calls } = fold([...whole.filter(l => l !== late && !late[1].startsWith('LD_')), ...bothEnd, late])
    t.match(calls.get('c'), { state: 'ended', endedAt: at(9) }, `${late[1]} of ${late[2]} is late`)
  }
  t.match(fold([...whole, ...bothEnd, ...whole, ...bothEnd]).calls.get('c'), { state: 'ended', endedAt: at(9), answeredBy: '8001' },
    'all once more')
  t.match(fold([...begin, ...bothEnd.slice(0, 2), [12, 'chan-start', 'x', 'c', duty]]).calls.get('c'), { state: 'ringing', endedAt: null },
    'a new telephone in it does')
})

t.test('the row that offers the call is lost: the caller\'s number stands in the queue\'s rows', async t => {
  const start: Line = [0, 'chan-start', 'c', 'c', trunk, { num: '13900001001', context: 'hotline-inbound' }]
  const queued = (num: string): Line =>
    [1, 'LD_QUEUED', 'c', 'c', trunk, { queue: 'hotline', priority: '0' }, { num, context: 'queue' }]
  const gone = (num: string, context: string, channel = 'c'): Line =>
    [9, 'chan-end', channel, 'c', channel === 'c' ? trunk : a1, { num, context }]
  const offered: Line = [0, 'LD_OFFERED', 'c', 'c', trunk, { did: '962000', number: '13900001001', withheld: '0' }]
  const hidden: Line = [0, 'LD_OFFERED', 'c', 'c', trunk, { did: '962000', number: '', withheld: '1' }]
  const agent = { num: '8001', context: 'queue' }
  const own: Line[] = [[0, 'chan-start', 'a', 'c', a1], [0, 'LD_QUEUED', 'a', 'c', a1, { queue: 'hotline' }, agent]]
  const leg: Line[] = [
    [0, 'chan-start', 'leg-1', 'leg-1', trunk],
    [1, 'LD_QUEUED', 'leg-1', 'leg-1', trunk, {}, { num: '13900001001', context: 'queue' }]
  ]
  const table: Array<[name: string, lines: Line[], number: string | undefined, withheld: boolean]> = [
    ['waits', [start, queued('13900001001')], '13900001001', false],
    ['waits, and shows no number', [start, queued('')], undefined, true],
    ['gives up in the greeting', [start, gone('13900001001', 'hotline-queue')], '13900001001', false],
    ['gives up in the queue, whose row is lost', [start, gone('13900001001', 'queue')], '13900001001', false],
    ['is gone before the exchange has looked whether it is withheld', [start, gone('13900001001', 'hotline-inbound')], undefined, false],
    ['is gone, with the row of its end lost too', [start, [9, 'channel-lost', 'c', 'c', trunk]], undefined, false],
    ['offered: that row decides', [start, offered, queued('13900009999')], '13900001001', false],
    ['offered without a number', [start, hidden, queued('13900009999')], undefined, true],
    ['an agent\'s own telephone', own, undefined, false],
    ['a call of ours', leg, undefined, false]
  ]
  for (const [name, lines, number, withheld] of table) {
    const { calls } = fold(lines)
    t.same([...calls.values()].map(c => [c.number, c.withheld]), [[number, withheld]], name)
  }
})

t.test('the row of the citizen\'s answer to a call of ours is lost: the bridge or the dialplan tells of it', async t => {
  const leg = (second: number, kind: string, data = {}): Line => [second, kind, 'leg-1', 'leg-1', trunk, data]
  const rang = leg(0, 'chan-start')
  const table: Array<[name: string, lines: Line[], answeredAt: Date | null]> = [
    ['it enters the bridge', [rang, leg(4, 'bridge-enter')], at(4)],
    ['it is recorded', [rang, leg(3, 'LD_RECORDING', { file: 'a.wav' }), leg(4, 'bridge-enter')], at(3)],
    ['its script is over', [rang, leg(3, 'LD_LEG_DONE', { leg: 'leg-1', result: 'complete' })], at(3)],
    ['it waits for an agent', [rang, leg(5, 'LD_QUEUED', { queue: 'hotline' })], at(5)],
    ['the row is late', [rang, leg(4, 'bridge-enter'), leg(3, 'answer')], at(4)],
    ['it only ends', [rang, leg(9, 'LD_LEG_END', { cause: '19', sip: '180', state: 'ringing' }), leg(9, 'hangup')], null]
  ]
  for (const [name, lines, answeredAt] of table) {
    const { calls, channels, timeline } = fold(lines)
    t.same(channels.get('leg-1')?.answeredAt, answeredAt, name)
    t.same(calls.get('leg-1')?.answeredAt, answeredAt, name)
    t.same(timeline.filter(e => e.startsWith('answered')), answeredAt ? ['answered citizen'] : [], name)
  }
  t.match(fold([rang, leg(5, 'LD_QUEUED', { queue: 'hotline' })]).calls.get('leg-1'), { state: 'queued' }, 'waits all the same')
})
