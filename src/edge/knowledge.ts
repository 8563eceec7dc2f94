import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { readJson } from '../domain/text/json-text.ts'

const Place = Type.Object({ number: Type.String(), node: Type.String() })
const Block = Type.Object({ number: Type.String(), until: Type.Number(), ringBackUntil: Type.Number() })
const File = Type.Object({
  /** numbers stand here as fingerprints alone, in hexadecimal; times in ms */
  blocks: Type.Array(Block),
  unlimited: Type.Array(Type.String()),
  places: Type.Array(Place),
  /** dialled for the emergency duty line: no person's number */
  dutyLines: Type.Array(Type.String()),
  edges: Type.Number()
})
/** What the edge has from the database, as its own file has it. */
export type Known = Static<typeof File>

/** What the edge knows of numbers, without the database. A number is asked for by its fingerprint. */
export interface Knowledge {
  /** turned away now, and not rung by us lately */
  isBlocked: (print: string, now: number) => boolean
  hasNoLimit: (print: string) => boolean
  /** the node with this number's conference */
  placeOf: (print: string) => string | null
  isDutyLine: (dialled: string) => boolean
  edges: () => number
  /** Takes what the database has now, and keeps it on the disk. @throws Error when it cannot be written; it holds all the same */
  learn: (known: Known) => Promise<void>
}

const nothing: Known = { blocks: [], unlimited: [], places: [], dutyLines: [], edges: 1 }

export interface KnowledgeOptions {
  folder: string
  /** fingerprints of numbers that never have a limit, whatever the database says */
  unlimited: readonly string[]
  /** the file is there and cannot be understood: it is written anew */
  onBadFile: (error: unknown) => void
}

/** Reads the file of an earlier run; without one, nothing is known until the database has been read. */
export async function openKnowledge ({ folder, unlimited: always, onBadFile }: KnowledgeOptions): Promise<Knowledge> {
  const file = join(folder, 'knowledge.json')
  let text = ''
  let blocks = new Map<string, Static<typeof Block>>()
  let unlimited = new Set<string>()
  let places = new Map<string, string>()
  let dutyLines = new Set<string>()
  let edges = 1
  const use = (known: Known): void => {
    blocks = new Map(known.blocks.map(block => [block.number, block]))
    unlimited = new Set([...always, ...known.unlimited])
    places = new Map(known.places.map(({ number, node }) => [number, node]))
    dutyLines = new Set(known.dutyLines)
    edges = known.edges
  }
  try {
    text = await readFile(file, 'utf8')
    use(readJson(text, File, file))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) onBadFile(error)
    use(nothing)
  }
  return {
    isBlocked: (print, now) => {
      const block = blocks.get(print)
      return block !== undefined && block.until > now && block.ringBackUntil <= now
    },
    hasNoLimit: print => unlimited.has(print),
    placeOf: print => places.get(print) ?? null,
    isDutyLine: dialled => dutyLines.has(dialled),
    edges: () => edges,
    async learn (known) {
      use(known)
      const next = JSON.stringify(known)
      if (next === text) return
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await writeFile(`${file}.new`, next, { mode: 0o600 })
      await rename(`${file}.new`, file)
      text = next
    }
  }
}
