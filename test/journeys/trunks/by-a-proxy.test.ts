import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { outboundProxy } from '../../harness/edge/kamailio.ts'
import { freePort } from '../../harness/servers/ports.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { addTrunk, changeTrunk, newTrunk, trialOf } from '../../harness/stories/trunks.ts'
import { startNetwork } from '../../harness/telephones/network.ts'

const presses = 'answer|wait 1|press 1|wait 7|press 5|stay'

await t.test('a carrier that takes calls from one address: they leave by a proxy, with keys, sound and hang-up; else they are refused',
  async t => {
    const stack = await startStack(t, { desks: [] })
    const { pbx } = stack
    const { address: proxy } = await outboundProxy(t, '127.0.0.8')
    const trunk = { host: '127.0.0.4', port: await freePort('127.0.0.4') }
    // It knows the proxy and nobody else.
    const carrier = await startNetwork(t, { pbx: proxy, trunk: { ...trunk, door: pbx.config.sip } })
    await carrier.anybody(presses)
    const admin = await stack.as('admin')
    const address = `${trunk.host}:${trunk.port}`
    const back = await admin.request('POST', '/api/trunks', {
      ...newTrunk, address, outboundProxy: `${pbx.config.sip.host}:${pbx.config.sip.port}`
    })
    t.match(back, { status: 422, body: { code: 'trunk-is-ours', details: { field: 'outboundProxy' } } }, 'it would come back')
    const id = await addTrunk(admin, { address, outboundProxy: `${proxy.host}:${proxy.port}` })
    await until(async () => new RegExp(`${id}-watch/\\S+ +\\w+ +Avail`).test(await pbx.console('pjsip show contacts')),
      { what: 'the carrier is asked by the proxy', seconds: 20 })

    t.equal(await trialOf(admin, id, '13900001091'), 'clean')
    const [call] = carrier.ringsOf('13900001091')
    await call?.isOver()
    const early = 'answer|wait 1|hangup'
    await carrier.number('13900001092', early)
    t.equal(await trialOf(admin, id, '13900001092'), 'hung-up', 'the carrier\'s BYE comes, too')

    await changeTrunk(admin, id, { outboundProxy: '' })
    await until(async () => !/outbound_proxy +: sip/.test(await pbx.console(`pjsip show endpoint ${id}`)), { what: 'the PBX has read it' })
    t.equal(await trialOf(admin, id, '13900001093'), 'carrier-refuses', 'from the PBX\'s own address')
    t.same(carrier.ringsOf('13900001093'), [])
  })
