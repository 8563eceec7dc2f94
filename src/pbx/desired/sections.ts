import { dbFamilies, dialplanFamilies, type DbFamily } from '../contract.ts'
import { keysOf } from '../../domain/properties.ts'

type DialplanFamily = typeof dialplanFamilies[number]

/** Families the service fills. */
export type EntryFamily = Exclude<DbFamily, DialplanFamily>
export const entryFamilies = keysOf(dbFamilies).filter((family): family is EntryFamily =>
  !dialplanFamilies.some(own => own === family))

/** `files`: JSON that becomes configuration files; else entries of a family. */
export type Section = EntryFamily | 'files'

/** Entries reach a PBX over its link, files by the process beside it. */
export type DesiredPart = 'entries' | 'files'
export const partOf = (section: string): DesiredPart => section === 'files' ? 'files' : 'entries'

/** What the dialplan writes of an entry, by the same key: it goes with the entry. */
export const goesWith: Partial<Record<EntryFamily, DialplanFamily>> = { rejoin: 'rejoin-wrong' }

export interface DesiredKey {
  section: Section
  key: string
  /** the one PBX it is for; default every PBX */
  node?: string
}

export interface DesiredValue extends DesiredKey {
  value: string
  /** withdrawn from then on by itself */
  endsAt?: Date
}
