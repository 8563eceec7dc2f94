import { algorithms, firstKey, maxKey, type Algorithm } from '../../../domain/data-key.ts'

/** What a value was sealed with. */
export interface Header { algorithm: Algorithm, key: number }

/** Version, algorithm, key (2): bytes before the body. */
export const headerLength = 4
const version = 1
const bytesOf: Record<Algorithm, number> = { aes: 1, sm: 2 }

/** The bytes before a value; none for the first key. @throws Error for an id out of range: a programming error */
export function headerBytes ({ algorithm, key }: Header): Buffer {
  if (!Number.isInteger(key) || key < firstKey || key > maxKey) throw new Error(`key ids are 1 to ${maxKey}`)
  if (key === firstKey) return Buffer.alloc(0)
  const bytes = Buffer.from([version, bytesOf[algorithm], 0, 0])
  bytes.writeUInt16BE(key, 2)
  return bytes
}

/**
 * What the first bytes say; null: they are no header, so the value is the first key's. A nonce of the first key may look like one (once in
 * 2^32 for each key): see `open`, which tries both.
 */
export function headerOf (bytes: Buffer): Header | null {
  if (bytes.length <= headerLength || bytes[0] !== version) return null
  const algorithm = algorithms.find(name => bytesOf[name] === bytes[1])
  const key = bytes.readUInt16BE(2)
  return algorithm === undefined || key <= firstKey ? null : { algorithm, key }
}
