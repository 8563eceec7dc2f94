/**
 * The journal file's text: rows of exactly 14 fields, every one in quotes, quotes inside doubled, LF at the end.
 * Fields hold anything a caller sent, LF and quotes included, so a row is never found by splitting lines. A full disk
 * leaves torn rows: cut anywhere, without their LF, directly followed by the next row.
 *
 * Texts here are latin1: one character is one byte of the file, so offsets are offsets in the file.
 */
export const fieldCount = 14

/** A row this long without an end is torn. */
const maxRowLength = 256 * 1024

/**
 * Asterisk ends the line after this many bytes, in the midst of a field: the buffer of its DSV writer, 1024 bytes, does not grow
 * (`dsv_appender` of res_cdrel_custom, 22.10). Only a bridge's list of peers grows so long, in a room of some thirty people.
 */
const lineEndsAt = 1023
// Twelve fields, then the peers; we read nothing after them.
const bridgeRow = /^("BRIDGE_(?:ENTER|EXIT)",(?:"(?:[^"]|"")*",){11}")([^"]*)("?)/

export interface DsvRow {
  kind: 'row'
  /** offsets into the text: first byte, and first byte after the LF */
  start: number
  end: number
  fields: string[]
}

export interface DsvTorn {
  kind: 'torn'
  start: number
  end: number
  text: string
  reason: string
}

export interface DsvRead {
  pieces: Array<DsvRow | DsvTorn>
  /** from here on the text is not whole yet */
  consumed: number
}

const time = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}[+-]\\d{4}'
const wholeTime = new RegExp(`^${time}$`)
// How a row begins: event, user type, time. Nothing inside a field can look like this: quotes there come in pairs.
const rowBegins = new RegExp(`"[^"\\r\\n]{1,80}","[^"\\r\\n]{0,80}","${time}","`, 'g')
// eslint-disable-next-line no-control-regex
const plain = /^[^\u0000-\u001F"\u007F]+$/
const beyondAscii = /[\u0080-\u00FF]/

const utf8 = (latin1: string): string => beyondAscii.test(latin1) ? Buffer.from(latin1, 'latin1').toString('utf8') : latin1

type Attempt = { end: number, fields: string[] } | { torn: string } | 'incomplete'

function wrong (fields: string[]): string | null {
  if (fields.length !== fieldCount) return `${fields.length} fields instead of ${fieldCount}`
  if (!plain.test(fields[0] ?? '')) return 'no event name'
  if (!wholeTime.test(fields[2] ?? '')) return 'no event time'
  if (!plain.test(fields[10] ?? '') || !plain.test(fields[11] ?? '')) return 'no channel id'
  return fields.some(f => f.includes('\0')) ? 'a zero byte' : null
}

function rowAt (text: string, start: number): Attempt {
  const fields: string[] = []
  let at = start
  for (;;) {
    if (at >= text.length) break
    if (text[at] !== '"') return { torn: 'a field without quotes' }
    let quote = text.indexOf('"', at + 1)
    let doubled = false
    while (quote !== -1 && text[quote + 1] === '"') {
      doubled = true
      quote = text.indexOf('"', quote + 2)
    }
    if (quote === -1 || quote + 1 >= text.length) break
    const field = text.slice(at + 1, quote)
    fields.push(utf8(doubled ? field.replaceAll('""', '"') : field))
    const next = text[quote + 1]
    at = quote + 2
    if (next === '\n') {
      const reason = wrong(fields)
      return reason === null ? { end: at, fields } : { torn: reason }
    }
    if (next !== ',') return { torn: 'text after a closing quote' }
    if (fields.length >= fieldCount) return { torn: `more than ${fieldCount} fields` }
  }
  return text.length - start > maxRowLength ? { torn: 'a row without end' } : 'incomplete'
}

/** A bridge's row that Asterisk has cut, with the peers it still holds whole; null: no such row. */
function cutRowAt (text: string, start: number): { end: number, fields: string[] } | null {
  const end = start + lineEndsAt
  if (text[end] !== '\n') return null
  const [, before, peers = '', whole] = bridgeRow.exec(text.slice(start, end)) ?? []
  if (before === undefined) return null
  const row = rowAt(`${before}${whole ? peers : peers.slice(0, Math.max(0, peers.lastIndexOf(',')))}",""\n`, 0)
  return row !== 'incomplete' && 'fields' in row ? { end: end + 1, fields: row.fields } : null
}

/** Where the next whole (or still growing) row begins after `from`; -1 when none is in sight. */
function nextRow (text: string, from: number, final: boolean): number {
  rowBegins.lastIndex = from
  for (let match = rowBegins.exec(text); match; match = rowBegins.exec(text)) {
    const found = rowAt(text, match.index)
    if (found === 'incomplete' ? !final : 'fields' in found) return match.index
    rowBegins.lastIndex = match.index + 1
  }
  return -1
}

/**
 * Reads rows from the start of `text`. A row that is not exactly one becomes `torn` and reading resumes where the next
 * row begins; a row that may still grow is left unconsumed.
 * @param final nothing will be appended any more: an unfinished rest is torn too
 * @param maxRows rows at most
 */
export function readDsv (text: string, final = false, maxRows = Infinity): DsvRead {
  const pieces: DsvRead['pieces'] = []
  let at = 0
  while (at < text.length && pieces.length < maxRows) {
    const read = rowAt(text, at)
    const attempt = read !== 'incomplete' && 'fields' in read ? read : cutRowAt(text, at) ?? read
    if (attempt !== 'incomplete' && 'fields' in attempt) {
      pieces.push({ kind: 'row', start: at, ...attempt })
      at = attempt.end
      continue
    }
    if (attempt === 'incomplete' && !final) break
    const next = nextRow(text, at + 1, final)
    if (next === -1 && !final && text.length - at <= maxRowLength) break
    const end = next === -1 ? text.length : next
    pieces.push({
      kind: 'torn',
      start: at,
      end,
      text: utf8(text.slice(at, end)),
      reason: attempt === 'incomplete' ? 'cut off' : attempt.torn
    })
    at = end
  }
  return { pieces, consumed: at }
}
