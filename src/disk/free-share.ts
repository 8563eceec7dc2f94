import { statfs } from 'node:fs/promises'

/** Share of the folder's disk that is free, 0 to 1; a file system without a size is never full. */
export async function freeShareOf (folder: string): Promise<number> {
  const { bavail, blocks } = await statfs(folder)
  return blocks === 0 ? 1 : bavail / blocks
}
