// 自然人, 企业, 其他组织: an enterprise complains with its credit code, which is sealed and shown to those who see the name.
import t from 'tap'
import { agent, dispatcher, handler, illegalClinic, operator, orderWorld } from './order-world.ts'

const code = '91350100M000100Y43'
const firm = { ...illegalClinic, requestType: 'COMPLAINT', complainantName: '沪莘商贸有限公司', complainantKind: 'ENTERPRISE' } as const

t.test('an enterprise with its code', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries } = w.orders
  const person = await w.do(c.file, agent, illegalClinic)
  t.match((await queries.one(agent, person.id)).complainant, { kind: 'PERSON', creditCode: null })
  const { id: orderId } = await w.do(c.file, agent, { ...firm, creditCode: ' 91350100m000100y43' })
  t.match(await queries.one(agent, orderId), { complainant: { kind: 'ENTERPRISE', creditCode: code }, requests: [{ creditCode: code }] })
  const [row] = await w.db.query<{ text: string }>('select to_jsonb(r)::text as text from request r where order_id = $1', [orderId])
  t.notMatch(row?.text, /350100M000100/, 'sealed in the row')
  await w.do(c.dispatch, dispatcher, { orderId, mode: 'single', unitIds: ['T02-JSB'], basis: 'statutory' })
  const held = await queries.one(handler('T02-JSB'), orderId)
  t.match(held.complainant, { kind: 'ENTERPRISE', creditCode: code, name: firm.complainantName })

  const secret = await w.do(c.file, agent, { ...firm, confidential: true, creditCode: code })
  await w.do(c.dispatch, dispatcher, { orderId: secret.id, mode: 'single', unitIds: ['T02-JSB'], basis: 'statutory' })
  for (const actor of [handler('T02-JSB'), operator('T02')]) {
    t.notMatch(JSON.stringify(await queries.one(actor, secret.id)), /350100M000100|沪莘/, 'of a confidential order nobody below the Centre')
  }
  await w.do(c.amend, agent, { orderId: secret.id, creditCode: '9144030071526726XG' })
  t.notMatch(JSON.stringify(await queries.one(handler('T02-JSB'), secret.id)), /71526726/, 'nor its correction')
  t.match(JSON.stringify((await queries.one(dispatcher, secret.id)).timeline), /350100M000100.*71526726/, 'which the Centre reads')

  await w.do(c.amend, agent, { orderId, complainantKind: 'PERSON' })
  t.match((await queries.one(agent, orderId)).complainant, { kind: 'PERSON', creditCode: null }, 'a person has none')
  await w.do(c.addComplainant, agent, { orderId, number: '13900001009', complainantKind: 'ORGANISATION', creditCode: code, words: '也受影响' })
  t.match((await queries.one(agent, orderId)).requests.map(r => [r.complainantKind, r.creditCode]),
    [['PERSON', null], ['ORGANISATION', code]], 'each request has its own')
})

t.test('a draft saved field by field, and what is refused', async t => {
  const w = await orderWorld(t)
  const { commands: c, queries } = w.orders
  const draft = await w.do(c.receive, agent, { channel: 'HOTLINE_962000' })
  await t.rejects(w.do(c.amend, agent, { orderId: draft.id, creditCode: code }), { code: 'credit-code', details: { field: 'creditCode' } },
    'a person has none')
  await w.do(c.amend, agent, { orderId: draft.id, complainantKind: 'ENTERPRISE' })
  await w.do(c.amend, agent, { orderId: draft.id, creditCode: code })
  for (const wrong of ['91350100M000100Y44', '9135O100M000I00Y43', '123']) {
    await t.rejects(w.do(c.amend, agent, { orderId: draft.id, creditCode: wrong }), { code: 'credit-code' }, wrong)
    await t.rejects(w.do(c.file, agent, { ...firm, creditCode: wrong }), { code: 'credit-code' }, wrong)
  }
  t.match((await queries.one(agent, draft.id)).complainant, { kind: 'ENTERPRISE', creditCode: code }, 'what stood stays')
  await w.do(c.file, agent, { orderId: draft.id, ...firm, creditCode: '' })
  t.match((await queries.one(agent, draft.id)).complainant, { kind: 'ENTERPRISE', creditCode: null }, 'an empty text takes it away')
  const { complainantKind: _kind, ...unsaid } = firm
  await t.rejects(w.do(c.file, agent, { ...unsaid, creditCode: code }), { code: 'credit-code' }, 'a kind is said, not guessed')
})
