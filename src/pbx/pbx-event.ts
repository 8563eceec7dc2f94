import type { Tx } from '../db/database.ts'
import type { UserEvent, UserEventName } from './contract.ts'

/** Place, time and channel of an event. */
export interface PbxEventBase {
  /** the journal row it was read from */
  row: number
  node: string
  at: Date
  /** `Uniqueid` of the channel; a leg's is its leg id */
  uniqueId: string
  /** channels with one linked id belong to one call; bridging and transfer change it */
  linkedId: string
  /** channel name, `PJSIP/8003-0000001a` */
  channel: string
  /** caller number as the dialplan set it, digits or empty */
  num: string
  exten: string
  context: string
  app: string
  appData: string
  peer: string
}

/** An event the PBX reports through its journal; one row is one event. */
export type PbxEvent = PbxEventBase & (
  | {
    kind: 'chan-start' | 'answer' | 'chan-end' | 'bridge-enter' | 'bridge-exit' | 'blind-transfer' | 'node-restart' | 'other'
  }
  /** the PBX is taken for lost, and everything on it for over */
  | { kind: 'node-lost' }
  /** the PBX was only cut off, and this channel lives; `peer` as in a bridge */
  | { kind: 'channel-back', answered: boolean }
  /** `other`: unique id of the second line of the telephone that transferred; empty where the row does not say */
  | { kind: 'attended-transfer', other: string }
  /** the PBX has no such channel any more, and the row of its end was lost */
  | { kind: 'channel-lost' }
  /** Q.850 cause; 0 is normal; only this tells why a leg failed */
  | { kind: 'hangup', cause: number, source: string, dialStatus: string }
  | { [N in UserEventName]: { kind: 'user', name: N, data: UserEvent<N> } }[UserEventName]
)

/** Whether its channel is over: reported by the PBX, or found missing there. */
export const endsChannel = (event: PbxEvent): boolean => event.kind === 'chan-end' || event.kind === 'channel-lost'

/** Whether all channels that its node had are over. */
export const endsNode = (event: PbxEvent): boolean => event.kind === 'node-restart' || event.kind === 'node-lost'

/** Acts on journalled events, inside the transaction that marks the rows as handled. */
export interface JournalHandler {
  name: string
  /** a batch in order within each node; must be a function of rows and database alone */
  handle: (tx: Tx, events: readonly PbxEvent[]) => Promise<void>
}
