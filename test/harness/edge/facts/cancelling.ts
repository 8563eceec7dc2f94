import { until } from '../../../../src/servers/until.ts'
import { headerOf } from '../stand-in/messages.ts'
import type { Fact } from './world.ts'

/** A caller who gives up. */
export const cancelFacts: readonly Fact[] = [
  {
    name: 'CANCEL of a ringing call: 200 and 487 by the server, CANCEL to the node, whose 487 is acknowledged',
    async play ({ proxying, invite, first, second }) {
      const { results } = await proxying()
      const call = invite()
      const asked = await first.asked('INVITE')
      first.answer(asked, 180)
      await until(() => call.statuses().includes(180), { what: 'it rings' })
      const cancel = call.cancel()
      await cancel.final()
      await call.final()
      const cancelled = await first.asked('CANCEL')
      first.answer(cancelled, 200)
      first.answer(asked, 487)
      await first.asked('ACK')
      const result = await until(() => results[0], { what: 'the client is told' })
      const branch = ({ parsed }: typeof asked): unknown => parsed.headers.via[0]?.params.branch
      return {
        carrier: [call.statuses(), cancel.statuses()],
        nodes: [first.methods(), second.methods()],
        same: [branch(cancelled) === branch(asked), headerOf(cancelled.message, 'Call-ID') === headerOf(asked.message, 'Call-ID')],
        client: typeof result === 'string' ? result : result.finalStatus
      }
    },
    seen: {
      carrier: [[100, 180, 487], [200]],
      nodes: [['INVITE', 'CANCEL', 'ACK'], []],
      same: [true, true],
      client: 487
    }
  },
  {
    name: 'CANCEL before the node has said anything: it is sent with the node\'s first answer',
    async play ({ proxying, invite, first }) {
      await proxying()
      const call = invite()
      const asked = await first.asked('INVITE')
      await call.cancel().final()
      await call.final()
      const before = first.methods().filter(method => method === 'CANCEL').length
      first.answer(asked, 180)
      first.answer(await first.asked('CANCEL'), 200)
      first.answer(asked, 487)
      await first.asked('ACK')
      return [before, call.statuses(), first.methods().filter(method => method !== 'INVITE')]
    },
    seen: [0, [100, 487], ['CANCEL', 'ACK']]
  },
  {
    name: 'CANCEL of a call that is out at the client: 200 and 487 by the server, and the client hears of it',
    async play ({ client, invite }) {
      const heard: string[] = []
      await client({
        invite (request) {
          heard.push('INVITE')
          request.on('cancel', () => { heard.push('cancel') })
        }
      })
      const call = invite()
      await until(() => heard.length === 1, { what: 'the client is asked' })
      const cancel = call.cancel()
      await call.final()
      await until(() => heard.length === 2, { what: 'the client hears' })
      return [call.statuses(), cancel.statuses(), heard]
    },
    seen: [[100, 487], [200], ['INVITE', 'cancel']]
  },
  {
    name: 'a client\'s answer after the CANCEL is not sent',
    async play ({ client, invite }) {
      let answer: (() => void) | null = null
      let told = ''
      await client({
        invite: (request, response) => {
          request.on('cancel', () => { answer = () => { response.send(486, {}, error => { told = error ?? 'sent' }) } })
        }
      })
      const call = invite()
      await until(() => call.statuses().includes(100), { what: 'it is taken up' })
      call.cancel()
      await call.final()
      const say: () => void = await until(() => answer, { what: 'the client hears' })
      say()
      await until(() => told !== '', { what: 'the client is told' })
      return [call.statuses(), told]
    },
    seen: [[100, 487], 'Response not sent due to unknown transaction']
  },
  {
    name: 'a proxy after the CANCEL is carried out: the node rings for nobody, and its answer goes to the caller',
    async play ({ client, invite, first, uriOf }) {
      let proxy: (() => void) | null = null
      await client({
        invite (request) {
          request.on('cancel', () => { proxy = () => { request.proxy({ destination: [uriOf(first)] }, () => {}) } })
        }
      })
      const call = invite()
      await until(() => call.statuses().includes(100), { what: 'it is taken up' })
      call.cancel()
      await call.final()
      const go: () => void = await until(() => proxy, { what: 'the client hears' })
      go()
      first.answer(await first.asked('INVITE'), 200)
      await until(() => call.answers.length === 3, { what: 'the answer comes' })
      return call.statuses()
    },
    seen: [100, 487, 200]
  },
  {
    name: 'CANCEL of a call nobody knows is 481',
    async play ({ invite, carrier }) {
      const call = invite()
      await call.final()
      const cancel = call.cancel()
      await cancel.final()
      return [carrier.requests.length, cancel.statuses()]
    },
    seen: [0, [481]]
  }
]
