import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../db/database.ts'
import { DomainError } from '../domain/errors.ts'
import { forgetLack, forgetLacksBefore, lacksAt } from './lack-store.ts'

/** A PBX to which spoken sentences are brought; `door` is null where nobody can bring any. */
export interface SpokenNode {
  name: string
  /** whether something may be played there now */
  isUp: () => boolean
  door: { hasSpoken: (name: string) => Promise<boolean>, putSpoken: (name: string, sound: Buffer) => Promise<void> } | null
}

type Reached = SpokenNode & { door: NonNullable<SpokenNode['door']> }
const reachedOf = (nodes: readonly SpokenNode[]): Reached[] => nodes.flatMap(node => node.door === null ? [] : { ...node, door: node.door })

/** Once a PBX has a sentence the others are waited for so long, ms. */
const othersMs = 1000

/** @throws DomainError `speech-unavailable` where no sentence can be brought to any PBX */
export function somebodyToTell (nodes: readonly SpokenNode[]): void {
  if (reachedOf(nodes).length === 0) {
    throw new DomainError('speech-unavailable', 'the prompts of this PBX are not managed by the service')
  }
}

/**
 * Brings a sentence to every PBX that lacks it.
 * @param spoken the file, spoken only when some PBX lacks it
 * @returns the PBXs that could not be brought it
 * @throws the error of the first when none that may play something now has it
 */
export async function bringToNodes (nodes: readonly SpokenNode[], name: string, spoken: () => Promise<string>): Promise<string[]> {
  const reached = reachedOf(nodes)
  let sound: Promise<Buffer> | null = null
  const has = new Set<Reached>()
  const errors: unknown[] = []
  const mayPlay = (): boolean => reached.some(node => node.isUp()) ? [...has].some(node => node.isUp()) : has.size > 0
  const bringing = reached.map(async node => {
    try {
      if (!await node.door.hasSpoken(name)) {
        sound ??= spoken().then(async file => await readFile(file))
        await node.door.putSpoken(name, await sound)
      }
      has.add(node)
    } catch (error) {
      errors.push(error)
    }
  })
  const all = Promise.all(bringing)
  const enough = Promise.any(bringing.map(async one => {
    await one
    if (!mayPlay()) throw new Error('not there yet')
    await pause(othersMs, undefined, { ref: false })
  }))
  await Promise.race([all, enough.catch(async () => await all)])
  if (!mayPlay()) throw errors[0]
  return reached.filter(node => !has.has(node)).map(node => node.name)
}

/** A sentence not asked for within this time waits on no telephone call any more. ms */
const recentMs = 3 * 24 * 3_600_000
/** Sentences brought to a PBX after a login, at most; the newest first. */
const maxBrought = 2000

/** After a login: brings the PBX what was spoken while it was away. */
export async function bringRecent (node: SpokenNode, folder: string, db: Database): Promise<void> {
  const [reached] = reachedOf([node])
  if (reached === undefined) return
  const names = (await readdir(folder).catch(() => [])).filter(name => /^[0-9a-f]{32}\.wav$/.test(name))
  const files = await Promise.all(names.map(async name => ({ name, at: (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0 })))
  const recent = files.filter(({ at }) => at > Date.now() - recentMs).sort((a, b) => b.at - a.at).slice(0, maxBrought)
  for (const { name } of recent) {
    const sentence = name.slice(0, -'.wav'.length)
    await bringToNodes([reached], sentence, async () => join(folder, name))
    await forgetLack(db, { node: reached.name, name: sentence })
  }
}

/** Sentences brought in one round, at most. */
const atOnce = 50

/** Brings the PBXs what they lack. One that still cannot be brought anything is asked again in the next round. */
export async function bringLacking (nodes: readonly SpokenNode[], folder: string, db: Database, now: Date): Promise<void> {
  const reached = reachedOf(nodes)
  const lacks = await lacksAt(db, reached.map(({ name }) => name), atOnce)
  if (lacks.length === 0) return
  await Promise.all(reached.map(async node => {
    for (const lack of lacks) {
      if (lack.node !== node.name) continue
      try {
        await bringToNodes([node], lack.name, async () => join(folder, `${lack.name}.wav`))
      } catch {
        return
      }
      await forgetLack(db, lack)
    }
  }))
  await forgetLacksBefore(db, new Date(now.getTime() - recentMs))
}
