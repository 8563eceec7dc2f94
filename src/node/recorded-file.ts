import { createReadStream } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { Readable } from 'node:stream'
import { recordingName } from '../pbx/node-contract.ts'

/** Bytes of a WAV header as the PBX writes it; a file no larger holds no sound. */
const headerBytes = 44

/** A playable recording: its length is the present one, also while the PBX still writes it. */
export interface RecordedFile { bytes: number, stream: () => Readable }

/** A recording by its name. @returns null when there is none, or it lies elsewhere */
export async function recordingNamed (folder: string, name: string): Promise<RecordedFile | null> {
  const file = await below(folder, name)
  return file === null ? null : await recordedFile(file)
}

/** The file's real path when it lies below the folder, links followed. */
async function below (folder: string, name: string): Promise<string | null> {
  if (!recordingName.test(name)) return null
  const [root, file] = await Promise.all([realpath(folder).catch(() => null), realpath(join(folder, name)).catch(() => null)])
  return root !== null && file !== null && file.startsWith(root + sep) ? file : null
}

/**
 * Opens a WAV file the PBX wrote. The PBX writes the lengths into the header when it closes the file. Until then, and after the PBX
 * died, the header says that the file is empty. Lengths are corrected here in the bytes read, never in the file.
 * @returns null when there is no such file, or no sound in it
 */
async function recordedFile (path: string): Promise<RecordedFile | null> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (file === null) return null
  try {
    const found = await file.stat()
    if (!found.isFile() || found.size <= headerBytes) return null
    const header = Buffer.alloc(headerBytes)
    await file.read(header, 0, headerBytes, 0)
    if (header.toString('latin1', 0, 4) !== 'RIFF' || header.toString('latin1', 36, 40) !== 'data') {
      return { bytes: found.size, stream: () => createReadStream(path, { end: found.size - 1 }) }
    }
    const sound = found.size - headerBytes
    header.writeUInt32LE(headerBytes - 8 + sound, 4)
    header.writeUInt32LE(sound, 40)
    return { bytes: found.size, stream: () => Readable.from(withHeader(header, path, found.size)) }
  } finally {
    await file.close()
  }
}

async function * withHeader (header: Buffer, path: string, size: number): AsyncGenerator<Buffer> {
  yield header
  for await (const chunk of createReadStream(path, { start: headerBytes, end: size - 1 })) yield chunk as Buffer
}
