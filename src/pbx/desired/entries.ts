import { DomainError, isPbxAway } from '../../domain/errors.ts'
import { checkLine } from '../ami/messages.ts'
import type { Switchboard } from '../switchboard.ts'
import { keyOf } from '../verbs/checked.ts'
import type { Lack } from './rules/standing.ts'
import { goesWith, type EntryFamily } from './sections.ts'

export type EntryVerbs = Pick<Switchboard, 'dbPut' | 'dbDelete'>

/** One entry to be as it should. */
export interface EntryStep {
  family: EntryFamily
  key: string
  /** null: it goes */
  value: string | null
  /** names the entry where it is lacking */
  name: string
}

/** Entries sent to a PBX at once. It carries them out in this order: they travel on one connection. */
const bunch = 100

/** @throws DomainError `invalid-input`, `control-character` for an entry the PBX could not keep */
export function checkEntry (key: string, value: string): void {
  keyOf(key)
  checkLine('Val', value)
}

/** @returns what the PBX refused. @throws DomainError `pbx-unavailable`, `pbx-no-answer` */
export async function sendEntries (pbx: EntryVerbs, steps: readonly EntryStep[]): Promise<Lack[]> {
  const lacks: Lack[] = []
  for (let i = 0; i < steps.length; i += bunch) {
    await Promise.all(steps.slice(i, i + bunch).map(async ({ family, key, value, name }) => {
      try {
        if (value !== null) return await pbx.dbPut(family, key, value)
        const companion = goesWith[family]
        await Promise.all([pbx.dbDelete(family, key), ...companion === undefined ? [] : [pbx.dbDelete(companion, key)]])
      } catch (error) {
        if (!(error instanceof DomainError) || isPbxAway(error)) throw error
        lacks.push({ section: family, key: name, why: error.code })
      }
    }))
  }
  return lacks
}
