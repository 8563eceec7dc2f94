import sharp from 'sharp'
import { DomainError } from '../../domain/errors.ts'

/** Longest edge of a kept photo, pixels: a house number across the street can still be read. */
const maxSide = 2048
const smallEdge = 360
/** A sent picture of more pixels is refused before it is unpacked. */
const maxPixels = 120_000_000
/** Limit where the whole picture is unpacked at once: interlaced, progressive, WebP, or turned and no JPEG. Four bytes a pixel. */
const maxPixelsAtOnce = 25_000_000
const kinds: ReadonlySet<string | undefined> = new Set(['jpeg', 'png', 'webp'])

// The bytes tell a file's type; every reader but these three is out of reach, whatever a file claims to be.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'] })
// A telephone's photo now and then: the processor is for calls, and nothing is kept in memory.
sharp.concurrency(1)
sharp.cache(false)

export interface Picture { full: Buffer, small: Buffer, width: number, height: number }

/**
 * The picture encoded again: turned upright, at most 2048 pixels wide or high, as JPEG, with a small one. Nothing but the
 * pixels comes along: no position, device, time, owner, preview picture, and nothing hidden behind the picture.
 * @throws DomainError `not-a-photo`
 */
export async function madeAnew (sent: Buffer): Promise<Picture> {
  try {
    const source = sharp(sent, { limitInputPixels: maxPixels, failOn: 'error', sequentialRead: true }).timeout({ seconds: 15 })
    const { format, width, height, isProgressive, orientation = 1 } = await source.metadata()
    if (!kinds.has(format)) throw notAPhoto()
    const atOnce = isProgressive || format === 'webp' || (format !== 'jpeg' && orientation > 1)
    if (atOnce && width * height > maxPixelsAtOnce) {
      throw new DomainError('not-a-photo', 'a picture of this kind has too many pixels', { max: maxPixelsAtOnce })
    }
    const { data: full, info } = await source.autoOrient().resize(maxSide, maxSide, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#fff' }).jpeg({ quality: 80, mozjpeg: false }).toBuffer({ resolveWithObject: true })
    const small = await sharp(full).resize(smallEdge, smallEdge, { fit: 'cover' }).jpeg({ quality: 70 }).toBuffer()
    return { full, small, width: info.width, height: info.height }
  } catch (error) {
    throw error instanceof DomainError ? error : notAPhoto()
  }
}

const notAPhoto = (): DomainError => new DomainError('not-a-photo', 'this is not a photo: JPEG, PNG or WebP')
