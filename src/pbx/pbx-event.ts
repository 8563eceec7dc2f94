import type { Tx } from '../db/database.ts'
import type { UserEvent, UserEventName } from './contract.ts'

/** Where and when an event happened, and on which channel. */
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

/** What the PBX reports through its journal; one row is one event. */
export type PbxEvent = PbxEventBase & (
  | {
    kind: 'chan-start' | 'answer' | 'chan-end' | 'bridge-enter' | 'bridge-exit' | 'blind-transfer' | 'attended-transfer' | 'node-restart'
      | 'other'
  }
  /** the PBX has no such channel any more, and the row of its end was lost */
  | { kind: 'channel-lost' }
  /** Q.850 cause; 0 is normal, and why a leg failed is known from here alone */
  | { kind: 'hangup', cause: number, source: string, dialStatus: string }
  | { [N in UserEventName]: { kind: 'user', name: N, data: UserEvent<N> } }[UserEventName]
)

/** Whether its channel is over, told by the PBX or found missing there. */
export const endsChannel = (event: PbxEvent): boolean => event.kind === 'chan-end' || event.kind === 'channel-lost'

/** One who does something with journalled events, inside the transaction that marks the rows as handled. */
export interface JournalHandler {
  name: string
  /** a batch in order within each node; must be a function of rows and database alone */
  handle: (tx: Tx, events: readonly PbxEvent[]) => Promise<void>
}
