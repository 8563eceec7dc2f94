import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { recordingName } from '../pbx/node-contract.ts'

/** Bytes of each recording, 0 where there is none. @returns null when the folder is away: it may only not be mounted */
export async function sizesOf (recordingsDir: string, names: readonly string[]): Promise<number[] | null> {
  if (!await stat(recordingsDir).then(s => s.isDirectory(), () => false)) return null
  return await Promise.all(names.map(async name =>
    recordingName.test(name) ? await stat(join(recordingsDir, name)).then(s => s.size, () => 0) : 0))
}
