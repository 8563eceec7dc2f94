import type { Readable } from 'node:stream'
import type { Queryable } from '../../../db/database.ts'
import { DomainError } from '../../../domain/errors.ts'
import { holds, type Actor, type Role } from '../../../domain/people/roles.ts'
import { recordingOf } from './recording-store.ts'

/** Roles that may hear a call's recording (领导 sees figures; handlers never hear citizens). */
export const listeners: readonly Role[] = ['SUPERVISOR', 'CALLBACK_OFFICER', 'SHIFT_LEADER']

/** A playable recording: its length is the present one, also while the PBX still writes it. */
export interface RecordedSound { bytes: number, stream: () => Readable }
export interface Recording extends RecordedSound { callId: string }

/** What is asked of the process beside a PBX; null: there is none, and nobody can be asked. */
export interface RecordingDoor {
  recording: (name: string) => Promise<RecordedSound | null>
  /** null: the folder is away */
  sizes: (names: readonly string[]) => Promise<number[] | null>
}
interface RecordingNode { name: string, door: RecordingDoor | null }
export interface RecordingNodes { all: readonly RecordingNode[], get: (name: string) => RecordingNode }

export interface Recordings {
  /**
   * @throws DomainError `not-allowed`, `not-found` when there is no such call, it was not recorded or its file is gone,
   * `node-unavailable` when the PBX's process does not answer
   */
  find: (q: Queryable, actor: Actor, callId: string) => Promise<Recording>
}

export interface RecordingsOptions {
  nodes: Pick<RecordingNodes, 'get'>
  /** whether every order a call belongs to lets this person hear it */
  hears: (actor: Actor, callId: string) => Promise<boolean>
}

export function createRecordings ({ nodes, hears }: RecordingsOptions): Recordings {
  return {
    async find (q, actor, callId) {
      if (!holds(actor, ...listeners)) {
        throw new DomainError('not-allowed', 'recordings are for supervisors, shift leaders and callback officers')
      }
      const call = await recordingOf(q, callId)
      if (!call || !await hears(actor, call.id)) throw new DomainError('not-found', 'there is no such call')
      if (call.recording === null || !call.recorded) throw new DomainError('not-found', 'this call was not recorded', { what: 'recording' })
      const { door } = nodes.get(call.node)
      if (door === null) throw new DomainError('node-unavailable', 'no process beside this PBX serves its recordings', { node: call.node })
      const found = await door.recording(call.recording)
      if (found === null) throw new DomainError('not-found', 'the recording\'s file is gone', { what: 'file' })
      return { callId: call.id, ...found }
    }
  }
}
