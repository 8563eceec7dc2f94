import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { readJson } from '../../domain/text/json-text.ts'
import type { KnownNode, Trunk } from '../rules/surroundings.ts'

const Place = Type.Object({
  number: Type.String(),
  node: Type.String(),
  /** of a member of a command conference; otherwise of a citizen we cut off */
  conference: Type.Boolean()
})
const At = Type.Object({ host: Type.String(), port: Type.Integer() })
const Limit = Type.Object({ number: Type.String(), calls: Type.Union([Type.Integer(), Type.Null()]) })
const Block = Type.Object({ number: Type.String(), until: Type.Number(), ringBackUntil: Type.Number() })
const File = Type.Object({
  /** numbers stand here as fingerprints alone, in hexadecimal; times in ms */
  blocks: Type.Array(Block),
  unlimited: Type.Array(Type.String()),
  /** calls at once of single numbers (null: any), and of all others; null: as the setting says */
  limits: Type.Array(Limit),
  callsPerNumber: Type.Union([Type.Integer(), Type.Null()]),
  places: Type.Array(Place),
  /** dialled for the emergency duty line: no person's number */
  dutyLines: Type.Array(Type.String()),
  edges: Type.Number(),
  /** calls at once on all carriers; null, or not there: unknown */
  lines: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
  nodes: Type.Array(Type.Object({ name: Type.String(), sip: At, ami: At, draining: Type.Boolean() })),
  /** null: the service has none yet */
  trunks: Type.Union([Type.Null(), Type.Array(Type.Object({
    name: Type.String(), networks: Type.Array(Type.String()), callsPerSecond: Type.Number(), remainInDialog: Type.Boolean()
  }))])
})
/** What the edge has from the database, as its own file has it. */
export type Known = Static<typeof File>

/** What the edge knows of numbers, without the database. A number is asked for by its fingerprints: one for each data key. */
export interface Knowledge {
  /** turned away now, and not rung by us lately */
  isBlocked: (prints: readonly string[], now: number) => boolean
  /** calls at once this number may have; null: any */
  limitOf: (prints: readonly string[]) => number | null
  /** the node with this number's conference, or the one this citizen waited on when we cut the call off */
  placeOf: (prints: readonly string[]) => { node: string, conference: boolean } | null
  isDutyLine: (dialled: string) => boolean
  edges: () => number
  /** calls at once on all carriers together, by the rows of the service; null: unknown */
  lines: () => number | null
  /** rows of the service; empty: none were read */
  nodes: () => readonly KnownNode[]
  /** carriers that calls may come from; null: no row was ever read */
  trunks: () => readonly Trunk[] | null
  /** Takes what the database has now, and keeps it on the disk. @throws Error when it cannot be written; it holds all the same */
  learn: (known: Known) => Promise<void>
}

const nothing: Known = {
  blocks: [], unlimited: [], limits: [], callsPerNumber: null, places: [], dutyLines: [], edges: 1, nodes: [], trunks: null
}

export interface KnowledgeOptions {
  folder: string
  /** fingerprints of numbers that never have a limit, whatever the database says */
  unlimited: readonly string[]
  /** calls at once of a number, where no row says it */
  callsPerNumber: number
  /** the file is there and cannot be understood: it is written anew */
  onBadFile: (error: unknown) => void
}

/** Reads the file of an earlier run; without one, nothing is known until the database has been read. */
export async function openKnowledge ({ folder, unlimited: always, callsPerNumber, onBadFile }: KnowledgeOptions): Promise<Knowledge> {
  const file = join(folder, 'knowledge.json')
  let text = ''
  let blocks = new Map<string, Static<typeof Block>>()
  let limits = new Map<string, number | null>()
  let limit = callsPerNumber
  let places = new Map<string, { node: string, conference: boolean }>()
  let dutyLines = new Set<string>()
  let { edges, nodes, trunks } = nothing
  let lines: number | null = null
  const use = (known: Known): void => {
    blocks = new Map(known.blocks.map(block => [block.number, block]))
    // A row goes before what is known of units; a setting before both.
    limits = new Map([
      ...known.unlimited.map(number => [number, null] as const),
      ...known.limits.map(({ number, calls }) => [number, calls] as const),
      ...always.map(number => [number, null] as const)
    ])
    limit = known.callsPerNumber ?? callsPerNumber
    // The conference goes first.
    const sorted = [...known.places].sort((a, b) => Number(a.conference) - Number(b.conference))
    places = new Map(sorted.map(({ number, ...place }) => [number, place]))
    dutyLines = new Set(known.dutyLines)
    edges = known.edges
    lines = known.lines ?? null
    nodes = known.nodes
    trunks = known.trunks
  }
  try {
    text = await readFile(file, 'utf8')
    use(readJson(text, File, file))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) onBadFile(error)
    use(nothing)
  }
  return {
    isBlocked: (prints, now) => {
      const standing = prints.flatMap(print => blocks.get(print) ?? []).filter(block => block.until > now)
      return standing.length > 0 && standing.every(block => block.ringBackUntil <= now)
    },
    limitOf (prints) {
      const own = prints.find(print => limits.has(print))
      return own === undefined ? limit : limits.get(own) ?? null
    },
    placeOf (prints) {
      const known = prints.flatMap(print => places.get(print) ?? [])
      return known.find(place => place.conference) ?? known[0] ?? null
    },
    isDutyLine: dialled => dutyLines.has(dialled),
    edges: () => edges,
    lines: () => lines,
    nodes: () => nodes,
    trunks: () => trunks,
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
