/** A road, estate or committee as it is found: its syllables apart, `xin jian dong lu`. */
export interface FoundPlace {
  name: string
  townId: string
  kind: PlaceKind
  longitude: number | null
  latitude: number | null
  pinyin: string
}

export const placeKinds = ['road', 'estate', 'committee'] as const
export type PlaceKind = typeof placeKinds[number]

/** What a name says of itself: 居委会 and 村 are committees, 路 and 街 roads, all others estates. */
export const kindOfName = (name: string): PlaceKind =>
  /(居委会?|村委会?|村)$/.test(name) ? 'committee' : /(路|街|道|弄|公路|高速)$/.test(name) ? 'road' : 'estate'

/** Why a place was found, the surest first. */
export const findReasons = ['named', 'begins', 'holds', 'pinyin', 'initials', 'sounds-alike', 'one-character'] as const
export type FindReason = typeof findReasons[number]

const scores: Readonly<Record<FindReason, number>> = {
  named: 600, begins: 500, holds: 400, pinyin: 300, initials: 250, 'sounds-alike': 200, 'one-character': 100
}
/** Of one town that was said beside the name. */
const ofSaidTown = 90

/** `text` is what the place reads once this one is taken. */
export interface Address { text: string, place: FoundPlace, score: number, why: FindReason }

interface Entry {
  place: FoundPlace
  name: string
  characters: readonly string[]
  /** ` xin jian dong lu `: found in what is said at whole syllables alone */
  spaced: string
  first: string
  whole: string
  initials: string
}

/** What was typed, in the forms that names are compared with. */
interface Said { text: string, characters: ReadonlySet<string>, spoken: string, syllables: ReadonlySet<string> }
export type AddressIndex = readonly Entry[]

/** Made once for each change of the names. */
export const addressIndex = (places: readonly FoundPlace[]): AddressIndex => places.map(place => {
  const read = place.pinyin.split(' ')
  const name = plain(place.name)
  return {
    place,
    name,
    characters: name.split(''),
    spaced: ` ${place.pinyin} `,
    first: read[0] ?? '',
    whole: read.join(''),
    initials: read.map(s => s.charAt(0)).join('')
  }
})

/** What is typed, as far as it is looked at, and read aloud: one syllable a character. */
export interface Typed { text: string, syllables: readonly string[] }

const mostCharacters = 40
/** Without blanks, punctuation and full width, as names are compared. */
export const plain = (text: string): string =>
  [...text.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')].slice(0, mostCharacters).join('')

interface Town { id: string, name: string }
const suffix = /(镇|街道|工业区)$/

/**
 * Places that what is typed may mean, best first: the longest name that occurs in it, a name that begins with it or holds it, letters of
 * its reading, a name that sounds alike, a name with one other character. Only of `towns`; a town that is said goes first.
 */
export function addresses (index: AddressIndex, typed: Typed, towns: readonly Town[], limit = 10): Address[] {
  const text = plain(typed.text)
  if ([...text].length < 2) return []
  const said: Said = {
    text, characters: new Set(text.split('')), spoken: ` ${typed.syllables.join(' ')} `, syllables: new Set(typed.syllables)
  }
  const standing = new Set(towns.map(t => t.id))
  const saidTowns = new Set(towns.filter(t => text.includes(t.name.replace(suffix, ''))).map(t => t.id))
  const found: Array<Address & { name: string }> = []
  for (const entry of index) {
    if (!standing.has(entry.place.townId)) continue
    const hit = hitOf(entry, said)
    if (hit === null) continue
    const score = scores[hit.why] + Math.min(60, hit.weight) + (saidTowns.has(entry.place.townId) ? ofSaidTown : 0)
    found.push({ text: hit.text ?? typed.text.trim(), place: entry.place, score, why: hit.why, name: entry.name })
  }
  // A name within a longer one that was said is not meant: 莘建路 within 莘建路小区.
  const named = found.filter(f => f.why === 'named').map(f => f.name)
  return found.filter(f => f.why !== 'named' || !named.some(n => n.length > f.name.length && n.includes(f.name)))
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : a.name > b.name ? 1 : a.place.townId < b.place.townId ? -1 : 1))
    .slice(0, limit).map(({ name: _name, ...address }) => address)
}

/** `text`: what was typed with the name put right; null: it stays as it was typed. */
type Hit = { why: FindReason, weight: number, text: string | null } | null

function hitOf (entry: Entry, typed: Said): Hit {
  const { place, name, spaced, first, whole, initials } = entry
  const said = typed.text
  if (name.length < 2) return null
  if (said.includes(name)) return { why: 'named', weight: name.length * 4, text: null }
  const shorter = 40 - (name.length - said.length)
  if (name.startsWith(said)) return { why: 'begins', weight: shorter, text: place.name }
  if (name.includes(said)) return { why: 'holds', weight: shorter, text: place.name }
  if (/^[a-z]/.test(said)) return byLetters(place.name, whole, initials, said)
  if (name.length < 3) return null
  const at = typed.syllables.has(first) ? typed.spoken.indexOf(spaced) : -1
  const weight = name.length * 4
  if (at >= 0) return { why: 'sounds-alike', weight, text: put(said, typed.spoken.slice(0, at).split(' ').length - 1, name, place.name) }
  const window = name.length < 4 || !isClose(entry, typed) ? -1 : windowButOne(name, said)
  return window < 0 ? null : { why: 'one-character', weight, text: put(said, window, name, place.name) }
}

/** `xjdl`, `xinjiandonglu`, or their beginning; what follows the letters, a house number, stays. */
function byLetters (name: string, whole: string, initials: string, said: string): Hit {
  const letters = /^[a-z]+/.exec(said)?.[0] ?? ''
  if (letters.length < 2) return null
  const text = `${name}${said.slice(letters.length)}`
  if (whole.startsWith(letters)) return { why: 'pinyin', weight: letters.length === whole.length ? 60 : letters.length, text }
  if (initials.startsWith(letters)) return { why: 'initials', weight: letters.length === initials.length ? 60 : letters.length, text }
  return null
}

const put = (said: string, at: number, name: string, right: string): string =>
  `${said.slice(0, at)}${right}${said.slice(at + name.length)}`

/** Another side or number names another road: 莘建西路 is no slip of 莘建东路. */
const sides = /[东西南北中一二三四五六七八九十\d]/

/** Whether all characters of a name but one were said, anywhere: most names are out by this. */
function isClose ({ characters }: Entry, typed: Said): boolean {
  let strange = 0
  for (const character of characters) if (!typed.characters.has(character) && ++strange > 1) return false
  return true
}

/** Where the name stands in what is said but for one character, or -1. */
function windowButOne (name: string, said: string): number {
  for (let from = 0; from + name.length <= said.length; from++) {
    let wrong = -1
    let count = 0
    for (let i = 0; i < name.length && count < 2; i++) if (name[i] !== said[from + i]) { wrong = i; count++ }
    if (count === 1 && !(sides.test(name[wrong] ?? '') && sides.test(said[from + wrong] ?? ''))) return from
  }
  return -1
}
