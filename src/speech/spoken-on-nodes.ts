import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DomainError } from '../domain/errors.ts'

/** A PBX to which spoken sentences are brought; `door` is null where nobody can bring any. */
export interface SpokenNode {
  name: string
  /** whether something may be played there now */
  isUp: () => boolean
  door: { hasSpoken: (name: string) => Promise<boolean>, putSpoken: (name: string, sound: Buffer) => Promise<void> } | null
}

type Reached = SpokenNode & { door: NonNullable<SpokenNode['door']> }
const reachedOf = (nodes: readonly SpokenNode[]): Reached[] => nodes.flatMap(node => node.door === null ? [] : { ...node, door: node.door })

/** @throws DomainError `speech-unavailable` where no sentence can be brought to any PBX */
export function somebodyToTell (nodes: readonly SpokenNode[]): void {
  if (reachedOf(nodes).length === 0) {
    throw new DomainError('speech-unavailable', 'the prompts of this PBX are not managed by the service')
  }
}

/**
 * Brings a sentence to every PBX that lacks it. A PBX that is away is brought it after its login.
 * @param spoken the file, spoken only when some PBX lacks it
 * @throws the error of a PBX that may play it now and lacks it, or of the first when none has it
 */
export async function bringToNodes (nodes: readonly SpokenNode[], name: string, spoken: () => Promise<string>): Promise<void> {
  const reached = reachedOf(nodes)
  let sound: Promise<Buffer> | null = null
  const tried = await Promise.allSettled(reached.map(async ({ door }) => {
    if (await door.hasSpoken(name)) return
    sound ??= spoken().then(async file => await readFile(file))
    await door.putSpoken(name, await sound)
  }))
  const failed = tried.flatMap((result, i) => result.status === 'rejected' ? [{ error: result.reason as unknown, node: reached[i] }] : [])
  const needed = failed.find(({ node }) => node?.isUp() === true) ?? (failed.length === reached.length ? failed[0] : undefined)
  if (needed) throw needed.error
}

/** A sentence not asked for within this time waits on no telephone call any more. ms */
const recentMs = 3 * 24 * 3_600_000
/** Sentences brought to a PBX after a login, at most; the newest first. */
const maxBrought = 2000

/** After a login: brings the PBX what was spoken while it was away. */
export async function bringRecent (node: SpokenNode, folder: string): Promise<void> {
  const [reached] = reachedOf([node])
  if (reached === undefined) return
  const names = (await readdir(folder).catch(() => [])).filter(name => /^[0-9a-f]{32}\.wav$/.test(name))
  const files = await Promise.all(names.map(async name => ({ name, at: (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0 })))
  const recent = files.filter(({ at }) => at > Date.now() - recentMs).sort((a, b) => b.at - a.at).slice(0, maxBrought)
  for (const { name } of recent) {
    await bringToNodes([reached], name.slice(0, -'.wav'.length), async () => join(folder, name))
  }
}
