import { open } from 'node:fs/promises'
import type { Database } from '../../db/database.ts'
import { readDsv } from './dsv.ts'
import { lastRow, rowsAt, signOf } from './older-file-store.ts'
import type { FilePlace } from './shipped-rows.ts'

/** A file that came back from a backup: the generation it is a copy of, and the byte up to which its lines were carried long ago. */
export interface OlderFile { copyOf: number, position: number }

const chunkBytes = 512 * 1024
/** More than the longest line Asterisk writes. */
const lineBytes = 300 * 1024

/**
 * Whether a file that stands in the live one's place is an older copy of a generation we know: then its lines must not be carried twice.
 * The PBX has written on since, from some line on: the first that is not in the database as it stands in the file.
 * @param head fingerprint of its beginning
 * @returns null: it is a new file
 */
export async function olderFile (
  db: Database, node: string, file: string, { head, places }: { head: string | null, places: readonly FilePlace[] }
): Promise<OlderFile | null> {
  // A copy may have been carried on before, as a generation of its own.
  const known = places.filter(place => head !== null && place.head === head)
  const last = known.at(-1)
  if (last === undefined) return null
  const copyOf = last.generation
  const handle = await open(file, 'r')
  try {
    const end = Math.min(Math.max(...known.map(place => place.position)), (await handle.stat()).size)
    for (let position = 0; position < end;) {
      const bytes = Buffer.alloc(Math.min(chunkBytes, end - position))
      await handle.read(bytes, 0, bytes.length, position)
      const { pieces, consumed } = readDsv(bytes.toString('latin1'), false)
      const rows = pieces.filter(piece => piece.kind === 'row')
      const carried = await rowsAt(db, node, known.map(place => place.generation), rows.map(row => position + row.start))
      const there = new Set(carried.map(({ line, sign }) => `${line} ${sign}`))
      const other = rows.find(row => !there.has(`${position + row.start} ${signOf(row)}`))
      if (other !== undefined) return { copyOf, position: position + other.start }
      if (consumed === 0) return { copyOf, position }
      position += consumed
    }
    return { copyOf, position: end }
  } finally {
    await handle.close()
  }
}

/** Whether the file holds another line where the last one was carried from: it has grown as long as the one that was there before. */
export async function endsOtherwise (db: Database, node: string, file: string, generation: number): Promise<boolean> {
  const last = await lastRow(db, node, generation)
  if (last === null) return false
  const handle = await open(file, 'r')
  try {
    const bytes = Buffer.alloc(lineBytes)
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, last.line)
    const [first] = readDsv(bytes.subarray(0, bytesRead).toString('latin1'), false).pieces
    return first?.kind !== 'row' || first.start > 0 || signOf(first) !== last.sign
  } finally {
    await handle.close()
  }
}
