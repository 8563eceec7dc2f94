import { until } from '../../../../src/servers/until.ts'
import { headerOf, isNamed, type Received } from '../stand-in/messages.ts'
import type { Fact, World } from './world.ts'

export const statusesOf = ({ responses }: { responses: Array<{ msgs: Array<{ status: number }> }> }): number[] =>
  responses.flatMap(({ msgs }) => msgs.map(({ status }) => status))

/** The first node answers this, then the second that; what the carrier and the client are told. */
async function inTurn ({ proxying, invite, first, second }: World, one: number, two: number): Promise<unknown> {
  const { results, close } = await proxying()
  const call = invite()
  first.answer(await first.asked('INVITE'), one)
  second.answer(await second.asked('INVITE'), two)
  await call.final()
  await Promise.all([first.asked('ACK'), ...two > 299 ? [second.asked('ACK')] : []])
  const result = await until(() => results[0], { what: 'the client is told' })
  await close()
  return [call.statuses(), typeof result === 'string' ? result : [statusesOf(result), result.connected]]
}

const values = ({ message }: Received, name: string): string[] => message.headers.filter(isNamed(name)).map(({ value }) => value)

export const proxyFacts: readonly Fact[] = [
  {
    name: 'a proxied INVITE goes out as it came, one hop less, behind a Via of the server\'s; answers but 100 come back',
    async play ({ proxying, invite, first, uriOf, server }) {
      await proxying()
      const body = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n'
      const call = invite({ body, headers: [{ name: 'Content-Type', value: 'application/sdp' }, { name: 'X-Kept', value: 'as it is' }] })
      const asked = await first.asked('INVITE')
      for (const status of [100, 180, 183, 200]) first.answer(asked, status)
      const final = await call.final()
      const { message } = asked
      return {
        uri: message.first === `INVITE ${uriOf(first)} SIP/2.0`,
        vias: values(asked, 'Via').map(via => via.includes(`:${server.sip.port};`)),
        own: [headerOf(message, 'Max-Forwards'), values(asked, 'Record-Route').length, headerOf(message, 'X-Kept'), message.body === body],
        kept: ['From', 'To', 'Call-ID', 'CSeq', 'Contact'].filter(name => headerOf(message, name) !== headerOf(call.message, name)),
        back: [call.statuses(), values(final, 'Via').length, headerOf(final.message, 'Contact').includes(String(first.address.port))]
      }
    },
    seen: {
      uri: true,
      vias: [true, false],
      own: ['69', 0, 'as it is', true],
      kept: [],
      back: [[100, 180, 183, 200], 1, true]
    }
  },
  {
    name: 'the URI of an INVITE is the destination\'s only if it was the server\'s own',
    async play ({ proxying, invite, first }) {
      await proxying()
      const call = invite({ uri: 'sip:12345@192.0.2.1' })
      const asked = await first.asked('INVITE')
      first.answer(asked, 200)
      await call.final()
      return asked.message.first
    },
    seen: 'INVITE sip:12345@192.0.2.1 SIP/2.0'
  },
  {
    name: 'Record-Route comes with remainInDialog',
    async play ({ proxying, invite, first, server }) {
      await proxying({ remainInDialog: true })
      const call = invite()
      const asked = await first.asked('INVITE')
      first.answer(asked, 200)
      const final = await call.final()
      const route = `<sip:${server.sip.host}:${server.sip.port};lr>`
      return [values(asked, 'Record-Route'), values(final, 'Record-Route')].map(routes => routes.map(r => r === route))
    },
    seen: [[true], [true]]
  },
  {
    name: 'a header of the client\'s that SIP has once takes the place of the one that came',
    async play ({ proxying, invite, first }) {
      const names = ['Organization', 'Subject', 'Server', 'User-Agent']
      await proxying({ headers: Object.fromEntries(names.map(name => [name, 'ours'])) })
      const call = invite({ headers: names.map(name => ({ name, value: 'theirs' })) })
      const asked = await first.asked('INVITE')
      first.answer(asked, 200)
      await call.final()
      return names.map(name => values(asked, name))
    },
    seen: [['ours'], ['ours'], ['ours'], ['ours']]
  },
  {
    name: 'any other header of the client\'s stands behind those of that name that came',
    async play ({ proxying, invite, first }) {
      const identity = 'P-Asserted-Identity'
      await proxying({ headers: { 'X-Trunk': 'ours', [identity]: '<sip:1@192.0.2.2>', 'X-New': 'also' } })
      const call = invite({ headers: [{ name: 'X-Trunk', value: 'forged' }, { name: identity, value: '<sip:2@192.0.2.2>' }] })
      const asked = await first.asked('INVITE')
      first.answer(asked, 200)
      await call.final()
      return [values(asked, 'X-Trunk'), values(asked, identity), values(asked, 'X-New')]
    },
    seen: [['forged', 'ours'], ['<sip:2@192.0.2.2>', '<sip:1@192.0.2.2>'], ['also']]
  },
  {
    name: 'a Route that came with a new INVITE is taken out',
    async play ({ proxying, invite, first, server }) {
      await proxying()
      const call = invite({ headers: [{ name: 'Route', value: `<sip:${server.sip.host}:${server.sip.port};lr>` }] })
      const asked = await first.asked('INVITE')
      first.answer(asked, 200)
      await call.final()
      return values(asked, 'Route')
    },
    seen: []
  },
  ...[[486, 200], [503, 200], [603, 200], [302, 200], [404, 200]].map(([one = 0, two = 0]): Fact => ({
    name: `after ${one} the next destination is tried`,
    play: async world => await inTurn(world, one, two),
    seen: [[100, 200], [[one, 200], true]]
  })),
  ...[[486, 503, 486], [503, 486, 486], [503, 503, 503], [603, 486, 603], [480, 486, 486], [302, 503, 503], [500, 302, 500]]
    .map(([one = 0, two = 0, best = 0]): Fact => ({
      name: `of ${one} and ${two} the carrier is told ${best}`,
      play: async world => await inTurn(world, one, two),
      // drachtio-srf takes the last status for the end
      seen: [[100, best], [[one, two], false]]
    })),
  {
    name: 'a challenge ends the search',
    async play ({ proxying, invite, first, second }) {
      await proxying()
      const call = invite()
      first.answer(await first.asked('INVITE'), 401, { 'WWW-Authenticate': `Digest realm="a", nonce="${Math.random()}"` })
      await call.final()
      await first.asked('ACK')
      return [call.statuses(), second.methods()]
    },
    seen: [[100, 401], []]
  },
  {
    name: 'a destination by a transport the server does not speak is 500, and the client is told NOK',
    async play ({ proxying, invite, first, uriOf }) {
      const { results } = await proxying({ destination: [`${uriOf(first)};transport=tcp`] })
      const call = invite()
      await call.final()
      return [call.statuses(), await until(() => results[0], { what: 'the client is told' })]
    },
    seen: [[100, 500], 'error proxying request to ']
  },
  {
    name: 'an INVITE without hops left is 483, and the client is told NOK',
    async play ({ proxying, invite, first }) {
      const { results } = await proxying()
      const call = invite({ headers: [{ name: 'Max-Forwards', value: '0' }] })
      await call.final()
      return [call.statuses(), await until(() => results[0], { what: 'the client is told' }), first.methods()]
    },
    seen: [[100, 483], 'Rejected with 483 Too Many Hops due to Max-Forwards value of 0', []]
  },
  {
    name: 'a copy of a proxied INVITE goes nowhere and is answered nothing',
    async play ({ proxying, invite, first, carrier, own, server }) {
      await proxying()
      const call = invite()
      const asked = await first.asked('INVITE')
      first.answer(asked, 180)
      await until(() => call.statuses().includes(180), { what: 'it rings' })
      call.repeat()
      await carrier.send('OPTIONS', own, server.sip).final()
      first.answer(asked, 200)
      await call.final()
      return [call.statuses(), first.methods()]
    },
    seen: [[100, 180, 200], ['INVITE']]
  },
  {
    name: 'a final answer that was proxied is not sent again by the server; the node\'s copies of a 200 come through',
    async play ({ proxying, invite, first }) {
      await proxying()
      const call = invite()
      const asked = await first.asked('INVITE')
      first.answer(asked, 200)
      await call.final()
      first.answer(asked, 200)
      await until(() => call.answers.length === 3, { what: 'the copy comes' })
      return call.statuses()
    },
    seen: [100, 200, 200]
  },
  {
    name: 'an INVITE repeated after its 200 is a new request to the client',
    async play ({ proxying, invite, first }) {
      await proxying()
      const call = invite()
      first.answer(await first.asked('INVITE'), 200)
      await call.final()
      call.repeat()
      first.answer(await first.asked('INVITE', 2), 482)
      await until(() => call.answers.length === 3, { what: 'it is taken up' })
      return call.statuses().slice(0, 3)
    },
    seen: [100, 200, 100]
  }
]
