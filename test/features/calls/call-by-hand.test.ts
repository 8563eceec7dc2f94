import t from 'tap'
import { createSealing } from '../../../src/db/sealing.ts'
import { loadDistrict } from '../../../src/district/load-district.ts'
import { readDistrict } from '../../../src/district/read-district.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import { createDialPermission } from '../../../src/dialler/permission/dial-permission.ts'
import { parsePhoneNumber, type PhoneNumber } from '../../../src/domain/telephone/phone-number.ts'
import type { Actor } from '../../../src/domain/people/roles.ts'
import { until } from '../../../src/servers/until.ts'
import { hears } from '../../harness/telephones/listening.ts'
import { agentAt, officer, switchedCalls } from '../../harness/telephones/switched-calls.ts'
import { agent as filer, illegalClinic, ordersOn } from '../orders/order-world.ts'

t.setTimeout(280_000)
const citizenNumber = '13900001002'
const ownNumber = '13900000301'
const onTheStreet: Actor = { id: 't01-cgzd', roles: ['HANDLER'], unitId: 'T01-CGZD', extension: null, personId: 'R-1' }

t.test('a citizen is called by a click: one\'s own telephone first', async t => {
  const centres = new Set<PhoneNumber>()
  const permission = createDialPermission({ ourNumbers: async () => ({ centres, lines: new Set() }), named: { byHand: [], automatic: [] } })
  const { network, manualCalls, switching, command, moved, calls, contacted, tried, db } = await switchedCalls(t,
    { permission, orderNumber: parsePhoneNumber(citizenNumber), ownNumbers: { 'R-1': [parsePhoneNumber(ownNumber)] } })
  await db.tx(async tx => { await loadDistrict(tx, readDistrict()) })
  const { orders } = ordersOn(t, { db, clock: systemClock, sealing: createSealing(Buffer.alloc(32, 7)) })
  const { id: orderId } = await command(async tx => await orders.commands.file(tx, filer, illegalClinic))
  const me = agentAt('8001')
  const over = async (): Promise<void> => {
    await until(async () => (await db.query('select 1 from channel where ended_at is null')).length === 0,
      { what: 'nobody is on the line', seconds: 30 })
  }

  await t.test('answered, joined, recorded, counted as first contact', async t => {
    await network.number('desk8001', 'answer|talk 900')
    await network.number(citizenNumber, 'answer|talk 1300')
    const first = await command(async tx => await manualCalls.callCitizen(tx, me, { key: 'click-0001', orderId }))
    const again = await command(async tx => await manualCalls.callCitizen(tx, me, { key: 'click-0001', orderId }))
    t.same(again, first, 'a second click on the same button is the same call')
    const citizen = await network.rung(citizenNumber)
    await citizen.isAnswered()
    const call = await until(
      async () => (await calls.list(officer, { direction: 'outbound' }, { after: null, limit: 5 })).find(c => c.state === 'talking'),
      { what: 'they talk' }
    )
    t.match(call, { purpose: 'manual', number: '+8613900001002' })
    await t.rejects(command(async tx => await manualCalls.callCitizen(tx, me, { key: 'click-0001-again', orderId })),
      { code: 'already-calling' }, 'a second press while they talk')
    t.match((await calls.list(agentAt('8002'), { direction: 'outbound' }, { after: null, limit: 5 })), [{ number: '139****1002' }])
    await until(() => contacted.length > 0, { what: 'first contact' })
    t.same(contacted, [orderId])
    t.ok(await hears(citizen, 900), 'the citizen hears the agent')
    await citizen.hangsUp()
    await over()
    t.match(await calls.get(officer, call.id), { state: 'ended', recorded: true, direction: 'outbound', endedBy: 'citizen' })
    t.equal(network.ringsOf('desk8001').length, 1)
    t.equal(network.ringsOf(citizenNumber).length, 1)
  })

  await t.test('sent on to a colleague: the citizen goes on, though the caller\'s own telephone has gone', async t => {
    await network.number('desk8002', 'answer|talk 500')
    const before = network.ringsOf(citizenNumber).length
    await command(async tx => await manualCalls.callCitizen(tx, me, { key: 'click-sent-on', orderId }))
    const citizen = await network.rung(citizenNumber, before + 1)
    await citizen.isAnswered()
    const [own] = network.ringsOf('desk8001').slice(-1)
    const call = await until(async () => {
      const [newest] = await calls.list(officer, { direction: 'outbound' }, { after: null, limit: 1 })
      const found = newest && await calls.get(officer, newest.id)
      return found?.channels.some(c => c.extension === '8001' && c.endedAt === null) ? found : null
    }, { what: 'they talk' })
    await moved(async tx => await switching.transfer(tx, me, { callId: call.id, to: { extension: '8002' } }))
    await until(() => own?.endedAt, { what: 'the caller is off the line' })
    t.ok(await hears(citizen, 500), 'the citizen hears the colleague')
    t.match(await db.query('select state from manual_call order by requested_at desc limit 1'), [{ state: 'ended' }])
    t.equal(citizen.endedAt, null)
    await citizen.hangsUp()
    await over()
    t.match(await calls.get(officer, call.id), { state: 'ended', endedBy: 'citizen' })
  })

  await t.test('the caller\'s own telephone is not answered: the citizen is never rung', async t => {
    await network.number('desk8001', 'busy')
    const before = network.ringsOf(citizenNumber).length
    const { requestId } = await command(async tx => await manualCalls.callCitizen(tx, me, { key: 'click-0002', orderId }))
    await until(
      async () => (await db.query<{ state: string }>('select state from dial_request where id = $1', [requestId]))[0]?.state === 'finished',
      { what: 'the request is given up' }
    )
    t.equal(network.ringsOf(citizenNumber).length, before)
    await over()
  })

  await t.test('the citizen is busy: the caller\'s telephone is let go', async () => {
    await network.number('desk8001', 'answer|stay')
    await network.number(citizenNumber, 'busy')
    const before = network.ringsOf(citizenNumber).length
    await command(async tx => await manualCalls.callCitizen(tx, me, { key: 'click-0003', orderId }))
    await network.rung(citizenNumber, before + 1)
    await over()
  })

  await t.test('a handler on the street: the own telephone first, 1, then the citizen; neither sees the other\'s number', async t => {
    await network.number(ownNumber, 'answer|wait 1|press 1|talk 700')
    await network.number(citizenNumber, 'answer|talk 1300')
    const before = { citizen: network.ringsOf(citizenNumber).length, contacted: contacted.length }
    const { requestId } = await command(async tx => await manualCalls.callCitizen(tx, onTheStreet, { key: 'street-0001', orderId }))
    t.equal((await command(async tx => await manualCalls.callCitizen(tx, onTheStreet, { key: 'street-0001', orderId }))).requestId,
      requestId, 'a second tap is the same call')
    const own = await network.rung(ownNumber)
    await own.isAnswered()
    t.equal(network.ringsOf(citizenNumber).length, before.citizen, 'the citizen is not rung before the handler is there')
    const citizen = await network.rung(citizenNumber, before.citizen + 1)
    await citizen.isAnswered()
    t.same([own.from, citizen.from], ['962000', '962000'])
    const call = await until(
      async () => (await calls.list(officer, { direction: 'outbound' },
        { after: null, limit: 5 })).find(c => c.state === 'talking' && c.purpose === 'manual'),
      { what: 'they talk' }
    )
    t.equal(call.number, '+8613900001002', 'it is the citizen\'s call')
    await until(() => contacted.length > before.contacted, { what: 'first contact' })
    t.ok(await hears(citizen, 700) && await hears(own, 1300), 'they hear each other')
    await own.hangsUp()
    await citizen.isOver()
    await over()
    t.match(await calls.get(officer, call.id), { state: 'ended', recorded: true, purpose: 'manual' })
    t.equal(
      (await calls.list(officer, { direction: 'outbound' },
        { after: null, limit: 50 })).filter(c => c.offeredAt >= call.offeredAt && c.state !== 'ended').length,
      0
    )
    t.match(await db.query('select state, extension from manual_call where login = \'t01-cgzd\''), [{ state: 'ended', extension: null }])
  })

  await t.test('a voicemail at the handler\'s number is never joined with a citizen', async t => {
    await network.number(ownNumber, 'answer|voicemail 3|hangup')
    const rings = network.ringsOf(citizenNumber).length
    await command(async tx => await manualCalls.callCitizen(tx, onTheStreet, { key: 'street-0002', orderId }))
    await network.rung(ownNumber, 2)
    await until(
      async () => (await db.query<{ result: string }>(`select result from manual_call where login = 't01-cgzd' and state = 'ended'
        order by requested_at desc`))[0]?.result === 'answered-not-confirmed',
      { what: 'given up', seconds: 40 }
    )
    t.equal(network.ringsOf(citizenNumber).length, rings)
    await over()
  })

  await t.test('the citizen does not answer: the handler is let go, and it is said', async t => {
    await network.number(ownNumber, 'answer|wait 1|press 1|stay')
    await network.number(citizenNumber, 'busy')
    await command(async tx => await manualCalls.callCitizen(tx, onTheStreet, { key: 'street-0003', orderId }))
    await (await network.rung(ownNumber, 3)).isOver()
    await over()
    await until(() => tried.length === 2, { what: 'both calls in vain are told' })
    t.same(tried, ['login-8001 busy', 't01-cgzd busy'])
  })

  await t.test('the citizen\'s number becomes refused: the handler is released, the citizen is not rung', async t => {
    const [rings, before] = [network.ringsOf(citizenNumber).length, network.ringsOf(ownNumber).length]
    await network.number(ownNumber, 'ring')
    await command(async tx => await manualCalls.callCitizen(tx, onTheStreet, { key: 'street-0004', orderId }))
    const own = await network.rung(ownNumber, before + 1)
    centres.add(parsePhoneNumber(citizenNumber))
    await own.does('answer|wait 1|press 1|stay')
    await own.isOver()
    await over()
    centres.clear()
    t.equal(network.ringsOf(citizenNumber).length, rings)
    t.match(await db.query('select state, request_id from manual_call where login = \'t01-cgzd\' order by requested_at desc limit 1'),
      [{ state: 'ended', request_id: null }])
    t.same(await db.query('select error from pbx_journal where error is not null'), [], 'the journal goes on')
  })

  await t.test('without a telephone, or without a number to call', async t => {
    await t.rejects(command(async tx => await manualCalls.callCitizen(tx, { ...me, extension: null }, { key: 'click-0004', orderId })),
      { code: 'no-own-telephone' })
    await t.rejects(
      command(async tx => await manualCalls.callCitizen(tx, { ...onTheStreet, personId: 'R-2' }, { key: 'click-0006', orderId })),
      { code: 'no-own-telephone' }
    )
    await t.rejects(command(async tx => await manualCalls.callCitizen(tx, me, { key: 'click-0005', callId: 'nobody' })),
      { code: 'not-found' })
  })
})
