import { wordOf } from '../../api/closed-lists.ts'
import type { NewInterface } from './interface-types.ts'
import { cycles, directions, shareTypes } from './register-lists.ts'

export type Read = { items: NewInterface[], bad: null } | { items: null, bad: { n: number, line: string } }

/** The cells of a line; in quotes a comma is part of a cell, and two quotes are one. */
function cellsOf (line: string): string[] {
  const cells = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)]
  return cells.map(([, quoted, bare = '']) => (quoted?.replaceAll('""', '"') ?? bare).trim())
}

/** One interface a line, in the columns of the sample: name, name_en, owner_unit_id, contact, direction, law_basis, cycle, … */
export function readInterfaces (text: string): Read {
  const items: NewInterface[] = []
  for (const [i, raw] of text.replace(/^\uFEFF/, '').split(/\r?\n/).entries()) {
    const line = raw.trim()
    if (line === '' || (i === 0 && /^name,/i.test(line))) continue
    const [name, nameEn, ownerUnitId, contact, way, lawBasis, often, schemaVersion, shared, ...rest] = cellsOf(line)
    const [direction, cycle, shareType] = [wordOf(directions, way), wordOf(cycles, often), wordOf(shareTypes, shared)]
    if (!name || nameEn === undefined || !ownerUnitId || contact === undefined || !lawBasis || !schemaVersion || !direction || !cycle ||
      !shareType || rest.length > 0) {
      return { items: null, bad: { n: i + 1, line: line.slice(0, 60) } }
    }
    items.push({ name, nameEn, ownerUnitId, contact, direction, lawBasis, cycle, schemaVersion, shareType })
  }
  return { items, bad: null }
}
