import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'

const folder = new URL('../../test/features/journal/journal-samples/', import.meta.url)

/** Microseconds since 1970, as Asterisk writes times. */
const micros = (text: string): number => Date.parse(text.slice(0, 23) + 'Z') * 1000 + Number(text.slice(23, 26))
const timeOf = (us: number): string =>
  `${new Date(us / 1000).toISOString().slice(0, 23)}${String(Math.floor(us) % 1000).padStart(3, '0')}+0000`
const quoted = (fields: readonly string[]): string => fields.map(f => `"${f.replaceAll('"', '""')}"`).join(',') + '\n'

/**
 * Lines of a busy hotline's journal: calls recorded on a real PBX, repeated with ids, callers and times of their own. A new
 * one begins every `gapMs`, so that some dozens are always under way at once.
 */
export function recordedJournal (rows: number, gapMs = 250): string[] {
  const calls = readdirSync(folder).filter(f => f.endsWith('.csv')).map(f => parse(readFileSync(new URL(f, folder), 'utf8')) as string[][])
  const lines: Array<{ at: number, line: string }> = []
  const start = Date.now() * 1000 - rows * 100_000
  for (let n = 0; lines.length < rows; n++) {
    const call = calls[n % calls.length] ?? []
    const shift = start + n * gapMs * 1000 - micros(call[0]?.[2] ?? '')
    const caller = `139${String(10_000_000 + n)}`
    for (const fields of call) {
      const at = micros(fields[2] ?? '') + shift
      const told = fields.map(f => f.replaceAll(/pbx1-\d+\./g, `pbx1-${1_800_000_000 + n}.`).replaceAll('13900001001', caller))
      lines.push({ at, line: quoted(told.with(2, timeOf(at))) })
    }
  }
  return lines.sort((a, b) => a.at - b.at).slice(0, rows).map(l => l.line)
}
