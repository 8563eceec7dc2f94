import t from 'tap'
import { nextDials, type DialFacts } from '../../../src/features/emergency/dial/rules/next-dial.ts'

const member = (id: string, facts: Partial<DialFacts> = {}): DialFacts => ({
  id,
  personId: id,
  ordering: Number(id.slice(1)),
  state: 'waiting',
  dialOpen: false,
  turnOver: false,
  missedLegs: 0,
  numberCount: 2,
  skipped: false,
  mustAnswer: false,
  deputyPersonId: null,
  deputyOf: null,
  sameTelephoneAs: null,
  ...facts
})
const said = (steps: ReturnType<typeof nextDials>): string[] =>
  steps.map(s => s.kind === 'call-deputy' ? `${s.forMemberId}→${s.personId}` : `${s.kind} ${s.memberId}`)

t.test('all at once: everybody whose turn has not come, in order', async t => {
  t.same(said(nextDials('simultaneous', [member('P3'), member('P1'), member('P2', { dialOpen: true, state: 'ringing' })])),
    ['dial P1', 'dial P3'])
})

t.test('one after another: the next when the one before is settled', async t => {
  for (const state of ['acknowledged', 'joined', 'cannot-come', 'unreached', 'dropped'] as const) {
    t.same(said(nextDials('sequential', [member('P1', { dialOpen: true, state }), member('P2'), member('P3')])), ['dial P2'],
      `after ${state}`)
  }
  for (const state of ['ringing', 'waiting'] as const) {
    t.same(said(nextDials('sequential', [member('P1', { dialOpen: true, state }), member('P2')])), [], `not while ${state}`)
  }
  t.same(said(nextDials('sequential', [member('P1', { dialOpen: true, state: 'waiting', missedLegs: 1 }), member('P2'), member('P3')])),
    ['dial P2'], 'after the member\'s first miss; the member\'s retries go on beside')
  t.same(
    said(nextDials('sequential', [
      member('P1', { dialOpen: true, state: 'ringing', missedLegs: 2 }),
      member('P2', { dialOpen: true, state: 'ringing' }),
      member('P3')
    ])),
    [],
    'one new turn at a time'
  )
  t.same(said(nextDials('sequential', [member('P1', { dialOpen: true, state: 'ringing', skipped: true }), member('P2')])), ['dial P2'],
    'a skipped one holds nobody up')
  t.same(said(nextDials('sequential', [member('P1', { dialOpen: true, turnOver: true, state: 'ringing' }), member('P2'), member('P3')])),
    ['dial P2'], 'nor one of whom nothing was heard until the turn was over')
})

t.test('a member whose call a stop took back has a turn again', async t => {
  t.same(said(nextDials('sequential', [member('P1', { state: 'waiting' }), member('P2')])), ['dial P1'])
  t.same(said(nextDials('simultaneous', [member('P1', { state: 'waiting', skipped: true }), member('P2')])), ['dial P2'],
    'but not who was left out')
})

t.test('deputies', async t => {
  const absent = member('P1', { dialOpen: true, state: 'cannot-come', deputyPersonId: 'P9' })
  t.same(said(nextDials('simultaneous', [absent])), ['P1→P9'], 'a member who cannot come is replaced')
  t.same(said(nextDials('simultaneous', [{ ...absent, state: 'unreached' }])), ['P1→P9'], 'an unreached member is replaced')
  t.same(said(nextDials('simultaneous', [absent, member('P9', { dialOpen: true, state: 'ringing' })])), [],
    'a deputy who is a member too is not dialled twice')
  t.same(said(nextDials('simultaneous', [absent, member('P2', { dialOpen: true, state: 'unreached', deputyPersonId: 'P9' })])), ['P1→P9'],
    'one deputy of two is dialled once')
  const must = member('P1', { dialOpen: true, state: 'ringing', mustAnswer: true, deputyPersonId: 'P9' })
  t.same(said(nextDials('sequential', [{ ...must, missedLegs: 1 }])), [], 'must answer: not before a whole round is missed')
  t.same(said(nextDials('sequential', [{ ...must, missedLegs: 2 }])), ['P1→P9'], 'must answer: beside the member after the first miss')
  t.same(
    said(nextDials('sequential',
      [{ ...must, missedLegs: 2 }, member('P9', { deputyOf: 'P1' }), member('P2', { dialOpen: true, state: 'ringing' }), member('P3')])),
    ['dial P9'],
    'a deputy beside a member does not wait for a turn, others do'
  )
})

t.test('an empty list', async t => {
  t.same(said(nextDials('simultaneous', [member('P1', { numberCount: 0 })])), ['no-number P1'])
  t.same(said(nextDials('sequential', [member('P1', { numberCount: 0 }), member('P2'), member('P3')])), ['no-number P1', 'dial P2'],
    'and the next one\'s turn comes at once')
  t.same(nextDials('simultaneous', []), [])
})
