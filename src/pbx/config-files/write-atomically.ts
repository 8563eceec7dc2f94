import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Writes beside and renames, so that the PBX never reads half a file. Returns whether the content changed. */
export async function writeAtomically (file: string, content: string, mode = 0o600): Promise<boolean> {
  const before = await readFile(file, 'utf8').catch(() => null)
  if (before === content) return false
  await mkdir(dirname(file), { recursive: true })
  const beside = `${file}.${process.pid}.new`
  await writeFile(beside, content, { mode })
  await rename(beside, file)
  return true
}
