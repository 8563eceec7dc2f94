import { below, unitIncludingEnded, type UnitTree } from './unit-tree.ts'

/** A reader's unit, as what they may see goes by it. */
export interface ReaderUnit {
  /** the unit and every unit above it, nearest first; empty for a person of none */
  path: readonly string[]
  /** these and every unit below, without the Centre: a complaint about one of them is hidden from the reader */
  line: readonly string[]
  /** false: a property manager (物业) or contractor, who reads the text for the unit alone */
  government: boolean
}

/** The Centre's desks belong to no unit. */
export const noUnit: ReaderUnit = { path: [], line: [], government: true }

/** The unit of somebody who reads, ended or not. One that this process has not read yet is not taken for government. */
export function readerUnit (units: UnitTree, id: string | null): ReaderUnit {
  if (id === null) return noUnit
  const { path, government } = unitIncludingEnded(units, id)
  const line = [...new Set([...path, ...below(units, id)])].filter(other => units.get(other)?.kind !== 'centre')
  return { path, line, government }
}
