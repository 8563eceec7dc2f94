import { unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sweep } from '../queue/alarms.ts'
import { freeShareOf } from '../disk/free-share.ts'

/**
 * Recording stops before the disk is full: the journal must be written last of all. The dialplan looks for the flag file
 * at the start of every recording, so it holds with the service down too.
 */
export interface RecordingGuard {
  /** looks at the disk; at most every ten seconds it costs anything */
  sweep: Sweep
  /** `freeShare` is 0..1, null before the first look or when the disk cannot be read */
  state: () => { recording: boolean, freeShare: number | null }
}

/** Off below 10 % free, on again above 12 %: not to flutter. */
const offBelow = 0.10
const onAbove = 0.12
const everyMs = 10_000

/** Whether recording goes on, from the share of the disk that is free. */
export const recordingGoesOn = (freeShare: number, on: boolean): boolean => on ? freeShare >= offBelow : freeShare > onAbove

export function createRecordingGuard ({ recordingsDir, freeShare = freeShareOf, onChange = () => {} }: {
  recordingsDir: string
  freeShare?: (folder: string) => Promise<number>
  onChange?: (state: { recording: boolean, freeShare: number }) => void
}): RecordingGuard {
  const flag = join(recordingsDir, 'recording-off')
  let recording = true
  let share: number | null = null
  let looked = -Infinity

  return {
    sweep: {
      name: 'recording-guard',
      pace: 'ordinary',
      async run () {
        if (performance.now() - looked < everyMs) return
        looked = performance.now()
        share = await freeShare(recordingsDir).catch(() => null)
        if (share === null) return
        const goesOn = recordingGoesOn(share, recording)
        // The flag is set each time: a restart may find an old one.
        if (goesOn) await unlink(flag).catch((error: NodeJS.ErrnoException) => { if (error.code !== 'ENOENT') throw error })
        // Nothing in it: on a disk that is full to the last byte an empty file can still be made.
        else await writeFile(flag, '')
        if (goesOn === recording) return
        recording = goesOn
        onChange({ recording, freeShare: share })
      }
    },
    state: () => ({ recording, freeShare: share })
  }
}
