import { until } from '../../../../src/servers/until.ts'
import { addressOfVia, headerOf } from '../stand-in/messages.ts'
import type { Fact } from './world.ts'

/** The link between a client and the server, and requests that a client answers itself. */
export const linkFacts: readonly Fact[] = [
  {
    name: 'a wrong secret is answered NO with the reason, then the link is closed',
    async play ({ link }) {
      const wrong = await link()
      const answer = await wrong.ask('authenticate', 'something else')
      await until(() => wrong.isClosed(), { what: 'the link is closed', seconds: 5 })
      return answer
    },
    seen: ['NO', 'incorrect secret']
  },
  {
    name: 'the right secret is answered with where SIP is spoken and the version',
    async play ({ link, server }) {
      const [answer, hostport, version = ''] = await (await link()).ask('authenticate', server.secret)
      return [answer, hostport === `udp/${server.sip.host}:${server.sip.port}`, /^v\d+\.\d+\.\d+/.test(version)]
    },
    seen: ['OK', true, true]
  },
  {
    name: 'ping is answered pong, also before a secret was told',
    play: async ({ link }) => await (await link()).ask('ping'),
    seen: ['OK', 'pong']
  },
  {
    name: 'requests are given to a link that has not told the secret',
    async play ({ link, carrier, own, server }) {
      const stranger = await link()
      const answer = await stranger.ask('route', 'options')
      carrier.send('OPTIONS', own, server.sip)
      const given = await until(() => stranger.frames.find(({ tokens }) => tokens[1] === 'sip'), { what: 'it is given one' })
      stranger.close()
      return [answer, given.text.startsWith('OPTIONS')]
    },
    seen: [['OK'], true]
  },
  {
    name: 'remove_route takes every method from the link, whichever it names',
    async play ({ link, carrier, own, server }) {
      const one = await link()
      await one.ask('authenticate', server.secret)
      await one.ask('route', 'options')
      await one.ask('route', 'message')
      const answer = await one.ask('remove_route', 'message')
      return [answer, (await carrier.send('OPTIONS', own, server.sip).final()).parsed.status]
    },
    seen: [['OK'], 503]
  },
  {
    name: 'an unknown verb is answered NO, then the link is closed',
    async play ({ link }) {
      const odd = await link()
      const answer = await odd.ask('sing')
      await until(() => odd.isClosed(), { what: 'the link is closed', seconds: 5 })
      return answer
    },
    seen: ['NO', 'Unknown message type']
  },
  {
    name: 'bytes that are no frame close the link',
    async play ({ link }) {
      const odd = await link()
      odd.write('GET / HTTP/1.1\r\n\r\n')
      await until(() => odd.isClosed(), { what: 'the link is closed', seconds: 5 })
      return 'closed'
    },
    seen: 'closed'
  },
  {
    name: 'a frame in pieces is one frame',
    async play ({ link }) {
      const slow = await link()
      slow.write('8#abc|pi')
      const before = slow.frames.length
      // another link's answer: the server has read what came until now
      await (await link()).ask('ping')
      slow.write('ng8#def|ping')
      const both = await until(() => slow.frames.length === 2 && slow.frames, { what: 'both are answered' })
      return [before, both.map(({ tokens }) => tokens.slice(1))]
    },
    seen: [0, [['response', 'abc', 'OK', 'pong'], ['response', 'def', 'OK', 'pong']]]
  },
  {
    name: 'without a client an INVITE is answered 100 and 503, any other request 503',
    async play ({ invite, carrier, own, server }) {
      const call = invite()
      await call.final()
      const options = carrier.send('OPTIONS', own, server.sip)
      await options.final()
      return [call.statuses(), options.statuses()]
    },
    seen: [[100, 503], [503]]
  },
  {
    name: 'a 503 of the server\'s own is not sent again: a copy of the INVITE is answered anew',
    async play ({ invite }) {
      const call = invite()
      await call.final()
      call.repeat()
      await until(() => call.answers.length === 4, { what: 'the copy is answered' })
      return call.statuses()
    },
    seen: [100, 503, 100, 503]
  },
  {
    name: 'a request with a header twice that SIP has once is 400, whatever its case',
    async play ({ client, invite }) {
      let given = 0
      await client({ invite: () => { given++ } })
      const calls = [['Organization', 'ORGANIZATION'], ['Subject', 's']].map(names =>
        invite({ headers: names.map((name, i) => ({ name, value: String(i) })) }))
      for (const call of calls) await call.final()
      return [calls.map(call => call.statuses()), given]
    },
    seen: [[[400], [400]], 0]
  },
  {
    name: 'a request comes to the client as it was sent, with the sender\'s address and the server\'s',
    async play ({ client, carrier, own, server }) {
      let heard = {}
      await client({
        options (request, response) {
          heard = {
            from: `${request.source_address}:${request.source_port}` === `127.0.0.1:${carrier.address.port}`,
            on: request.receivedOn === `${server.sip.host}:${server.sip.port}`,
            twice: request.raw.match(/^X-Twice: .*$/gm)
          }
          response.send(200, { headers: { 'Retry-After': '7', 'X-Said': 'yes' } })
        }
      })
      const headers = ['a', 'b'].map(value => ({ name: 'X-Twice', value }))
      const asked = carrier.send('OPTIONS', own, server.sip, { headers })
      const { message, parsed } = await asked.final()
      return {
        ...heard,
        status: parsed.status,
        said: [headerOf(message, 'Retry-After'), headerOf(message, 'X-Said')],
        tagged: headerOf(message, 'To').includes('tag='),
        back: parsed.headers.via[0] && addressOfVia(parsed.headers.via[0]).port === carrier.address.port
      }
    },
    seen: { from: true, on: true, twice: ['X-Twice: a', 'X-Twice: b'], status: 200, said: ['7', 'yes'], tagged: true, back: true }
  },
  {
    name: 'a client\'s refusal of an INVITE is sent again until it is acknowledged',
    async play ({ client, invite }) {
      let sent = ''
      await client({ invite: (_, response) => { response.send(486, {}, error => { sent = error ?? 'sent' }) } })
      const call = invite()
      await until(() => call.answers.length === 3, { what: 'it comes again' })
      call.acknowledge()
      return [call.statuses(), sent]
    },
    seen: [[100, 486, 486], 'sent']
  },
  {
    name: 'requests go to the clients in turn, and to who is left when one is gone',
    async play ({ client, carrier, own, server }) {
      const heard: string[] = []
      const named = (name: string): Parameters<typeof client>[0] => ({
        options (_, response) {
          heard.push(name)
          response.send(200)
        }
      })
      const one = await client(named('one'))
      await client(named('two'))
      const ask = async (): Promise<unknown> => await carrier.send('OPTIONS', own, server.sip).final()
      for (let i = 0; i < 4; i++) await ask()
      const both = heard.splice(0).sort()
      await one.close()
      for (let i = 0; i < 3; i++) await ask()
      return [both, heard]
    },
    seen: [['one', 'one', 'two', 'two'], ['two', 'two', 'two']]
  },
  {
    name: 'a copy of a request that is out at a client goes nowhere',
    async play ({ client, invite, carrier, own, server }) {
      const heard: string[] = []
      await client({
        invite: request => { heard.push(request.method) },
        options (request, response) {
          heard.push(request.method)
          response.send(200)
        }
      })
      const call = invite()
      await until(() => heard.length === 1, { what: 'the client is asked' })
      call.repeat()
      await carrier.send('OPTIONS', own, server.sip).final()
      return heard
    },
    seen: ['INVITE', 'OPTIONS']
  },
  {
    name: 'a client that is gone leaves its requests without an answer',
    async play ({ client, invite, carrier, own, server }) {
      const heard: string[] = []
      const silent = await client({ invite: request => { heard.push(request.method) } })
      const call = invite()
      await until(() => heard.length === 1, { what: 'the client is asked' })
      await silent.close()
      await until(async () => (await carrier.send('OPTIONS', own, server.sip).final()).parsed.status === 503, { what: 'the server knows' })
      return call.statuses()
    },
    seen: [100]
  }
]
