import { realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { Queryable } from '../../../db/database.ts'
import { DomainError } from '../../../domain/errors.ts'
import { holds, type Actor, type Role } from '../../../domain/people/roles.ts'
import { recordedFile, type RecordedFile } from '../../../pbx/recorded-file.ts'
import { recordingOf } from './recording-store.ts'

/** Roles that may hear a call's recording (领导 sees figures; handlers never hear citizens). */
export const listeners: readonly Role[] = ['SUPERVISOR', 'CALLBACK_OFFICER', 'SHIFT_LEADER']

export interface Recording extends RecordedFile { callId: string }

export interface Recordings {
  /** @throws DomainError `not-allowed`, `not-found` when there is no such call, it was not recorded or its file is gone */
  find: (q: Queryable, actor: Actor, callId: string) => Promise<Recording>
}

export interface RecordingsOptions {
  recordingsDir: string
  /** whether every order a call belongs to lets this person hear it */
  hears: (actor: Actor, callId: string) => Promise<boolean>
}

export function createRecordings ({ recordingsDir, hears }: RecordingsOptions): Recordings {
  return {
    async find (q, actor, callId) {
      if (!holds(actor, ...listeners)) {
        throw new DomainError('not-allowed', 'recordings are for supervisors, shift leaders and callback officers')
      }
      const call = await recordingOf(q, callId)
      if (!call || !await hears(actor, call.id)) throw new DomainError('not-found', 'there is no such call')
      if (call.recording === null || !call.recorded) throw new DomainError('not-found', 'this call was not recorded', { what: 'recording' })
      const file = await below(recordingsDir, call.recording)
      const found = file === null ? null : await recordedFile(file)
      if (found === null) throw new DomainError('not-found', 'the recording\'s file is gone', { what: 'file' })
      return { callId: call.id, ...found }
    }
  }
}

/** The file's real path when it lies below the folder, links followed; the name comes from the journal, so from outside. */
async function below (folder: string, name: string): Promise<string | null> {
  if (!/^[\w-][\w./-]{0,250}\.wav$/.test(name) || name.split('/').includes('..')) return null
  const [root, file] = await Promise.all([realpath(folder).catch(() => null), realpath(join(folder, name)).catch(() => null)])
  return root !== null && file !== null && file.startsWith(root + sep) ? file : null
}
