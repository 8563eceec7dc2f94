// Files made byte by byte: what a program would write, and what somebody would make of it.
import { crc32, deflateRawSync } from 'node:zlib'

interface Part { name: string, bytes: Buffer | string, flags?: number, said?: number, localName?: string }

/** A ZIP as office programs write it: each part deflated, the directory at the end. */
export function zip (parts: readonly Part[], comment = ''): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name, bytes, flags = 0, said, localName = name } of parts) {
    const plain = Buffer.from(bytes)
    const packed = deflateRawSync(plain)
    const sizes = (signature: number, more: number): Buffer => {
      const head = Buffer.alloc(more)
      head.writeUInt32LE(signature, 0)
      const from = signature === 0x02014b50 ? 8 : 6
      head.writeUInt16LE(flags, from)
      head.writeUInt16LE(8, from + 2)
      head.writeUInt32LE(crc32(plain), from + 8)
      head.writeUInt32LE(packed.length, from + 12)
      head.writeUInt32LE(said ?? plain.length, from + 16)
      head.writeUInt16LE(Buffer.byteLength(signature === 0x02014b50 ? name : localName), from + 20)
      return head
    }
    const central = sizes(0x02014b50, 46)
    central.writeUInt32LE(at, 42)
    directory.push(central, Buffer.from(name))
    const body = Buffer.concat([sizes(0x04034b50, 30), Buffer.from(localName), packed])
    bodies.push(body)
    at += body.length
  }
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(parts.length, 8)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(list.length, 12)
  end.writeUInt32LE(at, 16)
  end.writeUInt16LE(Buffer.byteLength(comment), 20)
  return Buffer.concat([...bodies, list, end, Buffer.from(comment)])
}

const main = {
  docx: ['word/document.xml', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'],
  xlsx: ['xl/workbook.xml', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml']
} as const

const typesOf = (kind: 'docx' | 'xlsx', more = ''): Part => ({
  name: '[Content_Types].xml',
  bytes: `<?xml version="1.0"?><Types><Override PartName="/${main[kind][0]}" ContentType="${main[kind][1]}"/>${more}</Types>`
})

/** A document of an office program with further parts, and further lines in its list of types. */
export const office = (kind: 'docx' | 'xlsx', more: readonly Part[] = [], types = ''): Buffer =>
  zip([typesOf(kind, types), { name: main[kind][0], bytes: '<w/>' }, ...more])

export const pdf = (inside = ''): Buffer =>
  Buffer.from(`%PDF-1.7\n1 0 obj<</Type/Catalog${inside}>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n`, 'latin1')

export function wav (seconds = 1): Buffer {
  const head = Buffer.alloc(44)
  const data = Buffer.alloc(16_000 * seconds)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + data.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(8000, 24)
  head.writeUInt32LE(16_000, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(data.length, 40)
  return Buffer.concat([head, data])
}

/** Two frames of layer III at 128 kbit/s and 44.1 kHz: 417 bytes each; with a tag in front. */
export function mp3 (tag = true): Buffer {
  const frame = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x00]), Buffer.alloc(413)])
  return Buffer.concat([...(tag ? [Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 20]), Buffer.alloc(20)] : []), frame, frame])
}

const box = (type: string, bytes: Buffer): Buffer => {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(bytes.length + 8)
  head.write(type, 4)
  return Buffer.concat([head, bytes])
}

export const mp4 = (): Buffer =>
  Buffer.concat([box('ftyp', Buffer.from('isom\x00\x00\x02\x00isomiso2')), box('moov', Buffer.alloc(64)), box('mdat', Buffer.alloc(400))])
