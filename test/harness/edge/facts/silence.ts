import { until } from '../../../../src/servers/until.ts'
import type { Sent, SipPeer } from '../sip-peer.ts'
import { headerOf, type Received } from '../stand-in/messages.ts'
import { statusesOf } from './proxying.ts'
import type { Fact, World } from './world.ts'

/** Waits until another call, placed now to a first node that says nothing, has come to the second: whatever was due before is over. */
async function whenAnotherMovedOn ({ invite, second }: World): Promise<void> {
  const callId = `marker-${Math.random()}`
  const marker: Sent = invite({ callId })
  await until(() => second.requests.find(({ parsed }) => parsed.headers['call-id'] === callId), { what: 'the marker has moved on' })
  marker.cancel()
}

const ofCall = (peer: SipPeer, { message }: Sent): Received[] =>
  peer.requests.filter(({ parsed }) => parsed.headers['call-id'] === headerOf(message, 'Call-ID'))

const methodsOf = (requests: readonly Received[]): string[] => requests.map(({ parsed }) => parsed.method ?? '')

/** Destinations that say nothing, too little, or too late. */
export const silenceFacts: readonly Fact[] = [
  {
    name: 'a destination silent for the provisional timeout is left, and is sent no CANCEL',
    async play (world) {
      const { proxying, invite, first, second } = world
      const { results } = await proxying({ provisionalTimeout: '700ms' })
      const call = invite()
      second.answer(await second.asked('INVITE'), 200)
      await call.final()
      await whenAnotherMovedOn(world)
      const result = await until(() => results[0], { what: 'the client is told' })
      return [methodsOf(ofCall(first, call)), call.statuses(), typeof result === 'string' ? result : statusesOf(result)]
    },
    // one copy after 500 ms
    seen: [['INVITE', 'INVITE'], [100, 200], [200]]
  },
  {
    name: '100 is enough for the provisional timeout, and finalTimeout does nothing',
    async play (world) {
      const { proxying, invite, first, second } = world
      await proxying({ provisionalTimeout: '700ms', finalTimeout: '300ms' })
      const call = invite()
      first.answer(await first.asked('INVITE'), 100)
      await until(() => ofCall(first, call).length > 0, { what: 'it came' })
      await whenAnotherMovedOn(world)
      const seen = [methodsOf(ofCall(first, call)), methodsOf(ofCall(second, call)), call.statuses()]
      first.answer((await first.asked('INVITE')), 200)
      await call.final()
      return seen
    },
    seen: [['INVITE'], [], [100]]
  },
  {
    name: 'silence of all destinations is 408',
    async play ({ proxying, invite }) {
      const { results } = await proxying({ provisionalTimeout: '300ms' })
      const call = invite()
      const final = await call.final()
      const result = await until(() => results[0], { what: 'the client is told' })
      return [call.statuses(), headerOf(final.message, 'To').includes('tag='), typeof result === 'string' ? result : result.responses]
    },
    seen: [[100, 408], true, []]
  },
  {
    name: 'of silence and 503 the carrier is told 503',
    async play ({ proxying, invite, second }) {
      await proxying({ provisionalTimeout: '300ms' })
      const call = invite()
      second.answer(await second.asked('INVITE'), 503)
      await call.final()
      return call.statuses()
    },
    seen: [[100, 503]].flat()
  },
  {
    name: 'a late 180 of a destination left as silent comes through; it is cancelled when the other answers',
    async play ({ proxying, invite, first, second }) {
      await proxying({ provisionalTimeout: '300ms' })
      const call = invite()
      const slow = await first.asked('INVITE')
      const quick = await second.asked('INVITE')
      first.answer(slow, 180)
      await until(() => call.statuses().includes(180), { what: 'the late 180 comes' })
      second.answer(quick, 200)
      await call.final()
      first.answer(await first.asked('CANCEL'), 200)
      first.answer(slow, 487)
      await first.asked('ACK')
      return [call.statuses(), first.methods()]
    },
    seen: [[100, 180, 200], ['INVITE', 'CANCEL', 'ACK']]
  },
  {
    name: 'a late 200 of a destination left as silent is acknowledged by the server and goes no further',
    async play ({ proxying, invite, first, second }) {
      await proxying({ provisionalTimeout: '300ms' })
      const call = invite()
      const slow = await first.asked('INVITE')
      const quick = await second.asked('INVITE')
      first.answer(slow, 200)
      await first.asked('ACK')
      second.answer(quick, 486)
      await call.final()
      return [call.statuses(), first.methods()]
    },
    seen: [[100, 486], ['INVITE', 'ACK']]
  }
]
