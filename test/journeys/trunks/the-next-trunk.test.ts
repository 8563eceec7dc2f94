import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { freePort } from '../../harness/servers/ports.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { acceptedOrder, callbackBecomes, storyClock } from '../../harness/stories/order-story.ts'
import { agent, citizen } from '../../harness/stories/story.ts'
import { addTrunk, changeTrunk, trunksOf } from '../../harness/stories/trunks.ts'
import { startNetwork, type TelephoneNetwork } from '../../harness/telephones/network.ts'

const rung = (network: TelephoneNetwork): string[] =>
  network.calls().filter(call => call.direction === 'in' && !call.number.startsWith('desk')).map(call => call.number)
const presses = 'answer|wait 0.5|press 1|wait 1|press 1|wait 1|press 1|stay'

await t.test('an administrator adds a second carrier: what the first cannot do goes over it, of machine and people; no restart',
  async t => {
    const stack = await startStack(t, { desks: ['8003'], settings: { TRUNK_QUALIFY_SECONDS: '1' } })
    const { network: first, pbx, db } = stack
    const clock = storyClock(stack)
    await clock.comes('10:00')
    const address = { host: '127.0.0.4', port: await freePort('127.0.0.4') }
    const second = await startNetwork(t, { pbx: pbx.config.sip, trunk: address })
    const admin = await stack.as('admin')
    t.match(await trunksOf(admin), [{ id: 'trunk', fromSettings: true, nodes: [{ name: 'pbx1', share: 60 }] }])
    const id = await addTrunk(admin, { address: `127.0.0.4:${address.port}` })
    t.equal(id, 'trunk2')
    await until(async () => /trunk2-watch\/\S+ +\w+ +Avail/.test(await pbx.console('pjsip show contacts')),
      { what: 'the PBX asks the new carrier, which answers', seconds: 20 })

    const called = async (number: string): Promise<void> => {
      const { id: order } = await acceptedOrder(stack, number)
      await clock.comes('10:00')
      await callbackBecomes(stack, order, callback => callback.status === 'CONFIRMED')
    }
    const legs = async (subject: string): Promise<Array<{ trunk: string, outcome: string | null }>> => await db.query(
      'select trunk_id as trunk, outcome from leg where subject like $1 || \':%\' order by placing_at', [subject])
    await t.test('503 of the first: the second rings, by a new leg', async t => {
      const complainant = await citizen(first, '13900001061')
      await first.number(complainant.number, 'congestion')
      await second.number(complainant.number, presses)
      await called(complainant.number)
      t.same(await legs('callback'), [{ trunk: 'trunk', outcome: 'congestion' }, { trunk: 'trunk2', outcome: 'confirmed' }])
      t.same([rung(first), rung(second)], [[complainant.number], [complainant.number]])
    })

    await t.test('the dialplan goes on by itself, too: a centre is reached over the second', async t => {
      const zhang = agent(first, '8003')
      const caller = await citizen(first, '13900001062')
      await first.number('50009110', 'congestion')
      await second.number('50009110', 'answer|stay')
      await zhang.signsIn()
      await caller.dials('962000')
      await zhang.answers()
      await zhang.transfersTo('110')
      const police = await second.rung('50009110')
      await police.isAnswered()
      const outside = async (): Promise<unknown[]> => await db.query('select 1 from pbx_journal where event = \'LD_OUTSIDE\'')
      await until(async () => (await outside()).length > 0, { what: 'the exchange\'s word arrives' })
      await caller.hangsUp()
      await police.isOver()
      t.equal((await outside()).length, 1, 'told by one row')
    })

    await t.test('a citizen calls in by it', async () => {
      const call = await second.dial({ from: '13900001063', to: '962000' })
      await call.isAnswered()
      await until(async () => (await trunksOf(admin)).find(one => one.id === id)?.calls === 1, { what: 'the page counts the call' })
      await call.hangsUp()
    })

    await t.test('the first is silent: nobody waits for it', async t => {
      await first.stop()
      await admin.sees<{ silent: unknown[] }>('/api/trunks/silent', ({ silent }) => silent.length === 1, 20)
      await second.number('13900001064', presses)
      await called('13900001064')
      t.match((await legs('callback')).slice(2), [{ trunk: 'trunk2', outcome: 'confirmed' }])
      t.match((await trunksOf(admin))[0]?.nodes, [{ silentSince: String }])
    })

    await t.test('another address holds at once; the last that calls out cannot be disabled, a used one not be removed', async t => {
      await second.stop()
      const moved = { host: '127.0.0.4', port: await freePort('127.0.0.4') }
      const third = await startNetwork(t, { pbx: pbx.config.sip, trunk: moved })
      await third.number('13900001065', presses)
      await changeTrunk(admin, id, { address: `127.0.0.4:${moved.port}` })
      await changeTrunk(admin, 'trunk', { enabled: false })
      await until(async () => !/ trunk\//.test(await pbx.console('pjsip show contacts')), { what: 'the PBX has the first no more' })
      await called('13900001065')
      t.same(rung(third), ['13900001065'])
      const version = (await trunksOf(admin)).find(one => one.id === id)?.version
      const off = await admin.request('PATCH', `/api/trunks/${id}`, { enabled: false, version })
      t.match(off, { status: 409, body: { code: 'trunk-is-last' } })
      await changeTrunk(admin, 'trunk', { enabled: true })
      t.match(await admin.request('DELETE', `/api/trunks/${id}`), { status: 409, body: { code: 'trunk-in-use' } })
      t.match(await admin.request('DELETE', '/api/trunks/trunk'), { status: 409, body: { code: 'trunk-of-settings' } })
    })
  })
