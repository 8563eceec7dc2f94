import { endingsOf, type SentType } from './file-types.ts'

const maxLength = 120
// Control characters, line separators, and signs that turn the reading direction: `gpj.exe` reads as `exe.jpg`.
// eslint-disable-next-line no-control-regex
const misleading = /[\u0000-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFFD]/

export interface FileName { stem: string, type: SentType }

/** The name as it was sent, and the type its ending says. `fileName`: it misleads or is a path; `fileUnknown`: no ending of the list. */
export function readFileName (sent: string): FileName | { refused: 'fileName' | 'fileUnknown' } {
  const name = sent.normalize('NFC').trim()
  if (!name.isWellFormed() || name.length > maxLength || misleading.test(name) || /[/\\]/.test(name)) return { refused: 'fileName' }
  const [, stem, ending] = /^(.*[^.\s].*)\.([^.]+)$/.exec(name) ?? []
  if (stem === undefined || ending === undefined) return { refused: 'fileName' }
  const [type] = (Object.keys(endingsOf) as SentType[]).filter(type => endingsOf[type].includes(ending.toLowerCase()))
  // Signs that a file system of a reader's machine knows as its own.
  return type === undefined ? { refused: 'fileUnknown' } : { stem: stem.replace(/[<>:"|?*%]/g, '_'), type }
}
