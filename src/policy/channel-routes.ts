import Type from 'typebox'
import type { Clock } from '../domain/time/clock.ts'
import { orderPurposes, type Role } from '../domain/people/roles.ts'
import { staff, type Routes } from '../http/kit/routes.ts'
import { answers, ChannelCode, Nothing, Nullable, OneOf, params, ReasonLine, WriteHeaders } from '../http/kit/schema-words.ts'
import { write } from '../http/kit/write.ts'
import type { Policies } from './policy.ts'
import { entering, entry, everyRow, FirstDay, tags } from './policy-schemas.ts'
import { channelsAt } from './rules/channel-policy.ts'
import { orderTimesPattern, type OrderTimesName } from './rules/deadline-policy.ts'

const OrderTimes = (description: string) =>
  Nullable(Type.Unsafe<OrderTimesName>({ type: 'string', pattern: orderTimesPattern, description }))

const ChannelPolicySchema = Type.Object({
  code: ChannelCode(),
  validFrom: FirstDay(),
  name: ReasonLine({ maxLength: 40 }),
  nameEn: ReasonLine({ maxLength: 60 }),
  sentWith: Nullable(OneOf(orderPurposes, 'purpose of the token that may send its orders; null: written down by hand alone')),
  askedBack: Type.Boolean({ description: 'its complainants are asked before closing' }),
  restricted: Type.Boolean({ description: 'only named readers know of its orders; `PARTY_MAILBOX`: always; `HOTLINE_962000`: never' }),
  clock: OrderTimes('the deadline policy its orders go by unless they are critical; null: as category and urgency say'),
  consultClock: OrderTimes('the same for consultations and suggestions; null: as its other orders')
})
const Channel = Type.Object({ code: ChannelCode(), name: Type.String(), nameEn: Type.String() })

const readers: readonly Role[] = [...staff, 'INTEGRATION']

export interface ChannelRoutesOptions { clock: Clock, policies: Pick<Policies, 'channels' | 'enterChannel' | 'withdrawChannel'> }

/** Channels (受理渠道): the names of today for everybody, and the rows an administrator enters. */
export function channelRoutes ({ clock, policies }: ChannelRoutesOptions): Routes {
  return app => {
    app.get('/api/channels', {
      config: { roles: readers, purposes: orderPurposes },
      schema: {
        tags,
        summary: 'Channels of today with their names',
        response: answers({ 200: Type.Object({ items: Type.Array(Channel) }) })
      }
    }, async () => ({
      items: channelsAt(await policies.channels(), clock.now()).map(({ code, name, nameEn }) => ({ code, name, nameEn }))
    }))

    app.get('/api/policies/channels', everyRow(ChannelPolicySchema, 'Channel policies: every row, the newest of a channel first'),
      async () => ({ items: [...(await policies.channels()).rows] }))

    app.post('/api/policies/channels', entering(ChannelPolicySchema, {
      summary: 'Enter a channel policy from a day on; a code without a row before is a new channel',
      description: 'Orders received before that day keep what their row says. A row that has not begun is replaced.'
    }), async (request, reply) => await write(request, reply, entry('channel-policy.enter', request.body.code, request.body),
      async tx => await policies.enterChannel(tx, request.actor, request.body)))

    app.delete('/api/policies/channels/:code/:validFrom', {
      config: { roles: ['ADMINISTRATOR'] },
      schema: {
        tags,
        summary: 'Withdraw a channel policy that has not begun; a new channel is gone with its only row',
        headers: WriteHeaders,
        params: params({ code: ChannelCode(), validFrom: FirstDay() }),
        response: answers({ 204: Nothing })
      }
    }, async (request, reply) => {
      const { code, validFrom } = request.params
      await write(request, reply, { action: 'channel-policy.withdraw', subject: code, status: 204, detail: { validFrom } },
        async tx => { await policies.withdrawChannel(tx, request.actor, request.params) })
      return null
    })
  }
}
