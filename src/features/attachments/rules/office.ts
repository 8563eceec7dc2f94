import type { FileRefusal } from './file-types.ts'

/** What a document of an office program may hold at most, unpacked, bytes; and how many parts. */
const maxUnpacked = 300 * 1024 * 1024
const maxParts = 5000
/** The list of parts is the one part that is unpacked, up to this many bytes. */
const maxList = 1024 * 1024
const listName = '[Content_Types].xml'

/** Unpacks deflated bytes. @throws when they are broken, or become more than `max` bytes */
export type Inflate = (packed: Buffer, max: number) => Buffer

interface Part { name: string, method: number, packed: number, unpacked: number, at: number }

/** The record at the very end of a ZIP, null when there is none: a comment or anything behind it is none of ours. */
function endOf (bytes: Buffer): { parts: number, size: number, at: number } | null {
  const end = bytes.length - 22
  if (end < 0 || bytes.readUInt32LE(end) !== 0x06054b50 || bytes.readUInt16LE(end + 20) !== 0) return null
  return { parts: bytes.readUInt16LE(end + 10), size: bytes.readUInt32LE(end + 12), at: bytes.readUInt32LE(end + 16) }
}

/** Whether a ZIP ends in the last bytes of this file, whatever stands before it: a comment behind it has 64 kB at most. */
export function endsAsZip (bytes: Buffer): boolean {
  const tail = bytes.subarray(-65_557)
  const at = tail.indexOf('PK\x05\x06', 0, 'latin1')
  return at >= 0 && at + 22 <= tail.length
}

/** The parts as the directory at the end lists them. */
function partsOf (bytes: Buffer): Part[] | FileRefusal {
  const end = endOf(bytes)
  if (!end) return endsAsZip(bytes) ? 'fileBehind' : 'fileBroken'
  // The directory stands right before the end, and the first part at the file's beginning: nothing before, between or behind.
  if (end.at + end.size !== bytes.length - 22) return 'fileBehind'
  if (end.parts > maxParts) return 'fileTooMuch'
  const parts: Part[] = []
  let at = end.at
  for (let i = 0; i < end.parts; i++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) return 'fileBroken'
    if ((bytes.readUInt16LE(at + 8) & 0x2041) !== 0) return 'fileEncrypted'
    const length = bytes.readUInt16LE(at + 28)
    parts.push({
      name: bytes.toString('utf8', at + 46, at + 46 + length),
      method: bytes.readUInt16LE(at + 10),
      packed: bytes.readUInt32LE(at + 20),
      unpacked: bytes.readUInt32LE(at + 24),
      at: bytes.readUInt32LE(at + 42)
    })
    at += 46 + length + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  return at === end.at + end.size ? parts : 'fileBroken'
}

/** The packed bytes of a part, null when its own header says something else than the directory. */
function packedOf (bytes: Buffer, { name, at, packed }: Part): Buffer | null {
  if (at + 30 > bytes.length || bytes.readUInt32LE(at) !== 0x04034b50) return null
  const length = bytes.readUInt16LE(at + 26)
  if (bytes.toString('utf8', at + 30, at + 30 + length) !== name) return null
  const from = at + 30 + length + bytes.readUInt16LE(at + 28)
  return from + packed <= bytes.length ? bytes.subarray(from, from + packed) : null
}

const mainPart = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'
} as const

const program = /vbaProject|macrosheet|activeX|\.(?:bin|exe|dll|js|vbs|bat|cmd|ps1|scr|hta|jar|lnk|msi)$/i
/** A printer's settings are no program. */
const harmless = /^(?:xl|word)\/(?:printerSettings\/)?printerSettings\d*\.bin$/i

/**
 * Whether these bytes are a DOCX or XLSX (ECMA-376, Open Packaging Conventions) without programs: the directory is read, and of the parts
 * the list of types alone is unpacked. null: it is one.
 */
export function officeFault (bytes: Buffer, type: 'docx' | 'xlsx', inflate: Inflate): FileRefusal | null {
  const parts = partsOf(bytes)
  if (typeof parts === 'string') return parts
  const names = parts.map(part => part.name.toLowerCase())
  if (new Set(names).size !== names.length || names.some(name => /\.\.|\\|^\/|\uFFFD/.test(name))) return 'fileBroken'
  if (!parts.some(part => part.at === 0)) return 'fileBehind'
  if (parts.reduce((sum, part) => sum + part.unpacked, 0) > maxUnpacked) return 'fileTooMuch'
  if (parts.some(({ name }) => program.test(name) && !harmless.test(name))) return 'fileMacros'
  if (names.some(name => /\.(?:zip|7z|rar|gz|tar|iso|docm|xlsm)$/.test(name))) return 'fileBehind'
  const list = parts.find(part => part.name === listName)
  const packed = list && packedOf(bytes, list)
  if (!list || !packed || (list.method !== 0 && list.method !== 8)) return list ? 'fileBroken' : 'fileOtherContent'
  const text = unpacked(packed, list.method, inflate)
  if (text === null) return 'fileBroken'
  // Another spelling of a type would hide it: the list has plain letters and no references.
  if (/macroEnabled|vbaProject|activeX|macrosheet|ms-office\.vba/i.test(text) || text.includes('&')) return 'fileMacros'
  return text.includes(mainPart[type]) ? null : 'fileOtherContent'
}

function unpacked (packed: Buffer, method: number, inflate: Inflate): string | null {
  try {
    return (method === 0 ? packed.subarray(0, maxList) : inflate(packed, maxList)).toString('utf8')
  } catch {
    return null
  }
}
