import { createHash } from 'node:crypto'
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { refuseInsideTransaction, type Database, type Queryable } from '../db/database.ts'
import { bind } from '../domain/bind.ts'
import { DomainError } from '../domain/errors.ts'
import type { Clock } from '../domain/time/clock.ts'
import { lacksOf, noteLacks } from './lack-store.ts'
import { speakMandarin, toTelephone } from './speak.ts'
import { bringToNodes, somebodyToTell, type SpokenNode } from './spoken-on-nodes.ts'
import type { Speech } from './speech-types.ts'

export interface SpeechOptions {
  /** the service's own, where each sentence is spoken once */
  folder: string
  /** the PBXs to which they are brought */
  nodes: { all: readonly SpokenNode[] }
  db: Database
  clock: Clock
  /** an HTTP TTS: gets the text as JSON `{ text, language }`, answers a WAV; null: espeak-ng */
  url?: string | null
}

/** Voices speaking at once; the rest wait. */
const atOnce = 2
const timeoutMs = 15_000
const maxTextLength = 600
const maxWaiting = 200
const maxSoundBytes = 20_000_000

interface Speaking extends SpeechOptions {
  /** by name: two who ask for the same text get the same speaking */
  underway: Map<string, Promise<string>>
  /** who waits for a voice */
  queue: Array<() => void>
  speaking: number
}

/** Speaks a text once, keeps it by the hash of the text, and brings it to each PBX below its `spoken/`. */
export function createSpeech (options: SpeechOptions): Speech {
  const state: Speaking = { ...options, underway: new Map(), queue: [], speaking: 0 }
  return bind(state, { render, lackedBy })
}

async function render (state: Speaking, given: string): Promise<string> {
  refuseInsideTransaction('speech')
  // eslint-disable-next-line no-control-regex
  const text = given.replace(/[\u0000-\u001F\u007F]+/g, ' ').trim()
  somebodyToTell(state.nodes.all)
  if (text === '' || text.length > maxTextLength) {
    throw new DomainError('invalid-input', `a text to speak has 1 to ${maxTextLength} characters`)
  }
  const name = createHash('sha256').update(`${state.url ?? ''}\n${text}`, 'utf8').digest('hex').slice(0, 32)
  const known = state.underway.get(name)
  if (known) return await known
  const brought = bring(state, name, text).finally(() => { state.underway.delete(name) })
  state.underway.set(name, brought)
  return await brought
}

async function bring (state: Speaking, name: string, text: string): Promise<string> {
  try {
    const lacking = await bringToNodes(state.nodes.all, name, async () => await speak(state, name, text))
    if (lacking.length > 0) await noteLacks(state.db, lacking, name, state.clock.now())
    return `spoken/${name}`
  } catch (error) {
    if (error instanceof DomainError && error.code === 'node-unavailable') {
      throw new DomainError('speech-unavailable', 'the sentence could not be brought to the PBX', error.details)
    }
    throw error
  }
}

async function lackedBy ({ nodes }: Speaking, q: Queryable, prompts: readonly string[]): Promise<Array<{ prompt: string, node: string }>> {
  const spoken = prompts.filter(prompt => prompt.startsWith('spoken/'))
  if (spoken.length === 0) return []
  const never = nodes.all.flatMap(({ name, door }) => door === null ? spoken.map(prompt => ({ prompt, node: name })) : [])
  const lacks = await lacksOf(q, spoken.map(prompt => prompt.slice('spoken/'.length)))
  return [...never, ...lacks.map(({ node, name }) => ({ node, prompt: `spoken/${name}` }))]
}

async function place (state: Speaking): Promise<void> {
  if (state.speaking >= atOnce) {
    if (state.queue.length >= maxWaiting) throw new DomainError('speech-unavailable', 'too many texts are waiting for speech')
    await new Promise<void>(resolve => { state.queue.push(resolve) })
  }
  state.speaking += 1
}

function leave (state: Speaking): void {
  state.speaking -= 1
  state.queue.shift()?.()
}

async function fetchSpoken (address: string, text: string, file: string): Promise<void> {
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text, language: 'zh-CN' }),
    signal: AbortSignal.timeout(timeoutMs)
  })
  if (!answer.ok) throw new Error(`the speech service answered ${answer.status}`)
  const raw = `${file}.raw.wav`
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of answer.body ?? []) {
    size += part.byteLength
    if (size > maxSoundBytes) throw new Error('the speech service sent too much')
    parts.push(part)
  }
  await writeFile(raw, Buffer.concat(parts))
  await toTelephone(raw, file).finally(async () => { await rm(raw, { force: true }) })
}

/** The file of a sentence, spoken once. */
async function speak (state: Speaking, name: string, text: string): Promise<string> {
  const { folder } = state
  const file = join(folder, `${name}.wav`)
  const now = new Date()
  if (await utimes(file, now, now).then(() => true, () => false)) return file
  await place(state)
  // Under another name until it is complete: half a sentence is none.
  const half = join(folder, `.${name}-${process.pid}.wav`)
  try {
    await mkdir(folder, { recursive: true })
    if (!state.url) await speakMandarin(text, half, AbortSignal.timeout(timeoutMs))
    else await fetchSpoken(state.url, text, half)
    await rename(half, file)
    return file
  } catch (error) {
    await rm(half, { force: true })
    throw new DomainError('speech-unavailable', 'the text could not be spoken', { why: error instanceof Error ? error.name : 'unknown' })
  } finally {
    leave(state)
  }
}
