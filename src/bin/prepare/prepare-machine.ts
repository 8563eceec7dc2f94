import { homedir } from 'node:os'
import { join } from 'node:path'
import { debianMirror, extractAsterisk, findAsterisk, type AsteriskImage } from '../../servers/asterisk/asterisk-image.ts'
import { install, missing, type Need } from '../../servers/machine/packages.ts'
import type { Progress } from './progress.ts'

/** Folder of an extracted Asterisk, shared by all checkouts of one user. */
export const cacheFolder = (): string => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'liandong')

/** The mirror it is extracted from. @throws Error when neither the setting nor the machine names a Debian mirror */
export const mirror = (): string => debianMirror(process.env.DEBIAN_MIRROR ?? null)

export interface PrepareOptions {
  progress: Progress
  needs: readonly Need[]
  /** false: an external PBX is used */
  wantAsterisk: boolean
  /** false: never touches the system, only names the missing packages */
  mayInstall: boolean
}

/**
 * Makes the machine ready: packages and an Asterisk that is new enough.
 * @throws Error in one line with the remedy
 */
export async function prepareMachine ({ progress, needs, wantAsterisk, mayInstall }: PrepareOptions): Promise<AsteriskImage | null> {
  const lacking = await missing(needs)
  if (lacking.length > 0) {
    const packages = lacking.flatMap(need => need.packages).join(' ')
    if (!mayInstall) throw new Error(`missing: ${lacking.map(need => need.name).join(', ')}; as root: apt-get install ${packages}`)
    await progress.step(`packages: ${packages}`, async () => await install(lacking, progress.detail))
  }
  if (!wantAsterisk) return null
  const found = await findAsterisk(cacheFolder())
  if (found) return found
  if (!mayInstall) throw new Error('missing: Asterisk 22.10 or newer; without --no-install it is extracted into ' + cacheFolder())
  return await progress.step('Asterisk, extracted from Debian (310 MB, once)', async () =>
    await extractAsterisk(cacheFolder(), mirror()))
}
