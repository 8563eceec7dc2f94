import { readFile } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { DomainError } from '../domain/errors.ts'
import { parsePrompts } from './prompts.ts'

export interface ShelvedPrompt { name: string, text: string, recorded: boolean, bytes: number | null }

/** The sounds of a PBX, as the process beside it shows them. */
export interface PromptDoor {
  /** by name; null: kept by others */
  sounds: () => Promise<Record<string, { recorded: boolean, bytes: number | null }> | null>
  /** null: there is none */
  sound: (name: string) => Promise<{ bytes: number, stream: () => Readable } | null>
}

/** The fixed sentences as the PBX has them, for the people responsible to hear. */
export interface PromptStore {
  /** @throws DomainError `node-unavailable` */
  list: () => Promise<ShelvedPrompt[]>
  /** @throws DomainError `not-found` for anything but a fixed sentence on the PBX, `node-unavailable` */
  open: (name: string) => Promise<{ bytes: number, stream: () => Readable }>
}

/** @param door null: nobody reads the files of this PBX */
export function createPromptStore ({ sentences, door }: { sentences: string, door: () => PromptDoor | null }): PromptStore {
  const sentencesNow = async (): Promise<Array<{ name: string, text: string }>> => parsePrompts(await readFile(sentences, 'utf8'))
  return {
    async list () {
      const sounds = await door()?.sounds() ?? {}
      return (await sentencesNow()).map(
        ({ name, text }) => ({ name, text, recorded: sounds[name]?.recorded ?? false, bytes: sounds[name]?.bytes ?? null }))
    },
    async open (name) {
      // The name comes from the list, never from the request.
      const known = (await sentencesNow()).some(s => s.name === name)
      const found = known ? await door()?.sound(name) ?? null : null
      if (found === null) throw new DomainError('not-found', 'there is no such sentence here')
      return found
    }
  }
}
