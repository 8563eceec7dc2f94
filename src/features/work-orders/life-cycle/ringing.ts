import type { Queryable, Tx } from '../../../db/database.ts'
import type { Sealing } from '../../../db/sealing.ts'
import { systemActor, type Actor } from '../../../domain/people/roles.ts'
import type { PhoneNumber } from '../../../domain/telephone/phone-number.ts'
import type { CallOrderRole } from '../../../domain/work-order.ts'
import { sealedNumberOf } from '../requests/request-store.ts'

/** `by`: the login that rang; `outcome`: how the call ended */
interface Tried { orderId: string, by: string, outcome: string }

/** What those who ring complainants by hand ask of an order, and tell it. */
export interface Ringing {
  /**
   * The complainant's number of an order this person may see, to ring them; the person who rings need not see it. Null: there is none.
   * @throws DomainError `not-found`
   */
  numberOfOrder: (q: Queryable, actor: Actor, orderId: string) => Promise<PhoneNumber | null>
  /** The complainant has answered: it counts as first contact (先行联系). `extension`: the telephone that rang them; null: one outside */
  firstContact: (tx: Tx, input: { orderId: string, callId: string, extension: string | null }) => Promise<void>
  /** The complainant was rung but not reached. */
  notReached: (tx: Tx, tried: Tried) => Promise<void>
}

export interface RingingOptions {
  sealing: Sealing
  commands: {
    linkCall: (tx: Tx, actor: Actor, link: { orderId: string, callId: string, role: CallOrderRole }) => Promise<unknown>
    callTried: (tx: Tx, actor: Actor, tried: Tried) => Promise<unknown>
  }
  queries: { one: (actor: Actor, orderId: string) => Promise<unknown> }
}

export const createRinging = ({ sealing, commands, queries }: RingingOptions): Ringing => ({
  async numberOfOrder (q, actor, orderId) {
    await queries.one(actor, orderId)
    const sealed = await sealedNumberOf(q, orderId)
    return sealed && sealing.openNumber(sealed)
  },
  async firstContact (tx, { orderId, callId, extension }) {
    await commands.linkCall(tx, { ...systemActor, extension }, { orderId, callId, role: 'first_contact' })
  },
  async notReached (tx, tried) { await commands.callTried(tx, systemActor, tried) }
})
