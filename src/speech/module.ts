import { fileURLToPath } from 'node:url'
import type { Database } from '../db/database.ts'
import type { Clock } from '../domain/time/clock.ts'
import type { Module } from '../module.ts'
import { createSpeech } from './speech.ts'
import { speechRoutes } from './speech-routes.ts'
import { createPromptStore, type PromptDoor } from './prompt-store.ts'
import type { Speech } from './speech-types.ts'
import { bringLacking, bringRecent, type SpokenNode } from './spoken-on-nodes.ts'

type SpeechNode = SpokenNode & { door: PromptDoor | null }

export interface SpeechNeeds {
  nodes: {
    all: readonly SpeechNode[]
    get: (name: string) => SpeechNode
    choose: (use: 'prompts', able: (node: SpeechNode) => boolean) => SpeechNode
  }
  db: Database
  clock: Clock
  /** the service's own, where each sentence is spoken once */
  folder: string
  /** an HTTP text-to-speech service; null: the machine's own voice */
  url: string | null
}

const sentences = fileURLToPath(new URL('../../dialplans/prompts/zh-CN.txt', import.meta.url))

/** Text to speech, and the fixed sentences callers hear. */
export function speechModule ({ nodes, db, clock, folder, url }: SpeechNeeds): Module & { speech: Speech } {
  const hasDoor = ({ door }: SpeechNode): boolean => door !== null
  const door = (): PromptDoor | null => nodes.all.some(hasDoor) ? nodes.choose('prompts', hasDoor).door : null
  return {
    name: 'speech',
    speech: createSpeech({ nodes, db, clock, folder, url }),
    routes: [speechRoutes({ prompts: createPromptStore({ sentences, door }) })],
    sweeps: [{ name: 'spoken sentences', pace: 'ordinary', run: async now => { await bringLacking(nodes.all, folder, db, now) } }],
    exchangeIsUp: async node => { await bringRecent(nodes.get(node), folder, db) }
  }
}
