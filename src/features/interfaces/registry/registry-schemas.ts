import Type from 'typebox'
import { Id, Moment, Nullable, OneOf, SafeLine, ShortId } from '../../../http/kit/schema-words.ts'
import { sourceStates } from '../incoming/rules/source-states.ts'
import { orderEvents } from '../outgoing/rules/event-of.ts'
import { maxUrlLength } from '../outgoing/rules/may-reach.ts'
import { cycles, directions, endpointStates, shareTypes } from './rules/interface-words.ts'

const fields = {
  name: SafeLine({ minLength: 1, description: 'unique' }),
  nameEn: SafeLine(),
  ownerUnitId: ShortId('the unit that answers for the other system'),
  contact: SafeLine({ description: 'desk to be told when it does not work' }),
  direction: OneOf(directions),
  lawBasis: SafeLine({ minLength: 1, maxLength: 400, description: 'by which law or agreement data are exchanged' }),
  cycle: OneOf(cycles, 'how often something is exchanged'),
  schemaVersion: SafeLine({ minLength: 1, maxLength: 40 }),
  shareType: OneOf(shareTypes, 'GB/T 21063: unconditional, conditional, none')
}

export const EnteredInterface = Type.Object(fields)

const endpointFields = {
  url: Type.String({ minLength: 1, maxLength: maxUrlLength, pattern: '^[\\x21-\\x7e]+$', description: 'http or https, without a login' }),
  kinds: Type.Array(OneOf(orderEvents), { maxItems: orderEvents.length, uniqueItems: true, description: 'what it is told of' }),
  allowNetworks: Type.Array(Type.String({ maxLength: 60 }), {
    maxItems: 20, description: 'private networks that may be reached, such as `10.8.0.0/16`; empty: public addresses alone'
  })
}
export const EnteredEndpoint = Type.Object(endpointFields)

const Count = Type.Integer()
const EndpointNow = Type.Object({
  id: Id(),
  ...endpointFields,
  state: OneOf(endpointStates, '`resting`: its peer failed, and is asked again after `restedUntil`'),
  restedUntil: Nullable(Moment()),
  failures: Type.Integer({ description: 'of the peer, in a row' }),
  lastSuccessAt: Nullable(Moment()),
  waiting: Count,
  dead: Count,
  version: Type.Integer()
})

export const InterfaceNow = Type.Object({
  id: Id(),
  ...fields,
  sample: Type.Boolean({ description: 'an invented row of the sample district' }),
  version: Type.Integer(),
  endpoints: Type.Array(EndpointNow),
  health: Type.Object({
    lastSuccessAt: Nullable(Moment()),
    lagSeconds: Type.Integer({ description: 'age of the oldest event that still waits; 0: none does' }),
    errorRate: Nullable(Type.Number({ description: 'failed tries of the last 24 hours, 0 … 1; null: nothing was tried' })),
    waiting: Count,
    dead: Count
  }),
  source: Nullable(Type.Object({
    state: OneOf(sourceStates),
    toleranceMinutes: Type.Integer({ description: 'how far its sender\'s clock may be off' }),
    since: Moment('receiving began, or went on'),
    lastReceivedAt: Nullable(Moment()),
    silentSince: Nullable(Moment('nothing came for longer than its cycle; null: it is in time')),
    quarantined: Count,
    version: Type.Integer()
  }, { description: 'null: it receives nothing' }))
})
