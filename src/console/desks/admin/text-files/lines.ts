/** A day that is worked or free contrary to its weekday, in the API's form. */
export interface CalendarDay { day: string, working: boolean, name: string }

const parted = (line: string): string[] => line.trim().split(/[\s,，、;；\t]+/).filter(part => part !== '')

export type Read<T> = { items: T[], bad: null } | { items: null, bad: { n: number, line: string } }

function readLines<T> (text: string, read: (parts: string[]) => T | null): Read<T> {
  const items: T[] = []
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const parts = parted(line.replace(/^\uFEFF/, ''))
    if (parts.length === 0) continue
    const item = read(parts)
    // The first line of a file may be a header.
    if (item === null && i === 0 && /^\uFEFF?(day|date|name|日期|地名)\b|^\uFEFF?(日期|地名)/i.test(line)) continue
    if (item === null) return { items: null, bad: { n: i + 1, line: line.trim().slice(0, 60) } }
    items.push(item)
  }
  return { items, bad: null }
}

const off = new Set(['休', '假', 'off', 'false'])
const worked = new Set(['班', 'worked', 'true'])

/** One day a line: `2027-01-01 休 元旦`, or from a file `2027-01-01,false,元旦`. */
export const readDays = (text: string): Read<CalendarDay> => readLines(text, ([date = '', kind = '', ...name]) => {
  const day = date.replace(/[/.年月]/g, '-').replace(/日$/, '').replace(/-(\d)(?=-|$)/g, '-0$1')
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || name.length === 0) return null
  const word = kind.toLowerCase()
  return off.has(word) || worked.has(word) ? { day, working: worked.has(word), name: name.join(' ') } : null
})

export const daysInLines = (days: readonly CalendarDay[]): string =>
  days.map(d => `${d.day} ${d.working ? '班' : '休'} ${d.name}`).join('\n')

export interface PlaceOfLine { name: string, townId: string, longitude?: number, latitude?: number }

/** One place a line: `七莘路 T02` or `七莘路 七宝镇`, with or without longitude and latitude. */
export const readPlaces = (text: string, towns: ReadonlyArray<{ id: string, name: string }>): Read<PlaceOfLine> =>
  readLines(text, ([name, said, ...rest]) => {
    const town = towns.find(t => t.id === said || t.name === said)
    const [longitude = NaN, latitude = NaN] = rest.map(Number)
    const isPosition = rest.length === 2 && Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90
    if (name === undefined || !town || (rest.length > 0 && !isPosition)) return null
    return { name, townId: town.id, ...(rest.length === 0 ? {} : { longitude, latitude }) }
  })
