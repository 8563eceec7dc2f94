import { fileURLToPath } from 'node:url'
import type { Module } from '../module.ts'
import { createSpeech } from './speech.ts'
import { speechRoutes } from './speech-routes.ts'
import { createPromptStore } from './prompt-store.ts'
import { installedPrompts } from './prompts.ts'
import type { Speech } from './speech-types.ts'

export interface SpeechNeeds {
  /** sounds folder of a PBX of our own; null: the PBX is kept by others */
  soundsDir: string | null
  /** an HTTP text-to-speech service; null: the machine's own voice */
  url: string | null
}

const sentences = fileURLToPath(new URL('../../dialplans/prompts/zh-CN.txt', import.meta.url))

/** Text to speech, and the fixed sentences callers hear. */
export function speechModule ({ soundsDir, url }: SpeechNeeds): Module & { speech: Speech } {
  return {
    name: 'speech',
    speech: createSpeech({ soundsDir, url }),
    routes: [speechRoutes({ prompts: createPromptStore({ sentences, soundsDir }) })],
    health: soundsDir === null
      ? []
      : [{
          name: 'prompts',
          vital: false,
          async check () {
            const { recorded, synthetic } = await installedPrompts(soundsDir)
            if (synthetic === 0) return { ok: true }
            const share = `${synthetic} of ${recorded + synthetic} fixed sentences are synthetic`
            return { ok: false, detail: `${share}; recordings belong in their place before citizens hear them` }
          }
        }]
  }
}
