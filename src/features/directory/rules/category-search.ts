interface Searchable { code: string, name: string, nameEn: string, className: string, classNameEn: string, searchWords: string }

/**
 * How well a category fits what an agent types while the citizen talks; 0 is not at all. Words are separated by
 * spaces; a digit word is the beginning of a code. Chinese is matched without being cut into words: a name that
 * holds the typed text, a spoken word that the typed text holds (`楼下烧烤店很吵` holds 烧烤), else pairs of characters.
 */
export function categoryScore (category: Searchable, typed: string): number {
  const words = typed.toLowerCase().split(/[\s,，。、]+/).filter(w => w !== '')
  let score = 0
  for (const word of words) score += wordScore(category, word)
  return score
}

function wordScore (category: Searchable, word: string): number {
  if (/^\d+$/.test(word)) return category.code.startsWith(word) ? 10 + word.length : 0
  const name = category.name.toLowerCase()
  if (name === word) return 20
  if (name.includes(word) || category.nameEn.toLowerCase().includes(word)) return 12
  const spoken = category.searchWords.toLowerCase().split(' ').filter(w => w !== '')
  if (spoken.includes(word)) return 11
  let score = 0
  for (const s of spoken) if (word.includes(s)) score += 4 + s.length
  if (spoken.some(s => s.includes(word))) score = Math.max(score, 6)
  if (score > 0) return score
  if (category.className.includes(word) || category.classNameEn.toLowerCase().includes(word)) return 3
  return pairs(word).filter(p => name.includes(p)).length
}

/** Neighbouring characters, two by two. Latin text has none: half a word means nothing there. */
function pairs (word: string): string[] {
  if (!/[\u4e00-\u9fff]/.test(word)) return []
  return Array.from({ length: Math.max(0, word.length - 1) }, (_, i) => word.slice(i, i + 2))
}
