// docs/states.md draws the rules: every state and every edge of its diagrams is compared with what the pure functions answer.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { askingStatuses } from '../../src/domain/asked-order.ts'
import { legStates } from '../../src/domain/telephone/legs.ts'
import { orderStates } from '../../src/domain/work-order.ts'
import { nextLife, type LegFact, type LegLife } from '../../src/dialler/legs/rules/leg-life.ts'
import { agentStates } from '../../src/domain/people/agents.ts'
import { agentStep, type Agent, type AgentEvent, type ChosenState } from '../../src/features/agents/rules/agent-state.ts'
import { afterAnswers, afterAttempt, type AttemptOver } from '../../src/features/callbacks/rules/after-attempt.ts'
import { noAnswers, type Answers } from '../../src/features/callbacks/rules/callback-answers.ts'
import { afterEvent, memberStates, type MemberEvent, type MemberFacts } from '../../src/features/emergency/rules/roster.ts'
import { lifeCycle } from '../../src/features/work-orders/life-cycle/rules/life-cycle-steps.ts'
import { finalStates, isOpen } from '../../src/features/work-orders/life-cycle/rules/steps/states-and-roles.ts'
import type { OrderEventType } from '../../src/features/work-orders/rules/order-facts.ts'
import { outcomes } from './order-outcomes.ts'
import { readDiagram, readTable } from './read-mermaid.ts'
import { attemptPolicyAt } from '../../src/policy/rules/attempt-policy.ts'
import { asShipped, ruleAt } from '../../src/policy/rules/rule-policy.ts'
import { todaysAttempts, todaysPolicies } from '../rules/orders/todays-policies.ts'

const page = readFileSync(new URL('../../docs/states.md', import.meta.url), 'utf8')
const at = new Date('2026-11-23T09:00:00+08:00')

/** Edges as they are compared: `A --> B: step`, each once, in order. */
const sorted = (edges: Iterable<string>): string[] => [...new Set(edges)].sort()

/** `open`, `any`, either `but` one, or the states themselves. */
function namedStates (where: string): string[] {
  const [group = '', except] = where.split(' but ')
  const states = group === 'open' ? orderStates.filter(isOpen) : group === 'any' ? orderStates : group.split(', ')
  return states.filter(state => state !== except)
}

/** Everything that can be reached from `start` by `next`, as edges between the words `stateOf` gives. */
function walk<S, E> (
  start: S, events: readonly E[], next: (state: S, event: E) => S, stateOf: (state: S) => string, nameOf: (event: E) => string
): string[] {
  const edges: string[] = []
  const seen = new Set<string>()
  const todo = [start]
  for (let state = todo.pop(); state !== undefined; state = todo.pop()) {
    const key = JSON.stringify(state)
    if (seen.has(key)) continue
    seen.add(key)
    for (const event of events) {
      const after = next(state, event)
      if (stateOf(after) !== stateOf(state)) edges.push(`${stateOf(state)} --> ${stateOf(after)}: ${nameOf(event)}`)
      todo.push(after)
    }
  }
  return edges
}

t.test('the order: every step in every state', async t => {
  const { states, edges, ends } = readDiagram(page, 'Order')
  t.same(sorted(states), sorted(orderStates), 'states')
  t.same(sorted(ends), sorted(finalStates), 'final states')
  const moving: string[] = []
  const standing: Record<string, string[]> = {}
  for (const type of Object.keys(lifeCycle) as OrderEventType[]) {
    const from = orderStates.filter(state => outcomes(state, type).length > 0)
    const listed = orderStates.filter(state => lifeCycle[type].from.includes(state))
    t.same(from, listed, `${type}: its conditions are met in every state it is possible in`)
    for (const state of from) {
      for (const to of outcomes(state, type)) {
        if (to === state) standing[type] = [...standing[type] ?? [], state]
        else moving.push(`${state} --> ${to}: ${type}`)
      }
    }
  }
  t.same(sorted(edges), sorted(moving), 'steps that move it')
  const table = Object.fromEntries(readTable(page, 'Order').map(([step = '', where = '']) => [step, namedStates(where)]))
  t.same(table, standing, 'steps that leave it where it is')
})

t.test('the callback: what follows an attempt, and what answers decide', async t => {
  const { states, edges } = readDiagram(page, 'Callback')
  t.same(sorted(states), sorted(askingStatuses), 'states')

  const some: Answers[] = [null, 'yes' as const, 'partly' as const, 'no' as const]
    .flatMap(solved => [null, 1, 2, 3, 5].map(grade => ({ contacted: null, solved, grade })))
  const calendar = { timeZone: 'Asia/Shanghai', exceptions: new Map(), editions: new Map() }
  const satisfiedFrom = ruleAt(asShipped, 'SATISFIED_FROM', at)
  const times = { calendar, deadlines: todaysPolicies, satisfiedFrom }
  const policy = { ...attemptPolicyAt(todaysAttempts, 'callback', at), timeZone: 'Asia/Shanghai', ...times }
  const over = { earlier: noAnswers, outcome: 'no-answer' as const }
  const yesNo = [true, false]
  const attempts: AttemptOver[] = some.flatMap(answers => [0, 2].flatMap(unanswered => yesNo.flatMap(tried => yesNo.flatMap(
    person => yesNo.map(byOfficer =>
      ({ ...over, answers, tried, person, byOfficer, counts: { unanswered, incomplete: 0, technical: 0 } }))))))
  const followed = attempts.map(attempt => `DIALLING --> ${afterAttempt(attempt, at, policy).status}: attempt over`)
  t.same(sorted(edges.filter(edge => edge.endsWith(': attempt over'))), sorted(followed), 'after an attempt')

  const decided = some.flatMap(answers => afterAnswers(answers, at, times)?.status ?? [])
  const drawn = edges.filter(edge => edge.endsWith(': answers'))
  for (const from of ['SCHEDULED', 'DIALLING', 'OFFICER', 'UNREACHABLE'] as const) {
    const targets = decided.filter(to => to !== from).map(to => `${from} --> ${to}: answers`)
    t.same(sorted(drawn.filter(edge => edge.startsWith(`${from} `))), sorted(targets), `answers while ${from}`)
  }
})

t.test('the leg: every fact in every state', async t => {
  const { states, edges, starts } = readDiagram(page, 'Leg')
  t.same(sorted(states), sorted(legStates), 'states')
  t.same(starts, ['placing'], 'a row begins as placing')
  const fresh: LegLife = {
    ...{ state: 'placing', outcome: null, cause: null, sip: null, channelState: null, theirs: null, ringSeconds: 30, doneResult: null },
    ...{ keys: [], hangupWanted: false, hangupAnswered: false, ringingAt: null, answeredAt: null, confirmedAt: null, boundedFrom: null },
    endedAt: null
  }
  const key = (answers: boolean): LegFact => ({ legId: 'l', at, kind: 'key', question: 'q', key: '1', answers })
  const plain = [
    'started', 'answered', 'person', 'channel-ended', 'lost', 'unreported', 'not-placed', 'withdrawn', 'bounded', 'unbounded'
  ] as const
  const facts: LegFact[] = [
    ...plain.map(kind => ({ legId: 'l', at, kind })), key(true), key(false), { legId: 'l', at, kind: 'done', result: 'r' },
    { legId: 'l', at, kind: 'ending', cause: 16, sip: 200, state: 'up' }, { legId: 'l', at, kind: 'hung-up', cause: 16 }
  ]
  const name = (fact: LegFact): string => fact.kind === 'key' && !fact.answers ? 'other key' : fact.kind
  const found = legStates.flatMap(state => facts.flatMap(fact => {
    const after = nextLife({ ...fresh, state }, fact).state
    return after === state ? [] : [`${state} --> ${after}: ${name(fact)}`]
  }))
  t.same(sorted(edges), sorted(found))
})

t.test('the member: every event in every state that can be reached', async t => {
  const { states, edges, starts } = readDiagram(page, 'Member')
  t.same(sorted(states), sorted(memberStates), 'states')
  t.same(starts, ['waiting'])
  const events: MemberEvent[] = [
    ...(['dialled', 'placed', 'leg-missed', 'admitted', 'removed', 'no-number', 'locked-out'] as const).map(kind => ({ kind })),
    ...['1', '2', '3', '9'].map(key => ({ kind: 'key' as const, key })),
    ...['moved', 'ended', 'hangup', 'kicked'].map(result => ({ kind: 'left' as const, channelId: 'c', room: 'r', result, lost: false })),
    ...(['confirmed', 'declined', 'cancelled', 'missed'] as const).map(outcome => ({ kind: 'finished' as const, outcome })),
    { kind: 'entered', channelId: 'c', room: 'r' }, { kind: 'self-mute', channelId: 'c', on: true }
  ]
  const name = (event: MemberEvent): string =>
    event.kind === 'key' ? `key ${event.key}` : event.kind === 'finished' ? `finished ${event.outcome}` : event.kind
  const start: MemberFacts = { state: 'waiting', joins: 0, missedLegs: 0, numberCount: 1, removed: false, channelId: null, room: null }
  const found = walk(start, events, (member, event) => {
    // Asked of those alone whose turn comes: rules/next-dial.ts.
    if (event.kind === 'no-number' && member.state !== 'waiting') return member
    return { ...afterEvent(member, event), joins: 0, missedLegs: 0 }
  }, member => member.state, name)
  t.same(sorted(edges), sorted(found))
})

t.test('the agent: every event in every state that can be reached with one line', async t => {
  const { states, edges, starts } = readDiagram(page, 'Agent')
  t.same(sorted(states), sorted(agentStates), 'states')
  t.same(starts, ['out'])
  const line = { uniqueId: 'a', linkedId: 'a', at }
  const events: AgentEvent[] = [
    ...[true, false].map(own => ({ kind: 'line-starts' as const, ...line, name: 'a', node: 'n', own })),
    ...[true, false].map(citizen => ({ kind: 'line-connected' as const, ...line, citizen })),
    ...(['out', 'ready', 'paused'] satisfies ChosenState[]).map(state => ({ kind: 'choose' as const, state, reason: null, at })),
    { kind: 'line-answered', ...line }, { kind: 'line-declined', ...line },
    { kind: 'line-listens', uniqueId: 'a', callId: 'x', mode: 'listen', at },
    { kind: 'line-ends', ...line }, { kind: 'lines-lost', node: 'n', at }, { kind: 'wrap-up-ends', at }
  ]
  const nothing = { reason: null, callId: null, wrapUpUntil: null, lines: {}, seat: null }
  const start: Agent = { extension: '8001', state: 'out', since: at, afterwards: 'out', ...nothing }
  const found = [30, 0].flatMap(wrapUpSeconds =>
    walk(start, events, (agent, event) => agentStep(agent, event, wrapUpSeconds), agent => agent.state, event => event.kind))
  t.same(sorted(edges), sorted(found))
})
