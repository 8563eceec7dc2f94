import type { Logger } from 'pino'
import { isPbxAway } from '../../domain/errors.ts'
import { createPbxIncludes, filesKeys } from '../includes.ts'
import type { Switchboard } from '../switchboard.ts'
import { sendEntries, type EntryStep } from './entries.ts'
import { differences } from './rules/differences.ts'
import type { Lack } from './rules/standing.ts'
import { entryFamilies, type EntryFamily } from './sections.ts'

/** A row in the clear. */
export interface Opened {
  family: string
  key: string
  /** null: withdrawn */
  value: string | null
  /** names the row where it is lacking */
  name: string
}
/** Rows in the clear, and those that could not be opened. */
export interface Known { values: Opened[], lacks: Lack[] }

/** The way one part of the desired state reaches a PBX. Both answer with what could not be given. */
export interface Giver {
  changes: (values: readonly Opened[]) => Promise<Lack[]>
  /** @param read reads what stands; once */
  everything: (read: () => Promise<Known>) => Promise<Lack[]>
}

export type EntryPbx = Pick<Switchboard, 'dbPut' | 'dbDelete' | 'dbTree'>

const isEntryFamily = (section: string): section is EntryFamily => entryFamilies.some(family => family === section)

/** What makes the PBX's own database as it should be. */
function stepsBetween (present: ReadonlyMap<EntryFamily, Map<string, string>>, { values, lacks }: Known): EntryStep[] {
  const byFamily = Map.groupBy(values, value => value.family)
  return [...present].flatMap(([family, entries]) => {
    const mine = byFamily.get(family) ?? []
    const names = new Map(mine.map(({ key, name }) => [key, name]))
    const desired = new Map(mine.map(({ key, value }) => [key, value ?? '']))
    const { put, surplus } = differences(desired, entries, !lacks.some(lack => lack.section === family))
    return [
      ...put.map(([key, value]): EntryStep => ({ family, key, value, name: names.get(key) ?? '' })),
      ...surplus.map((key): EntryStep => ({ family, key, value: null, name: '' }))
    ]
  })
}

/** The PBX's own database (AstDB), over a link to it. */
export function entriesTo ({ node, switchboard, log }: { node: string, switchboard: EntryPbx, log: Logger }): Giver {
  return {
    changes: async values => await sendEntries(switchboard,
      values.flatMap(({ family, ...entry }) => isEntryFamily(family) ? [{ family, ...entry }] : [])),
    async everything (read) {
      const present = new Map<EntryFamily, Map<string, string>>()
      for (const family of entryFamilies) present.set(family, await switchboard.dbTree(family))
      // After the lists: another applier may have given the PBX a change since.
      const steps = stepsBetween(present, await read())
      if (steps.length > 0) log.info({ node, entries: steps.length }, 'the PBX is given what it lacked, and freed of what was too much')
      return await sendEntries(switchboard, steps)
    }
  }
}

/** The files the PBX reads, on its own disk. */
export function filesTo (
  { node, includesDir, reload, log }: { node: string, includesDir: string, reload: Switchboard['reload'], log: Logger }
): Giver {
  const includes = createPbxIncludes({ node, includesDir, reload })
  /** @throws DomainError `pbx-unavailable` when written and not reloaded */
  async function write (values: readonly Opened[]): Promise<Lack[]> {
    const lacks: Lack[] = []
    for (const key of filesKeys) {
      const value = values.findLast(one => one.key === key)?.value ?? null
      if (value === null) continue
      try {
        lacks.push(...await includes.apply(key, value))
      } catch (error) {
        if (isPbxAway(error)) throw error
        // A full disk, for example.
        log.error({ err: error, node }, 'the files of the PBX cannot be written; tried again')
        lacks.push({ section: 'files', key: `files/${key}`, why: 'not written' })
      }
    }
    return lacks
  }
  return { changes: write, everything: async read => await write((await read()).values) }
}
