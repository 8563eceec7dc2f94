import { keysOf } from '../../../domain/properties.ts'

export const transports = ['udp', 'tcp', 'tls'] as const
export const directions = ['both', 'in', 'out'] as const
export const keyWays = ['rfc4733', 'info'] as const

/** What a person enters of a trunk; the schemas say what each means. */
export interface TrunkFields {
  name: string
  enabled: boolean
  direction: typeof directions[number]
  /** `host:port` */
  address: string
  /** IP addresses and networks, divided by `, `; empty: the host of the address alone */
  sources: string
  transport: typeof transports[number]
  srtp: boolean
  priority: number
  weight: number
  costClass: number
  callerId: string
  outOfTownPrefix: string
  channels: number
  reservedInbound: number
  callsPerSecond: number
  edgeCallsPerSecond: number
  qualifySeconds: number
  keys: typeof keyWays[number]
  /** `host:port`, or empty */
  outboundProxy: string
  remainInDialog: boolean
}

const every: Record<keyof TrunkFields, true> = {
  name: true,
  enabled: true,
  direction: true,
  address: true,
  sources: true,
  transport: true,
  srtp: true,
  priority: true,
  weight: true,
  costClass: true,
  callerId: true,
  outOfTownPrefix: true,
  channels: true,
  reservedInbound: true,
  callsPerSecond: true,
  edgeCallsPerSecond: true,
  qualifySeconds: true,
  keys: true,
  outboundProxy: true,
  remainInDialog: true
}
export const trunkFieldNames = keysOf(every)
