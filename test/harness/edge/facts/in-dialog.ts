import { until } from '../../../../src/servers/until.ts'
import { headerOf, type Received } from '../stand-in/messages.ts'
import type { Fact, World } from './world.ts'

export interface Dialog { callId: string, toTag: string, route: Array<{ name: string, value: string }>, asked: Received }

/** A call through the proxy, answered by the first node; the client is gone again. */
export async function answered ({ proxying, invite, first }: World): Promise<Dialog> {
  const { close } = await proxying({ remainInDialog: true })
  const call = invite()
  const asked = await first.asked('INVITE')
  first.answer(asked, 200)
  const { message, parsed } = await call.final()
  await close()
  return {
    callId: parsed.headers['call-id'],
    toTag: String(parsed.headers.to.params.tag),
    route: [{ name: 'Route', value: headerOf(message, 'Record-Route') }],
    asked
  }
}

/** After the INVITE, once the calls are answered. */
export const dialogFacts: readonly Fact[] = [
  {
    name: 'requests in a dialog pass by Route, both ways and without a client',
    async play (world) {
      const { carrier, first, uriOf, server } = world
      const { callId, toTag, route, asked } = await answered(world)
      carrier.send('ACK', uriOf(first), server.sip, { callId, toTag, headers: route })
      const ack = await first.asked('ACK')
      const bye = carrier.send('BYE', uriOf(first), server.sip, { callId, toTag, headers: route })
      first.answer(await first.asked('BYE'), 200)
      await bye.final()
      const back = [{ name: 'Route', value: headerOf(asked.message, 'Record-Route') }]
      const uri = `sip:13800000001@${carrier.address.host}:${carrier.address.port}`
      const reply = first.send('INFO', uri, server.sip, { callId, toTag: callId, headers: back })
      carrier.answer(await carrier.asked('INFO'), 200)
      await reply.final()
      return {
        ack: [ack.message.first === `ACK ${uriOf(first)} SIP/2.0`, headerOf(ack.message, 'Route'), headerOf(ack.message, 'Max-Forwards')],
        answers: [bye.statuses(), reply.statuses()]
      }
    },
    // no hop is counted
    seen: { ack: [true, '', '70'], answers: [[200], [200]] }
  },
  {
    name: 'without a Route: BYE is 481, an INVITE with a To tag 100 and 481, an ACK nothing',
    async play (world) {
      const { carrier, first, own, server } = world
      const { callId, toTag } = await answered(world)
      const more = { callId, toTag }
      const bye = carrier.send('BYE', own, server.sip, more)
      const again = carrier.send('INVITE', own, server.sip, { ...more, headers: [{ name: 'CSeq', value: '2 INVITE' }] })
      const ack = carrier.send('ACK', own, server.sip, more)
      await Promise.all([bye.final(), again.final()])
      return [bye.statuses(), again.statuses(), ack.statuses(), first.methods()]
    },
    seen: [[481], [100, 481], [], ['INVITE']]
  },
  {
    name: 'a To tag and a Route to the server are enough: a stranger\'s request goes wherever its URI says',
    async play ({ client, carrier, second, uriOf, server }) {
      let heard = 0
      await client({ options () { heard++ } })
      const headers = [{ name: 'Route', value: `<sip:${server.sip.host}:${server.sip.port};lr>` }]
      const asked = carrier.send('OPTIONS', uriOf(second), server.sip, { toTag: 'invented', headers })
      second.answer(await second.asked('OPTIONS'), 200)
      await asked.final()
      return [asked.statuses(), heard]
    },
    seen: [[200], 0]
  },
  {
    name: 'a Route of somebody else\'s is not followed',
    async play (world) {
      const { carrier, first, uriOf, server } = world
      const { callId, toTag } = await answered(world)
      const headers = [{ name: 'Route', value: '<sip:192.0.2.7;lr>' }]
      const bye = carrier.send('BYE', uriOf(first), server.sip, { callId, toTag, headers })
      await bye.final()
      return [bye.statuses(), first.methods()]
    },
    seen: [[481], ['INVITE']]
  },
  {
    name: 'a Route to another port of the server\'s host is taken for the server',
    async play (world) {
      const { carrier, first, uriOf, server } = world
      const { callId, toTag } = await answered(world)
      const headers = [{ name: 'Route', value: `<sip:${server.sip.host}:9;lr>` }]
      const bye = carrier.send('BYE', uriOf(first), server.sip, { callId, toTag, headers })
      first.answer(await first.asked('BYE'), 200)
      await bye.final()
      return bye.statuses()
    },
    seen: [200]
  },
  {
    name: 'a call being proxied goes on without the client, to the next destination too',
    async play ({ proxying, invite, first, second }) {
      const { close } = await proxying()
      const call = invite()
      const asked = await first.asked('INVITE')
      await close()
      first.answer(asked, 180)
      await until(() => call.statuses().includes(180), { what: 'it rings' })
      first.answer(asked, 503)
      second.answer(await second.asked('INVITE'), 200)
      await call.final()
      return call.statuses()
    },
    seen: [100, 180, 200]
  },
  {
    name: 'a call goes on while no client is there, and new ones are 503',
    async play (world) {
      const { carrier, first, invite, uriOf, server } = world
      const { callId, toTag, route } = await answered(world)
      const bye = carrier.send('BYE', uriOf(first), server.sip, { callId, toTag, headers: route })
      const call = await until(async () => {
        const tried = invite()
        return await until(() => tried.statuses().includes(503) && tried, { what: '503', seconds: 0.2 }).catch(() => null)
      }, { what: 'a new call is refused', seconds: 10 })
      first.answer(await first.asked('BYE'), 200)
      await bye.final()
      return [call.statuses(), bye.statuses()]
    },
    seen: [[100, 503], [200]]
  }
]
