import { fileURLToPath } from 'node:url'
import type { Module } from '../module.ts'
import { createSpeech } from './speech.ts'
import { speechRoutes } from './speech-routes.ts'
import { createPromptStore, type PromptDoor } from './prompt-store.ts'
import type { Speech } from './speech-types.ts'
import { bringRecent, type SpokenNode } from './spoken-on-nodes.ts'

type SpeechNode = SpokenNode & { door: PromptDoor | null }

export interface SpeechNeeds {
  nodes: {
    all: readonly SpeechNode[]
    get: (name: string) => SpeechNode
    choose: (use: 'prompts', able: (node: SpeechNode) => boolean) => SpeechNode
  }
  /** the service's own, where each sentence is spoken once */
  folder: string
  /** an HTTP text-to-speech service; null: the machine's own voice */
  url: string | null
}

const sentences = fileURLToPath(new URL('../../dialplans/prompts/zh-CN.txt', import.meta.url))

/** Text to speech, and the fixed sentences callers hear. */
export function speechModule ({ nodes, folder, url }: SpeechNeeds): Module & { speech: Speech } {
  const hasDoor = ({ door }: SpeechNode): boolean => door !== null
  const door = (): PromptDoor | null => nodes.all.some(hasDoor) ? nodes.choose('prompts', hasDoor).door : null
  return {
    name: 'speech',
    speech: createSpeech({ nodes, folder, url }),
    routes: [speechRoutes({ prompts: createPromptStore({ sentences, door }) })],
    exchangeIsUp: async node => { await bringRecent(nodes.get(node), folder) }
  }
}
