import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Type, { type Static } from 'typebox'
import { readJson } from '../domain/text/json-text.ts'
import { makeHoldMusic, speakMandarin } from './speak.ts'

/** One fixed sentence of the hotline and the source of its sound. */
export interface Prompt { name: string, text: string }

/** Reads `name = sentence` lines; lines beginning with # are remarks. Names are lower-case words, digits, `-` and one `/`. */
export function parsePrompts (content: string): Prompt[] {
  return content.split('\n').flatMap((line, index) => {
    if (!line.trim() || line.startsWith('#')) return []
    const match = /^([a-z0-9-]+(?:\/[a-z0-9-]+)?) = (.+)$/.exec(line.trim())
    if (!match?.[1] || !match[2]) throw new Error(`prompt line ${index + 1} is not "name = sentence"`)
    return [{ name: match[1], text: match[2] }]
  })
}

const ManifestSchema = Type.Record(Type.String(), Type.Object({ source: Type.String(), recorded: Type.Boolean() }))
type Manifest = Static<typeof ManifestSchema>

/** What is known of the sentences in a sounds folder; empty for a folder without a readable list. */
export async function readManifest (soundsDir: string): Promise<Manifest> {
  const file = join(soundsDir, 'prompts.json')
  return await readFile(file, 'utf8').then(text => readJson(text, ManifestSchema, file)).catch(() => ({}))
}

/**
 * Puts every fixed sentence into the PBX's sounds folder: a recording of the same name beside the text file wins, else
 * the machine speaks it. Unchanged sounds are left alone. Returns the count of each kind.
 */
export async function installPrompts ({
  prompts, soundsDir, mohDir
}: { prompts: string, soundsDir: string, mohDir: string }): Promise<{ recorded: number, synthetic: number }> {
  const list = parsePrompts(await readFile(join(prompts, 'zh-CN.txt'), 'utf8'))
  const before = await readManifest(soundsDir)
  const manifest: Manifest = {}
  const work = [...list]
  const one = async (prompt: Prompt): Promise<void> => {
    const recording = join(prompts, 'zh-CN', `${prompt.name}.wav`)
    const recorded = await stat(recording).catch(() => null)
    const source = recorded ? `${recorded.size}-${recorded.mtimeMs}` : createHash('sha256').update(prompt.text).digest('hex')
    const target = join(soundsDir, `${prompt.name}.wav`)
    const there = before[prompt.name]?.source === source && await stat(target).catch(() => null)
    if (!there) {
      await mkdir(dirname(target), { recursive: true })
      const beside = `${target}.new.wav`
      if (recorded) await copyFile(recording, beside)
      else await speakMandarin(prompt.text, beside)
      await rename(beside, target)
    }
    manifest[prompt.name] = { source, recorded: Boolean(recorded) }
  }
  const worker = async (): Promise<void> => {
    for (let prompt = work.shift(); prompt; prompt = work.shift()) await one(prompt)
  }
  await mkdir(soundsDir, { recursive: true })
  await Promise.all([worker(), worker(), worker()])
  const music = join(mohDir, 'hold.wav')
  if (!await stat(music).catch(() => null)) {
    await mkdir(mohDir, { recursive: true })
    await makeHoldMusic(`${music}.new.wav`)
    await rename(`${music}.new.wav`, music)
  }
  const file = join(soundsDir, 'prompts.json')
  await writeFile(`${file}.new`, JSON.stringify(manifest, null, 1))
  await rename(`${file}.new`, file)
  return countPrompts(manifest)
}

const countPrompts = (manifest: Manifest): { recorded: number, synthetic: number } => {
  const recorded = Object.values(manifest).filter(p => p.recorded).length
  return { recorded, synthetic: Object.values(manifest).length - recorded }
}

const sentences = fileURLToPath(new URL('../../dialplans/prompts/zh-CN.txt', import.meta.url))

/** Fixed sentences that the dialplan plays and that have no file there: callers hear nothing in their place. */
async function missingPrompts (soundsDir: string): Promise<number> {
  const names = parsePrompts(await readFile(sentences, 'utf8')).map(({ name }) => name)
  const there = await Promise.all(names.map(async name => await stat(join(soundsDir, `${name}.wav`)).then(s => s.isFile(), () => false)))
  return there.filter(one => !one).length
}

/** How many fixed sentences are recorded by a person, how many are still spoken by the machine, and how many are not there. */
export async function installedPrompts (soundsDir: string): Promise<{ recorded: number, synthetic: number, missing: number }> {
  const [manifest, missing] = await Promise.all([readManifest(soundsDir), missingPrompts(soundsDir)])
  return { ...countPrompts(manifest), missing }
}
