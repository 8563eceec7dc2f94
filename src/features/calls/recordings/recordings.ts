import type { Queryable } from '../../../db/database.ts'
import { DomainError } from '../../../domain/errors.ts'
import { holds, type Actor, type Role } from '../../../domain/people/roles.ts'
import type { NodeDoor, NodeSound } from '../../../pbx/node-client.ts'
import { doorOf, type Doors } from '../../../pbx/nodes.ts'
import { recordingOf } from './recording-store.ts'

/** Roles that may hear a call's recording (领导 sees figures; handlers never hear citizens). */
export const listeners: readonly Role[] = ['SUPERVISOR', 'CALLBACK_OFFICER', 'SHIFT_LEADER']

/** A playable recording: its length is the present one, also while the PBX still writes it. */
export interface Recording extends NodeSound { callId: string }

export interface Recordings {
  /**
   * @throws DomainError `not-allowed`, `not-found` when there is no such call, it was not recorded or its file is gone,
   * `node-unavailable` when the PBX's process does not answer
   */
  find: (q: Queryable, actor: Actor, callId: string) => Promise<Recording>
}

export interface RecordingsOptions {
  /** the PBXs; `door` is null where no process serves recordings */
  nodes: Doors<Pick<NodeDoor, 'recording'>>
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
      const found = await doorOf(nodes, call.node).recording(call.recording)
      if (found === null) throw new DomainError('not-found', 'the recording\'s file is gone', { what: 'file' })
      return { callId: call.id, ...found }
    }
  }
}
