/** Why a text is not taken as JSON. */
export type JsonFault = 'no-json' | 'too-deep' | 'key-twice' | 'broken-text'

/** Objects and arrays within one another at most. */
const maxDepth = 32

/**
 * A JSON text that has one meaning alone. `JSON.parse` takes the last of two equal keys, where the sender's own checks may have read the
 * first; it takes half characters and zero bytes, which cannot be kept; and a key `__proto__` is no field.
 */
export function readStrictly (text: string): { value: unknown } | { fault: JsonFault } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { fault: 'no-json' }
  }
  const fault = faultOf(text)
  return fault === null ? { value } : { fault }
}

/** @param text JSON that can be parsed: only its marks and its texts are looked at */
function faultOf (text: string): JsonFault | null {
  // The keys of each object that is open; null: an array.
  const open: Array<Set<string> | null> = []
  let isKey = false
  for (const [mark] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g)) {
    if (mark === '{' || mark === '[') {
      open.push(mark === '{' ? new Set() : null)
      if (open.length > maxDepth) return 'too-deep'
      isKey = mark === '{'
    } else if (mark === '}' || mark === ']') {
      open.pop()
      isKey = false
    } else if (mark === ',' || mark === ':') {
      isKey = mark === ',' && open.at(-1) !== null
    } else {
      const said = JSON.parse(mark) as string
      if (!said.isWellFormed() || said.includes('\u0000')) return 'broken-text'
      if (!isKey) continue
      if (said === '__proto__') return 'broken-text'
      const keys = open.at(-1)
      if (keys?.has(said)) return 'key-twice'
      keys?.add(said)
    }
  }
  return null
}
