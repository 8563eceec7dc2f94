import {
  addressOfUri, headerOf, newBranch, withFirst, withValue, type Address, type Message, type Received
} from './messages.ts'
import type { Network } from './network.ts'

export type LegState = 'not started' | 'calling' | 'proceeding' | 'completed' | 'terminated'

/** One destination of a proxied INVITE: a client transaction as drachtio-server runs it (`sip-proxy-controller.cpp`). */
export interface Leg {
  readonly uri: string
  readonly branch: string
  state: LegState
  /** of the last answer, 0 before one */
  status: number
  /** the last final answer above 299, for the carrier if it is the best */
  final: Received | null
  /** the CANCEL goes out with the first answer */
  cancelOwed: boolean
  send: () => boolean
  cancel: () => void
  acknowledge: (answer: Received) => void
  become: (state: LegState) => void
}

export interface LegOptions {
  network: Network
  /** the INVITE with what the client changed, the destination not yet in it */
  request: Message
  /** the INVITE's URI is the server's own, so the destination takes its place */
  replacesUri: boolean
  recordRoute: boolean
  provisionalMs: number
  /** nothing came in time; the leg is `completed` by then */
  silent: () => void
  /** the leg is over and done with */
  over: () => void
}

const t1Ms = 500
const unansweredMs = 64 * t1Ms
/** Timer C: since the last provisional answer */
const undecidedMs = 185_000
const lingersMs = 30_000

export function legTo (uri: string, { network, request, replacesUri, recordRoute, provisionalMs, silent, over }: LegOptions): Leg {
  const timers = new Map<'resend' | 'unanswered' | 'undecided' | 'provisional' | 'lingers', NodeJS.Timeout>()
  const { host, port } = network.own
  const via = (branch: string): string => `SIP/2.0/UDP ${host}:${port};rport;branch=${branch}`
  const to: Address | null = addressOfUri(uri)

  function stop (...names: Array<Parameters<typeof timers.get>[0]>): void {
    for (const name of names) {
      clearTimeout(timers.get(name))
      timers.delete(name)
    }
  }

  function wait (name: Parameters<typeof timers.get>[0], ms: number, then: () => void): void {
    stop(name)
    timers.set(name, setTimeout(() => {
      timers.delete(name)
      then()
    }, ms))
  }

  function invite (): Message {
    const [method = '', asked = '', version = 'SIP/2.0'] = request.first.split(' ')
    const first = `${method} ${replacesUri ? uri : asked} ${version}`
    const hops = Number(headerOf(request, 'Max-Forwards') || 71) - 1
    const routed = recordRoute ? withFirst(request, 'Record-Route', `<sip:${host}:${port};lr>`) : request
    return withFirst({ ...withValue(routed, 'Max-Forwards', String(hops)), first }, 'Via', via(leg.branch))
  }

  function transmit (afterMs: number): void {
    if (to) network.send(invite(), to)
    wait('resend', afterMs, () => { transmit(afterMs * 2) })
  }

  /** ACK or CANCEL of this leg's INVITE. */
  function about (method: 'ACK' | 'CANCEL', answer: Received | null): void {
    const kept = ['from', 'call-id', 'to', 'route']
    const headers = request.headers.filter(({ name }) => kept.includes(name.toLowerCase()))
    const plain: Message = { first: `${method} ${uri} SIP/2.0`, headers, body: '' }
    const called = answer ? withValue(plain, 'To', headerOf(answer.message, 'To')) : plain
    const cseq = withValue(called, 'CSeq', `${headerOf(request, 'CSeq').split(' ')[0] ?? ''} ${method}`)
    if (to) network.send(withFirst(withValue(cseq, 'Max-Forwards', '70'), 'Via', via(leg.branch)), to)
  }

  const leg: Leg = {
    uri,
    branch: newBranch(),
    state: 'not started',
    status: 0,
    final: null,
    cancelOwed: false,
    send () {
      // A name is never found, so such a destination is silent.
      if (/;transport=(?!udp)/i.test(uri)) return false
      leg.become('calling')
      transmit(t1Ms)
      return true
    },
    acknowledge: answer => { about('ACK', answer) },
    cancel () {
      stop('resend', 'unanswered', 'undecided', 'provisional')
      if (leg.state === 'calling') {
        // nothing may be cancelled before an answer (RFC 3261 §9.1)
        leg.become('completed')
        leg.cancelOwed = true
      } else if (leg.state === 'not started') {
        leg.become('terminated')
      } else if (leg.state === 'proceeding') {
        about('CANCEL', null)
        leg.cancelOwed = false
        // the server waits for the 487 without end
        wait('undecided', unansweredMs, () => { leg.become('terminated') })
      }
    },
    become (state) {
      leg.state = state
      switch (state) {
        case 'calling':
          wait('unanswered', unansweredMs, () => {
            leg.become('terminated')
            silent()
          })
          if (provisionalMs > 0) {
            wait('provisional', provisionalMs, () => {
              // no CANCEL: the destination may answer late
              leg.become('completed')
              silent()
            })
          }
          return
        case 'proceeding':
          stop('resend', 'unanswered', 'provisional')
          wait('undecided', undecidedMs, () => {
            leg.cancel()
            leg.become('terminated')
            silent()
          })
          return
        case 'completed':
          stop('resend', 'unanswered', 'undecided', 'provisional')
          wait('lingers', lingersMs, () => { leg.become('terminated') })
          return
        case 'terminated':
          stop('resend', 'unanswered', 'undecided', 'provisional', 'lingers')
          over()
          break
        case 'not started':
      }
    }
  }
  return leg
}
