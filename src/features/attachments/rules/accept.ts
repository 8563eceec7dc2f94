import { readFileName } from './file-name.ts'
import { endingsOf, isPicture, type FileRefusal, type SentType } from './file-types.ts'
import { endsAsZip, officeFault, type Inflate } from './office.ts'

export interface Accepted {
  type: SentType
  /** the name it is kept with: its ending says what it is */
  name: string
}

/**
 * Whether a file is what its name says, and of a kind that an order may have. Macros, scripts, encryption and archives stay out, and so
 * does a second file in or behind the first. Pictures are encoded again afterwards, which proves them.
 * @param name as it was sent
 */
export function accept (name: string, bytes: Buffer, inflate: Inflate): Accepted | { refused: FileRefusal } {
  const read = readFileName(name)
  if ('refused' in read) return read
  if (bytes.length === 0) return { refused: 'fileEmpty' }
  const { type, stem } = read
  const fault = faultOf(type, bytes, inflate)
  if (fault !== null) return { refused: fault }
  return { type, name: `${stem}.${endingsOf[isPicture(type) ? 'jpeg' : type][0]}` }
}

function faultOf (type: SentType, bytes: Buffer, inflate: Inflate): FileRefusal | null {
  if (!begins[type](bytes)) return 'fileOtherContent'
  if (type === 'docx' || type === 'xlsx') return officeFault(bytes, type, inflate)
  if (endsAsZip(bytes)) return 'fileBehind'
  switch (type) {
    case 'pdf': return pdfFault(bytes)
    case 'wav': return [bytes.length, bytes.length - 1].includes(bytes.readUInt32LE(4) + 8) ? null : 'fileBroken'
    case 'mp4': return mp4Fault(bytes)
    default: return null
  }
}

const ascii = (bytes: Buffer, from: number, to: number): string => bytes.toString('latin1', from, to)

/** Whether the first bytes are of this type. */
const begins: Readonly<Record<SentType, (bytes: Buffer) => boolean>> = {
  pdf: bytes => /^%PDF-[12]\.\d/.test(ascii(bytes, 0, 8)),
  jpeg: bytes => ascii(bytes, 0, 3) === '\xFF\xD8\xFF',
  png: bytes => ascii(bytes, 0, 8) === '\x89PNG\r\n\x1A\n',
  webp: bytes => ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP',
  docx: bytes => ascii(bytes, 0, 4) === 'PK\x03\x04',
  xlsx: bytes => ascii(bytes, 0, 4) === 'PK\x03\x04',
  mp3: isMp3,
  wav: bytes => ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WAVE',
  mp4: bytes => ascii(bytes, 4, 8) === 'ftyp',
  txt: isPlainText
}

/** A script or a login form in a PDF (ISO 32000-1, 12.6.4). What stands in its packed objects is the scanner's to find. */
const pdfPrograms = /\/(?:JavaScript|Launch|XFA|RichMedia)\b/
const pdfFiles = /\/EmbeddedFiles?\b/

function pdfFault (bytes: Buffer): FileRefusal | null {
  const end = bytes.lastIndexOf('%%EOF', undefined, 'latin1')
  if (end < 0) return 'fileBroken'
  if (/[^\s\0]/.test(ascii(bytes, end + 5, bytes.length))) return 'fileBehind'
  // `/J#61vaScript` is the same name (7.3.5).
  const text = bytes.toString('latin1').replace(/#([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  if (/\/Encrypt\b/.test(text)) return 'fileEncrypted'
  if (pdfPrograms.test(text)) return 'fileMacros'
  return pdfFiles.test(text) ? 'fileBehind' : null
}

/** The boxes of an MP4 (ISO/IEC 14496-12, 4.2) fill the file, and one of them is the film's directory. */
function mp4Fault (bytes: Buffer): FileRefusal | null {
  let film = false
  for (let at = 0; at < bytes.length;) {
    if (at + 8 > bytes.length) return 'fileBroken'
    const said = bytes.readUInt32BE(at)
    const size = said === 0
      ? bytes.length - at
      : said === 1 && at + 16 <= bytes.length ? Number(bytes.readBigUInt64BE(at + 8)) : said
    if (size < 8 || at + size > bytes.length) return 'fileBroken'
    film ||= ascii(bytes, at + 4, at + 8) === 'moov'
    at += size
  }
  return film ? null : 'fileBroken'
}

const kilobits = [
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320], // MPEG 1, layer III
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160] // MPEG 2 and 2.5, layer III
] as const
const hertz = [[11_025, 12_000, 8000], [], [22_050, 24_000, 16_000], [44_100, 48_000, 32_000]] as const

/** Bytes of the MP3 frame that begins here (ISO/IEC 11172-3, 2.4.1.3); null: none does. */
function frameAt (bytes: Buffer, at: number): number | null {
  if (at + 4 > bytes.length || bytes.readUInt16BE(at) < 0xffe0) return null
  const second = bytes.readUInt8(at + 1)
  const third = bytes.readUInt8(at + 2)
  const version = second >> 3 & 3
  const rate = hertz[version]?.[third >> 2 & 3]
  const bits = kilobits[version === 3 ? 0 : 1][third >> 4]
  if ((second >> 1 & 3) !== 1 || rate === undefined || !bits) return null
  return Math.floor((version === 3 ? 144_000 : 72_000) * bits / rate) + (third >> 1 & 1)
}

/** Two frames one behind the other, behind a tag if there is one (ID3v2, 3.1). */
function isMp3 (bytes: Buffer): boolean {
  const tagged = ascii(bytes, 0, 3) === 'ID3' && bytes.length > 10
  const [a = 0, b = 0, c = 0, d = 0] = tagged ? bytes.subarray(6, 10) : []
  const from = tagged ? 10 + (a << 21 | b << 14 | c << 7 | d) : 0
  const length = frameAt(bytes, from)
  return length !== null && (from + length === bytes.length || frameAt(bytes, from + length) !== null)
}

/** Text in UTF-8 or GB 18030, without control characters; a page or a program that begins as one is no plain text. */
function isPlainText (bytes: Buffer): boolean {
  const text = decoded(bytes)
  // eslint-disable-next-line no-control-regex
  return text !== null && !/[\u0000-\u0008\u000B\u000E-\u001F\u007F]/.test(text) && !/^\s*(?:<|#!|%PDF-|\{\\rtf)/.test(text)
}

function decoded (bytes: Buffer): string | null {
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes)
    } catch {}
  }
  return null
}
