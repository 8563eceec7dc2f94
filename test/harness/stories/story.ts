import { until } from '../../../src/servers/until.ts'
import type { NetworkCall, Script, TelephoneNetwork } from '../telephones/network.ts'

/** Somebody with a telephone at home: dials the hotline, and is rung by it. */
export interface Citizen {
  number: string
  /** resolves when the citizen is connected to what answers */
  dials: (to: string, options?: { name?: string, withheld?: boolean, script?: Script }) => Promise<NetworkCall>
  /** what the citizen does at each ring; one script a call, the last for all further ones */
  whenRung: (...scripts: Script[]) => Promise<void>
  neverAnswers: () => Promise<void>
  isBusy: () => Promise<void>
  /** waits for the nth call to this telephone and answers it */
  answers: (nth?: number, seconds?: number) => Promise<NetworkCall>
  /** presses a key in the present call */
  presses: (keys: string) => Promise<void>
  talks: (hertz: number) => Promise<void>
  hangsUp: () => Promise<void>
  timesRung: () => number
  /** the present call, or the last one */
  call: () => NetworkCall
}

/** Somebody at a desk telephone of the Centre. */
export interface DeskAgent extends Citizen {
  extension: string
  /** by the feature code *81 */
  signsIn: () => Promise<void>
  signsOut: () => Promise<void>
  /** blind transfer of the present call, by SIP REFER, once sound comes from the other side */
  transfersTo: (extension: string) => Promise<void>
}

function person (network: TelephoneNetwork, number: string, desk?: string): Citizen {
  let last: NetworkCall | undefined
  const call = (): NetworkCall => {
    const own = last ?? network.ringsOf(number).at(-1)
    if (!own) throw new Error(`${number} has no call`)
    return own
  }
  return {
    number,
    call,
    async dials (to, options = {}) {
      last = await network.dial({ to, ...(desk ? { desk } : { from: number }), ...options })
      await last.isAnswered()
      return last
    },
    whenRung: async (...scripts) => await network.number(number, ...scripts),
    neverAnswers: async () => await network.number(number, 'ring'),
    isBusy: async () => await network.number(number, 'busy'),
    async answers (nth, seconds = 30) {
      const given = Date.now() + seconds * 1000
      const next = (): number => Math.max(1, network.ringsOf(number).filter(c => c.answeredAt ?? c.endedAt).length + 1)
      const picksUp = async (): Promise<NetworkCall> => {
        const ring = await network.rung(number, nth ?? next(), seconds)
        try {
          await ring.does('answer|stay')
        } catch (error) {
          // The ringing ended as the hand was at the receiver: the next ring is answered.
          if (nth !== undefined || Date.now() > given) throw error
          await ring.isOver()
          return await picksUp()
        }
        return ring
      }
      last = await picksUp()
      await last.isAnswered()
      return last
    },
    presses: async keys => await call().presses(keys),
    talks: async hertz => await call().does(`talk ${hertz}`),
    hangsUp: async () => await call().hangsUp(),
    timesRung: () => network.ringsOf(number).length
  }
}

/** It rings until `answers` picks up. */
export async function citizen (network: TelephoneNetwork, number: string): Promise<Citizen> {
  const one = person(network, number)
  await one.neverAnswers()
  return one
}

export function agent (network: TelephoneNetwork, extension: string): DeskAgent {
  const one = person(network, `desk${extension}`, extension)
  const code = async (digits: string): Promise<void> => {
    const call = await network.dial({ desk: extension, to: digits })
    await call.isOver()
    if (!call.answeredAt) throw new Error(`${extension} dialled ${digits} and nobody answered`)
  }
  return {
    ...one,
    extension,
    signsIn: async () => await code('*81'),
    signsOut: async () => await code('*82'),
    async transfersTo (to) {
      // What is sent in the millisecond of the answer is refused: nobody is connected yet whom one could send on.
      await until(() => one.call().sound().seconds > 0.1, { what: `${extension} hears who is there` })
      await one.call().does(`transfer ${to}`)
    }
  }
}
