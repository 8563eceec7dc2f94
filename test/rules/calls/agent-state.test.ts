import t from 'tap'
import { agentStep, membershipOf, reasonOf, type Agent, type AgentEvent } from '../../../src/features/agents/rules/agent-state.ts'

const at = (s: number): Date => new Date(Date.UTC(2026, 10, 22, 8, 0, s))
const signedIn: Agent = {
  extension: '8001',
  state: 'ready',
  reason: null,
  since: at(0),
  callId: null,
  wrapUpUntil: null,
  lines: {},
  afterwards: 'ready',
  seat: null
}
const out: Agent = { ...signedIn, state: 'out', afterwards: 'out' }

type Word = string
/** `3 rings a` – at second 3, line a rings */
function event (text: Word): AgentEvent {
  const [second = '0', verb, what = '', more] = text.split(' ')
  const base = { at: at(Number(second)) }
  const line = { ...base, uniqueId: what, linkedId: `call-${what}` }
  switch (verb) {
    case 'rings': return { kind: 'line-starts', name: `PJSIP/8001-${what}`, node: 'pbx1', own: false, ...line }
    case 'dials': return { kind: 'line-starts', name: `PJSIP/8001-${what}`, node: 'pbx1', own: true, ...line }
    case 'answers': return { kind: 'line-answered', ...line }
    case 'citizen': return { kind: 'line-connected', citizen: true, ...line }
    case 'colleague': return { kind: 'line-connected', citizen: false, ...line }
    case 'ends': return { kind: 'line-ends', ...line }
    case 'declines': return { kind: 'line-declined', ...line }
    case 'listens': return { kind: 'line-listens', ...base, uniqueId: what, callId: 'call-heard', mode: (more ?? 'listen') as 'listen' }
    case 'lost': return { kind: 'lines-lost', node: 'pbx1', ...base }
    case 'done': return { kind: 'wrap-up-ends', ...base }
    case 'chooses': return { kind: 'choose', state: what as 'out', reason: (more ?? null) as 'meal' | null, ...base }
    default: throw new Error(text)
  }
}

/** The agent after each of these events. */
function steps (from: Agent, events: Word[], wrapUpSeconds = 30): Agent[] {
  let agent = from
  return events.map(word => (agent = agentStep(agent, event(word), wrapUpSeconds)))
}

const after = (from: Agent, events: Word[], wrapUpSeconds?: number): Agent => steps(from, events, wrapUpSeconds).at(-1) ?? from

const cases: Array<{ name: string, from?: Agent, events: Word[], states: string[], queue?: string }> = [
  {
    name: 'a citizen\'s call',
    events: ['1 rings a', '2 answers a', '2 citizen a', '9 ends a', '20 done'],
    states: ['ringing', 'talking', 'talking', 'wrap-up', 'ready'],
    queue: 'in'
  },
  { name: 'does not answer', events: ['1 rings a', '9 ends a'], states: ['ringing', 'ready'], queue: 'in' },
  {
    name: 'declines',
    events: ['1 rings a', '2 declines a', '2 ends a', '3 dials b', '4 ends b', '12 done'],
    states: ['ringing', 'paused', 'paused', 'paused', 'paused', 'ready'],
    queue: 'in'
  },
  {
    name: 'declines, and is not rung for the moment',
    events: ['1 rings a', '2 declines a', '2 ends a'],
    states: ['ringing', 'paused', 'paused'],
    queue: 'paused declined'
  },
  {
    name: 'declines and signals ready',
    events: ['1 rings a', '2 declines a', '2 ends a', '3 chooses ready'],
    states: ['ringing', 'paused', 'paused', 'ready'],
    queue: 'in'
  },
  {
    name: 'declines and goes for a meal',
    events: ['1 rings a', '2 declines a', '2 ends a', '3 chooses paused meal', '12 done'],
    states: ['ringing', 'paused', 'paused', 'paused', 'paused'],
    queue: 'paused meal'
  },
  {
    name: 'declines a second call in a first: no rest from talking',
    events: ['1 rings a', '2 answers a', '3 rings b', '4 declines b', '4 ends b'],
    states: ['ringing', 'talking', 'talking', 'talking', 'talking']
  },
  {
    name: 'a declined line answers no more',
    events: ['1 rings a', '2 declines a', '2 declines a'],
    states: ['ringing', 'paused', 'paused']
  },
  {
    name: 'a colleague\'s call needs no wrap-up',
    events: ['1 rings a', '2 answers a', '2 colleague a', '9 ends a'],
    states: ['ringing', 'talking', 'talking', 'ready']
  },
  {
    name: 'consulting does not end the citizen\'s call',
    events: ['1 rings a', '2 answers a', '2 citizen a', '3 dials b', '4 colleague b', '5 ends b', '6 ends a'],
    states: ['ringing', 'talking', 'talking', 'talking', 'talking', 'talking', 'wrap-up'],
    queue: 'paused wrap-up'
  },
  {
    name: 'the citizen goes, the consultation stays: no wrap-up while talking',
    events: ['1 rings a', '2 answers a', '2 citizen a', '3 rings b', '4 answers b', '5 ends a'],
    states: ['ringing', 'talking', 'talking', 'talking', 'talking', 'talking']
  },
  {
    name: 'pause asked for during a call comes after it',
    events: ['1 rings a', '2 answers a', '2 citizen a', '3 chooses paused meal', '9 ends a', '20 done'],
    states: ['ringing', 'talking', 'talking', 'talking', 'wrap-up', 'paused'],
    queue: 'paused meal'
  },
  {
    name: 'leaving during a call comes after it',
    events: ['1 rings a', '2 answers a', '2 citizen a', '3 chooses out', '9 ends a', '20 done'],
    states: ['ringing', 'talking', 'talking', 'talking', 'wrap-up', 'out'],
    queue: 'out'
  },
  {
    name: 'leaving in wrap-up leaves at once',
    events: ['1 rings a', '2 answers a', '2 citizen a', '9 ends a', '10 chooses out'],
    states: ['ringing', 'talking', 'talking', 'wrap-up', 'out'],
    queue: 'out'
  },
  {
    name: 'ready by the telephone does not end a wrap-up',
    events: ['1 rings a', '2 answers a', '2 citizen a', '9 ends a', '10 chooses ready'],
    states: ['ringing', 'talking', 'talking', 'wrap-up', 'wrap-up'],
    queue: 'paused wrap-up'
  },
  {
    name: 'dialling a feature code does not end a wrap-up',
    events: ['1 rings a', '2 answers a', '2 citizen a', '9 ends a', '10 dials b', '11 ends b'],
    states: ['ringing', 'talking', 'talking', 'wrap-up', 'wrap-up', 'wrap-up']
  },
  {
    name: 'a call in wrap-up is a call',
    events: ['1 rings a', '2 answers a', '2 citizen a', '9 ends a', '10 rings b', '11 answers b', '12 ends b'],
    states: ['ringing', 'talking', 'talking', 'wrap-up', 'ringing', 'talking', 'ready']
  },
  {
    name: 'sign in, pause, another reason, ready, out',
    from: out,
    events: ['1 chooses ready', '2 chooses paused break', '3 chooses paused meal', '4 chooses ready', '5 chooses out'],
    states: ['ready', 'paused', 'paused', 'ready', 'out'],
    queue: 'out'
  },
  {
    name: 'rung while paused, afterwards paused',
    events: ['1 chooses paused meeting', '2 rings a', '3 ends a'],
    states: ['paused', 'ringing', 'paused'],
    queue: 'paused meeting'
  },
  {
    name: 'the PBX died in a citizen\'s call',
    events: ['1 rings a', '2 answers a', '2 citizen a', '5 lost', '6 done'],
    states: ['ringing', 'talking', 'talking', 'wrap-up', 'ready']
  },
  { name: 'the PBX died while it rang', events: ['1 rings a', '5 lost'], states: ['ringing', 'ready'] },
  {
    name: 'a transfer to one who is out signs nobody in',
    from: out,
    events: ['1 rings a', '2 answers a', '2 citizen a', '9 ends a', '20 done'],
    states: ['ringing', 'talking', 'talking', 'wrap-up', 'out'],
    queue: 'out'
  },
  {
    name: 'listening, in each way, is no call of the listener',
    events: ['1 dials a', '2 listens a', '3 listens a whisper', '4 listens a barge', '9 ends a'],
    states: ['ready', 'listening', 'listening', 'listening', 'ready'],
    queue: 'in'
  },
  {
    name: 'paused, listens, paused again for the same reason',
    events: ['1 chooses paused meeting', '2 dials a', '3 listens a whisper', '9 ends a'],
    states: ['paused', 'paused', 'listening', 'paused'],
    queue: 'paused meeting'
  },
  {
    name: 'one who is out may listen',
    from: out,
    events: ['1 dials a', '2 listens a', '3 chooses ready', '9 ends a'],
    states: ['out', 'listening', 'listening', 'ready'],
    queue: 'in'
  },
  {
    name: 'the PBX died during listening',
    events: ['1 dials a', '2 listens a', '5 lost'],
    states: ['ready', 'listening', 'ready'],
    queue: 'in'
  },
  {
    name: 'a call goes before listening',
    events: ['1 dials a', '2 listens a', '3 rings b', '4 answers b', '5 ends b', '9 ends a'],
    states: ['ready', 'listening', 'ringing', 'talking', 'listening', 'ready']
  },
  {
    name: 'rows of a line nobody heard of change nothing',
    events: ['1 answers x', '2 citizen x', '3 ends x'],
    states: ['ready', 'ready', 'ready']
  },
  {
    name: 'the same row twice',
    events: ['1 rings a', '1 rings a', '2 answers a', '2 answers a', '2 citizen a', '9 ends a', '9 ends a'],
    states: ['ringing', 'ringing', 'talking', 'talking', 'talking', 'wrap-up', 'wrap-up']
  }
]

for (const { name, from = signedIn, events, states, queue } of cases) {
  t.test(name, async t => {
    t.same(steps(from, events).map(agent => agent.state), states)
    const { member, paused, reason } = membershipOf(after(from, events))
    if (queue) t.equal(!member ? 'out' : paused ? `paused ${reason}` : 'in', queue)
  })
}

t.test('wrap-up runs from the end of the call for its time', async t => {
  const agent = after(signedIn, ['1 rings a', '2 answers a', '2 citizen a', '9 ends a'])
  t.same(agent.wrapUpUntil, at(39))
  t.equal(agent.callId, 'call-a')
})

t.test('the listening mode is the state\'s reason; another mode begins a new span', async t => {
  const paused: Agent = { ...signedIn, state: 'paused', afterwards: 'paused', reason: 'meal' }
  const seen = steps(paused, ['1 dials a', '2 listens a', '2 listens a', '4 listens a whisper', '9 ends a'])
  t.same(seen.map(a => [reasonOf(a), a.since, a.callId]), [
    ['meal', at(0), null],
    ['listen', at(2), 'call-heard'],
    ['listen', at(2), 'call-heard'],
    ['whisper', at(4), 'call-heard'],
    ['meal', at(9), null]
  ])
})

t.test('an agent who declined a call rests for ten seconds', async t => {
  const agent = after(signedIn, ['1 rings a', '2 declines a', '3 ends a'])
  t.match(agent, { state: 'paused', reason: 'declined', since: at(2), wrapUpUntil: at(12), callId: null, lines: {} })
})

t.test('no wrap-up where none is wanted', async t => {
  t.equal(after(signedIn, ['1 rings a', '2 answers a', '2 citizen a', '9 ends a'], 0).state, 'ready')
})

t.test('the restart of another node ends no line of this one', async t => {
  const rung = agentStep(signedIn,
    { kind: 'line-starts', uniqueId: 'a', linkedId: 'a', name: 'PJSIP/8001-1', node: 'pbx2', own: false, at: at(1) }, 30)
  t.equal(agentStep(rung, { kind: 'lines-lost', node: 'pbx1', at: at(1) }, 30), rung)
  t.same(agentStep(rung, { kind: 'lines-lost', node: 'pbx2', at: at(1) }, 30).lines, {})
})

await t.test('lines begun since the restart live, though the journal reported them first', async t => {
  const restart = (agent: Agent): Agent => after(agent, ['20 lost'])
  const before = after(signedIn, ['1 rings a', '2 answers a', '2 citizen a'])
  t.match(restart(before), { state: 'wrap-up', callId: 'call-a', since: at(20), lines: {} }, 'nothing since')
  const rung = restart(after(before, ['25 rings b']))
  t.match([rung.state, rung.callId, Object.keys(rung.lines)], ['ringing', 'call-b', ['b']], 'the agent is rung again')
  const talks = restart(after(before, ['25 rings b', '27 answers b', '27 citizen b']))
  t.match([talks.state, talks.callId, Object.keys(talks.lines)], ['talking', 'call-b', ['b']], 'the agent talks again')
  const only = restart(after(signedIn, ['1 rings a', '25 rings b', '27 answers b', '27 citizen b']))
  t.match([only.state, Object.keys(only.lines), only.since], ['talking', ['b'], at(27)],
    'that line rang when the PBX died: it is gone, whatever the agent does since')
  const kept = { ...before, lines: Object.fromEntries(Object.entries(before.lines).map(([id, { startedAt: _, ...line }]) => [id, line])) }
  t.same(restart(kept).lines, {}, 'a line whose beginning was not kept is from before')
})
