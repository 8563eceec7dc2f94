import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import Type from 'typebox'
import { algorithms, firstKey, maxKey, type DataKey } from '../../domain/data-key.ts'
import { readJson } from '../../domain/text/json-text.ts'
import { alone } from './file-lock.ts'

const Kept = Type.Record(Type.String({ pattern: '^[1-9][0-9]{0,4}$' }), Type.Object({
  algorithm: Type.Union(algorithms.map(name => Type.Literal(name))),
  bytes: Type.String({ description: 'base64, 32 bytes' })
}), { additionalProperties: false })

const keyBytes = 32

/**
 * The keys beside the installation's own, as this file has them; none without a file.
 * @throws Error when it is there but cannot be understood; no key is shown
 */
export function readDataKeys (file: string): DataKey[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw new Error(`${file} cannot be read`, { cause: error })
  }
  return Object.entries(readJson(text, Kept, file)).map(([name, { algorithm, bytes: base64 }]) => {
    const [id, bytes] = [Number(name), Buffer.from(base64, 'base64')]
    if (id <= firstKey || id > maxKey || bytes.length !== keyBytes) throw new Error(`${file}: key ${name} cannot be used`)
    return { id, algorithm, bytes }
  })
}

/** Adds a key, readable by the owner alone. @throws as `readDataKeys`, and when the file has this id already */
export function keepDataKey (file: string, key: DataKey): void {
  alone(file, () => {
    const keys = readDataKeys(file)
    if (keys.some(one => one.id === key.id)) throw new Error(`${file} has a key ${key.id} already`)
    const kept = Object.fromEntries([...keys, key].map(({ id, algorithm, bytes }) => [id, { algorithm, bytes: bytes.toString('base64') }]))
    writeFileSync(`${file}.new`, JSON.stringify(kept, null, 2) + '\n', { mode: 0o600 })
    chmodSync(`${file}.new`, 0o600)
    renameSync(`${file}.new`, file)
  })
}
