import type { Queryable } from '../../db/database.ts'
import type { NodeDoor, NodeSound } from '../../pbx/node-client.ts'
import { doorOf, type Doors } from '../../pbx/nodes.ts'
import { nodeOfAttempt } from './callbacks-store.ts'
import { recordingOf } from './dialling/callback-dialling.ts'

export interface CallbackRecordingsOptions {
  db: Queryable
  /** the PBXs; `door` is null where no process serves recordings */
  nodes: Doors<Pick<NodeDoor, 'recording'>>
}

/** The recording of an attempt, from the PBX that rang; null: there is none. @throws DomainError `node-unavailable` */
export async function recordingOfAttempt (
  { db, nodes }: CallbackRecordingsOptions, callbackId: string, attempt: number
): Promise<NodeSound | null> {
  const node = await nodeOfAttempt(db, callbackId, attempt)
  return node === null ? null : await doorOf(nodes, node).recording(recordingOf(callbackId, attempt))
}
