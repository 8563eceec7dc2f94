// Under what conditions a step is possible, from receipt to who leads.
import t from 'tap'
import type { Actor } from '../../../src/domain/people/roles.ts'
import type { OrderEvent, OrderFacts } from '../../../src/features/work-orders/rules/order-facts.ts'
import { now, unit, office, D11, D02, hop, order, who, handler, dispatcher, later, events, outcome } from './orders-of-test.ts'

const dispatch = (over: Record<string, unknown>): OrderEvent => ({ ...events['case.dispatch'], ...over }) as OrderEvent
const filed = order({ state: 'FILED', assignments: [] })
const filing = (over: Record<string, unknown>): OrderEvent => ({ ...events['case.file'], ...over }) as OrderEvent
const agent = who(null, 'AGENT')
const amend = (over: Record<string, unknown>): OrderEvent => ({ ...events['case.amend'], ...over }) as OrderEvent
const taken = (over: Partial<OrderFacts>): OrderFacts =>
  order({ state: 'RECEIVED', confidential: true, requestType: 'REPORT_OF_WRONG', assignments: [], ...over })

t.test('conditions', async t => {
  const rows: Array<[string, OrderFacts, OrderEvent, Actor, string]> = [
    ['help asked again of the same rung', order({ state: 'COORDINATING', level: 1 }), events['help.request'], handler, 'guard-not-met'],
    [
      'help asked of a higher rung',
      order({ state: 'COORDINATING', level: 1 }),
      { type: 'help.request', reason: '协调不了', level: 2 },
      handler,
      'COORDINATING'
    ],
    [
      'the sub-centre pulls its own together',
      order({ state: 'COORDINATING', level: 1 }),
      { type: 'help.resolve', units: [office], coUnits: [unit('T02-PCS', 'station', 'T02')], basis: 'statutory', evidence: '' },
      who('T02', 'SUBCENTRE_OPERATOR'),
      'DISPATCHED'
    ],
    [
      'the sub-centre calls others in',
      order({ state: 'COORDINATING', level: 1 }),
      events['help.resolve'],
      who('T02', 'SUBCENTRE_OPERATOR'),
      'not-allowed'
    ],
    [
      'the sub-centre decides for the district',
      order({ state: 'COORDINATING', level: 2 }),
      { type: 'help.resolve', units: [office], coUnits: [], basis: 'statutory', evidence: '' },
      who('T02', 'SUBCENTRE_OPERATOR'),
      'not-allowed'
    ],
    [
      'urged only just now',
      order(),
      { type: 'case.urge', lastByThisPerson: new Date(now.getTime() - 599_000) },
      dispatcher,
      'urged-just-now'
    ],
    [
      'a third extension',
      order({ state: 'HANDLING' }),
      { type: 'extension.request', reason: '等材料', wanted: later(2), clock: { due: later(1), latest: later(3), granted: 2 } },
      handler,
      'extension-used-up'
    ],
    [
      'a photo by who returned it',
      order({ assignments: [hop({ state: 'ended', open: false }), hop({ id: 'a2', no: 2, unit: D02 })] }),
      events['photo.add'],
      handler,
      'other-units-order'
    ],
    [
      'a photo by who comes later',
      order({ assignments: [hop({ unit: D02 }), hop({ id: 'a2', no: 2, state: 'waiting' })] }),
      events['photo.add'],
      handler,
      'other-units-order'
    ],
    [
      'a photo by a co-handler',
      order({ assignments: [hop({ unit: D02 }), hop({ id: 'a2', no: 2, role: 'co', state: 'reported' })] }),
      events['photo.add'],
      handler,
      'DISPATCHED'
    ],
    ['an extension nobody asked for', order({ state: 'HANDLING' }), events['extension.grant'], dispatcher, 'guard-not-met'],
    [
      'filed without a category',
      order({ state: 'RECEIVED' }),
      filing({ matter: { requestType: 'COMPLAINT', categoryCode: null, title: '标题' } }),
      dispatcher,
      'guard-not-met'
    ],
    [
      'filed without a title',
      order({ state: 'RECEIVED' }),
      filing({ matter: { requestType: 'COMPLAINT', categoryCode: '1106', title: '  ' } }),
      dispatcher,
      'guard-not-met'
    ],
    ['any agent lifts what protects', taken({}), filing({ lifts: true, reason: '误点' }), agent, 'not-allowed'],
    ['any agent lifts it of a filed order', taken({ state: 'FILED' }), amend({ lifts: true, reason: '误点' }), agent, 'not-allowed'],
    [
      'any agent lifts it of a draft',
      taken({ state: 'DRAFT' }),
      { ...events['draft.save'], lifts: true, reason: '误点' } as OrderEvent,
      agent,
      'not-allowed'
    ],
    ['its author lifts it without a reason', taken({ createdBy: 'somebody' }), filing({ lifts: true }), agent, 'guard-not-met'],
    ['its author lifts it', taken({ createdBy: 'somebody' }), filing({ lifts: true, reason: '误点' }), agent, 'FILED'],
    [
      'the author of the draft unticks it',
      taken({ state: 'DRAFT', createdBy: 'somebody' }),
      { ...events['draft.save'], lifts: true } as OrderEvent,
      agent,
      'DRAFT'
    ],
    ['its author, once dispatched', order({ createdBy: 'somebody' }), amend({ lifts: true, reason: '误点' }), agent, 'not-allowed'],
    ['the shift leader lifts it', taken({}), amend({ lifts: true, reason: '误点' }), who(null, 'SHIFT_LEADER'), 'RECEIVED'],
    ['a town files what it does not read', taken({}), events['case.file'], who('T02', 'SUBCENTRE_OPERATOR'), 'not-allowed'],
    ['a town answers what it does not read', taken({}), events['intake.answer'], who('T02', 'SUBCENTRE_OPERATOR'), 'not-allowed'],
    ['a coordinator files an order they do not read', taken({}), events['case.file'], who(null, 'EMERGENCY_COORDINATOR'), 'not-allowed'],
    [
      'an agent makes praise of a complaint',
      order({ state: 'FILED', assignments: [] }),
      amend({ praises: true, reason: '是表扬' }),
      agent,
      'not-allowed'
    ],
    [
      'or files it as praise',
      order({ state: 'RECEIVED', assignments: [] }),
      filing({ praises: true, reason: '是表扬' }),
      agent,
      'not-allowed'
    ],
    ['a dispatcher makes praise of it without a reason', filed, amend({ praises: true }), dispatcher, 'guard-not-met'],
    ['a dispatcher makes praise of it', filed, amend({ praises: true, reason: '是表扬' }), dispatcher, 'FILED'],
    [
      'praise to the unit complained about',
      order({ state: 'FILED', requestType: 'PRAISE', aboutUnit: D02 }),
      events['praise.forward'],
      dispatcher,
      'guard-not-met'
    ],
    [
      'answered without words',
      order({ state: 'RECEIVED' }),
      { ...events['intake.answer'], reply: ' ' } as OrderEvent,
      dispatcher,
      'guard-not-met'
    ],
    [
      'merged into itself',
      order({ state: 'RECEIVED' }),
      { type: 'case.merge', target: { id: 'o1', state: 'FILED' } },
      dispatcher,
      'guard-not-met'
    ],
    [
      'merged into a closed one',
      order({ state: 'RECEIVED' }),
      { type: 'case.merge', target: { id: 'o2', state: 'CLOSED' } },
      dispatcher,
      'guard-not-met'
    ],
    ['praise for a complaint', order({ state: 'FILED' }), events['praise.forward'], dispatcher, 'guard-not-met'],
    ['praise is not dispatched', order({ state: 'FILED', requestType: 'PRAISE' }), events['case.dispatch'], dispatcher, 'guard-not-met'],
    ['nobody to lead', filed, dispatch({ units: [] }), dispatcher, 'guard-not-met'],
    ['single to two', filed, dispatch({ units: [D11, D02] }), dispatcher, 'guard-not-met']
  ]
  for (const [name, o, event, actor, expected] of rows) t.equal(outcome(o, event, actor), expected, name)
})
