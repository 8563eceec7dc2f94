import { createReadStream } from 'node:fs'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sounds } from '../pbx/node-contract.ts'
import { readManifest } from '../speech/prompts.ts'
import type { RecordedFile } from './recorded-file.ts'

const sizeOf = async (file: string): Promise<number | null> => await stat(file).then(s => s.isFile() ? s.size : null, () => null)

/** The fixed sentences in a sounds folder. */
export async function soundsIn (soundsDir: string): Promise<NonNullable<Sounds>> {
  const manifest = await readManifest(soundsDir)
  return Object.fromEntries(await Promise.all(Object.entries(manifest).map(
    async ([name, { recorded }]) => [name, { recorded, bytes: await sizeOf(join(soundsDir, `${name}.wav`)) }] as const)))
}

/** One sound. @returns null when there is none */
export async function soundNamed (soundsDir: string, name: string): Promise<RecordedFile | null> {
  const file = join(soundsDir, `${name}.wav`)
  const bytes = await sizeOf(file)
  return bytes === null ? null : { bytes, stream: () => createReadStream(file, { end: Math.max(0, bytes - 1) }) }
}

let puts = 0

/** Puts a spoken sentence among the sounds, under another name until it is complete: the PBX must never play half a sentence. */
export async function putSpoken (soundsDir: string, name: string, sound: Buffer): Promise<void> {
  const folder = join(soundsDir, 'spoken')
  await mkdir(folder, { recursive: true })
  const half = join(folder, `.${name}-${process.pid}-${++puts}.wav`)
  try {
    await writeFile(half, sound)
    await rename(half, join(folder, `${name}.wav`))
  } finally {
    await rm(half, { force: true })
  }
}
