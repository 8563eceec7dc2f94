import { chmodSync, chownSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Test } from 'tap'
import type { TestPbx } from './pbx.ts'
import { temporaryFolder } from './run-folder.ts'
import { startService, type ServiceUnderTest, type StartOptions } from './service.ts'

/** A user who owns nothing else. */
const nobody = 65_534

/** Folders of a PBX that hold what a node process alone opens. */
export const lockedFolders = ({ recordingsDir, paths }: TestPbx): string[] => [
  recordingsDir, dirname(paths.journalFile), paths.soundsDir, paths.includesDir
]

/**
 * Ends a service and starts it anew: the node process by itself, the rest without the right to open a folder of the PBX.
 */
export async function setApart (
  t: Test, together: ServiceUnderTest, whole: StartOptions, pbxs: readonly TestPbx[]
): Promise<{ service: ServiceUnderTest, node: ServiceUnderTest }> {
  await together.settle()
  await together.stop()
  for (const folder of pbxs.flatMap(lockedFolders)) {
    chmodSync(folder, 0o700)
    // The PBX of a test may run as root, and goes on reading it.
    if (statSync(folder).uid === 0) chownSync(folder, nobody, nobody)
  }
  const node = await startService(t, await temporaryFolder('node'), { ...whole, parts: ['node'] })
  const dataDir = await temporaryFolder('service')
  const service = await startService(t, dataDir, {
    ...whole,
    config: { ...whole.config, dataDir },
    nodeParts: [],
    parts: ['http', 'background']
  }, true)
  return { service, node }
}
