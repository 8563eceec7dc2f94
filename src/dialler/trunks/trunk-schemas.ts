import Type, { type TSchema } from 'typebox'
import { OneOf, ReasonLine } from '../../http/kit/schema-words.ts'
import { directions, keyWays, transports, type TrunkFields } from './rules/trunk.ts'

const address = '^(\\[[0-9A-Fa-f:.]{2,45}\\]|[A-Za-z0-9]([A-Za-z0-9.-]{0,200}[A-Za-z0-9])?):[1-9]\\d{0,4}$'

/** What a person enters of a trunk, as the API has it. */
export const trunkFields = {
  name: ReasonLine({ maxLength: 40 }),
  enabled: Type.Boolean({ description: 'false: no call goes out or comes in by it; calls that live go on' }),
  direction: OneOf(directions, '`in`: calls only come in by it; `out`: they only go out'),
  address: Type.String({ pattern: address, description: '`host:port` of the carrier; calls from this host are citizens\'' }),
  sources: Type.String({
    pattern: '^[0-9A-Fa-f:./, ]*$',
    maxLength: 400,
    description: 'IP addresses and networks its calls come from beside that host, divided by commas: `10.8.0.0/16, 10.9.1.3`; empty: none'
  }),
  transport: OneOf(transports),
  srtp: Type.Boolean({ description: 'sound is encrypted (SDES); over `tls` alone' }),
  priority: Type.Integer({ minimum: 1, maximum: 9, description: 'smaller goes first' }),
  weight: Type.Integer({ minimum: 1, maximum: 100, description: 'its part of the calls among trunks of one priority' }),
  costClass: Type.Integer({ minimum: 1, maximum: 3, description: '1 is the cheapest; a machine\'s calls wait for it while it works' }),
  callerId: Type.String({ pattern: '^\\d{3,20}$', description: 'shown to whom we call' }),
  outOfTownPrefix: Type.String({ pattern: '^\\d{0,6}$', description: 'dialled before mobiles of other places; empty: none' }),
  channels: Type.Integer({ minimum: 1, maximum: 5000, description: 'calls at once, both ways' }),
  reservedInbound: Type.Integer({ minimum: 0, maximum: 5000, description: 'of these kept free for the next citizens' }),
  callsPerSecond: Type.Integer({ minimum: 1, maximum: 5000, description: 'on all PBXs together' }),
  edgeCallsPerSecond: Type.Integer({ minimum: 1, maximum: 5000, description: 'calls a second that all edges together take from it' }),
  qualifySeconds: Type.Integer({ minimum: 0, maximum: 60, description: 'asked by OPTIONS so often whether it lives; 0: never' }),
  keys: OneOf(keyWays, '`info`: it sends pressed keys by SIP INFO alone; in force after a restart of each PBX, and then for every trunk'),
  outboundProxy: Type.String({ pattern: `^$|${address}`, description: '`host:port` by which its calls leave; empty: straight' }),
  remainInDialog: Type.Boolean({ description: 'edges stay in the dialogue (Record-Route): the carrier does not reach the PBXs' })
} satisfies Record<keyof TrunkFields, TSchema>
export const EnteredTrunk = Type.Object(trunkFields)
