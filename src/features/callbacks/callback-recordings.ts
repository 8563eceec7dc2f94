import type { Readable } from 'node:stream'
import type { Queryable } from '../../db/database.ts'
import { DomainError } from '../../domain/errors.ts'
import { nodeOfAttempt } from './callbacks-store.ts'
import { recordingOf } from './dialling/callback-dialling.ts'

export interface RecordedSound { bytes: number, stream: () => Readable }

export interface CallbackRecordingsOptions {
  db: Queryable
  /** the PBXs; `door` is null where no process serves recordings */
  nodes: { get: (name: string) => { door: { recording: (name: string) => Promise<RecordedSound | null> } | null } }
}

/** The recording of an attempt, from the PBX that rang; null: there is none. @throws DomainError `node-unavailable` */
export async function recordingOfAttempt (
  { db, nodes }: CallbackRecordingsOptions, callbackId: string, attempt: number
): Promise<RecordedSound | null> {
  const node = await nodeOfAttempt(db, callbackId, attempt)
  if (node === null) return null
  const { door } = nodes.get(node)
  if (door === null) throw new DomainError('node-unavailable', 'no process beside this PBX serves its recordings', { node })
  return await door.recording(recordingOf(callbackId, attempt))
}
