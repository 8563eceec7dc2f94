import sharp from 'sharp'
import { DomainError } from '../../domain/errors.ts'

/** Longest edge of a kept photo, pixels: a house number across the street can still be read. */
const longest = 2048
const smallEdge = 360
/** A sent picture of more pixels is refused before it is unpacked. */
const mostPixels = 120_000_000
const kinds: ReadonlySet<string | undefined> = new Set(['jpeg', 'png', 'webp'])

// What a file is, its bytes say; every reader but these three is out of reach, whatever a file claims to be.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'] })
// A telephone's photo now and then: the processor is for calls, and nothing is kept in memory.
sharp.concurrency(1)
sharp.cache(false)

export interface Picture { full: Buffer, small: Buffer, width: number, height: number }

/**
 * The picture made anew: turned upright, at most 2048 pixels wide or high, as JPEG, with a small one. Nothing but the
 * pixels comes along: no position, device, time, owner, preview picture, and nothing hidden behind the picture.
 * @throws DomainError `not-a-photo`
 */
export async function madeAnew (sent: Buffer): Promise<Picture> {
  try {
    const source = sharp(sent, { limitInputPixels: mostPixels, failOn: 'error', sequentialRead: true }).timeout({ seconds: 15 })
    if (!kinds.has((await source.metadata()).format)) throw notAPhoto()
    const { data: full, info } = await source.autoOrient().resize(longest, longest, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#fff' }).jpeg({ quality: 80, mozjpeg: false }).toBuffer({ resolveWithObject: true })
    const small = await sharp(full).resize(smallEdge, smallEdge, { fit: 'cover' }).jpeg({ quality: 70 }).toBuffer()
    return { full, small, width: info.width, height: info.height }
  } catch (error) {
    throw error instanceof DomainError ? error : notAPhoto()
  }
}

const notAPhoto = (): DomainError => new DomainError('not-a-photo', 'this is not a photo: JPEG, PNG or WebP')
