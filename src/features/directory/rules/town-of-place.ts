interface Named { id: string, name: string }
interface Place { name: string, townId: string }

const suffix = /(镇|街道|工业区)$/
// `虹桥路` is a road somewhere, not the town of 虹桥.
const roadAfter = /^(公路|大道|路|街(?!道)|弄)/

/**
 * Guesses the town a place lies in from what the caller said: the town's whole name, its short name, then roads and quarters.
 * The longest name that occurs decides; when equally long ones name different towns the answer is null: better
 * asked than guessed.
 */
export function townOfPlace (text: string, towns: readonly Named[], places: readonly Place[]): string | null {
  const said = text.replace(/\s+/g, '')
  return longest(said, towns.map(t => ({ name: t.name, townId: t.id }))) ??
    longest(said, shortNames(towns), roadAfter) ??
    longest(said, places)
}

// 莘庄 may be the town or the industrial zone: the zone is meant only when it is said.
const shortNames = (towns: readonly Named[]): Place[] =>
  towns.filter(t => !t.name.endsWith('工业区')).map(t => ({ name: t.name.replace(suffix, ''), townId: t.id }))

function longest (said: string, candidates: readonly Place[], notBefore?: RegExp): string | null {
  let length = 0
  const found = new Set<string>()
  for (const { name, townId } of candidates) {
    if (name.length < length || !occurs(said, name, notBefore)) continue
    if (name.length > length) found.clear()
    length = name.length
    found.add(townId)
  }
  return found.size === 1 ? [...found][0] ?? null : null
}

function occurs (said: string, name: string, notBefore?: RegExp): boolean {
  if (name.length < 2) return false
  for (let at = said.indexOf(name); at >= 0; at = said.indexOf(name, at + 1)) {
    if (!notBefore?.test(said.slice(at + name.length))) return true
  }
  return false
}
