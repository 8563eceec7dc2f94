import { createReadStream, type ReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DomainError } from '../domain/errors.ts'
import { parsePrompts, readManifest } from './prompts.ts'

export interface ShelvedPrompt { name: string, text: string, recorded: boolean, bytes: number | null }

/** The fixed sentences as the PBX has them, for the people responsible to hear. */
export interface PromptStore {
  list: () => Promise<ShelvedPrompt[]>
  /** @throws DomainError `not-found` for anything but a fixed sentence in the folder */
  open: (name: string) => Promise<{ bytes: number, stream: () => ReadStream }>
}

export function createPromptStore ({ sentences, soundsDir }: { sentences: string, soundsDir: string | null }): PromptStore {
  const sentencesNow = async (): Promise<Array<{ name: string, text: string }>> => parsePrompts(await readFile(sentences, 'utf8'))
  const fileOf = (name: string): string | null => soundsDir === null ? null : join(soundsDir, `${name}.wav`)
  const sizeOf = async (name: string): Promise<number | null> => {
    const file = fileOf(name)
    return file === null ? null : (await stat(file).catch(() => null))?.size ?? null
  }
  return {
    async list () {
      const manifest = soundsDir === null ? {} : await readManifest(soundsDir)
      return await Promise.all((await sentencesNow()).map(
        async ({ name, text }) => ({ name, text, recorded: manifest[name]?.recorded ?? false, bytes: await sizeOf(name) })
      ))
    },
    async open (name) {
      // The path comes from the list, never from the request: no path leaves the folder.
      const known = (await sentencesNow()).some(s => s.name === name)
      const file = fileOf(name)
      const bytes = known ? await sizeOf(name) : null
      if (file === null || bytes === null) throw new DomainError('not-found', 'there is no such sentence here')
      return { bytes, stream: () => createReadStream(file) }
    }
  }
}
