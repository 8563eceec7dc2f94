import t from 'tap'
import { parsePhoneNumber } from '../../src/domain/phone-number.ts'
import { until } from '../../src/servers/until.ts'
import { agentAt, officer, switchedCalls } from '../harness/switched-calls.ts'

t.setTimeout(120_000)
const orderId = '00000000-0000-4000-8000-0000000000aa'
const citizenNumber = '13900001002'

t.test('a citizen is called by a click: one\'s own telephone first', async t => {
  const { network, manualCalls, command, calls, contacted, db } = await switchedCalls(t, { orderNumber: parsePhoneNumber(citizenNumber) })
  const me = agentAt('8001')
  const over = async (): Promise<void> => {
    await until(async () => (await db.query('select 1 from channel where ended_at is null')).length === 0, { what: 'nobody is on the line', seconds: 15 })
  }

  await t.test('answered, joined, recorded, counted as first contact', async t => {
    await network.number('desk8001', 'answer|talk 900')
    await network.number(citizenNumber, 'answer|talk 1300')
    const first = await command(async tx => await manualCalls.callCitizen(tx, me, { key: 'click-0001', orderId }))
    const again = await command(async tx => await manualCalls.callCitizen(tx, me, { key: 'click-0001', orderId }))
    t.same(again, first, 'a second click on the same button is the same call')
    const citizen = await network.rung(citizenNumber)
    await citizen.isAnswered()
    const call = await until(async () => (await calls.list(officer, { direction: 'outbound' }, { after: null, limit: 5 })).find(c => c.state === 'talking'), { what: 'they talk' })
    t.match(call, { purpose: 'manual', number: '+8613900001002' })
    t.match((await calls.list(agentAt('8002'), { direction: 'outbound' }, { after: null, limit: 5 })), [{ number: '139****1002' }])
    await until(() => contacted.length > 0, { what: 'first contact' })
    t.same(contacted, [orderId])
    await new Promise(resolve => setTimeout(resolve, 1000))
    await citizen.hangsUp()
    await over()
    t.ok(citizen.heard(900) > 0.05, 'the citizen hears the agent')
    t.match(await calls.get(officer, call.id), { state: 'ended', recorded: true, direction: 'outbound', endedBy: 'citizen' })
    t.equal(network.ringsOf('desk8001').length, 1)
    t.equal(network.ringsOf(citizenNumber).length, 1)
  })

  await t.test('the caller\'s own telephone is not answered: the citizen is never rung', async t => {
    await network.number('desk8001', 'busy')
    const before = network.ringsOf(citizenNumber).length
    const { requestId } = await command(async tx => await manualCalls.callCitizen(tx, me, { key: 'click-0002', orderId }))
    await until(async () => (await db.query<{ state: string }>('select state from dial_request where id = $1', [requestId]))[0]?.state === 'finished', { what: 'the request is given up' })
    t.equal(network.ringsOf(citizenNumber).length, before)
    await over()
  })

  await t.test('the citizen is busy: the caller\'s telephone is let go', async () => {
    await network.number('desk8001', 'answer|stay')
    await network.number(citizenNumber, 'busy')
    await command(async tx => await manualCalls.callCitizen(tx, me, { key: 'click-0003', orderId }))
    await network.rung(citizenNumber, 2)
    await over()
  })

  await t.test('who has no telephone here, or nobody to call', async t => {
    await t.rejects(command(async tx => await manualCalls.callCitizen(tx, { ...me, extension: null }, { key: 'click-0004', orderId })), { code: 'agent-not-signed-in' })
    await t.rejects(command(async tx => await manualCalls.callCitizen(tx, me, { key: 'click-0005', callId: 'nobody' })), { code: 'not-found' })
  })
})
