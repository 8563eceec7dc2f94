import { chmodSync, chownSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Test } from 'tap'
import type { TestPbx } from './pbx.ts'
import { temporaryFolder } from './run-folder.ts'
import { startService, type ServiceUnderTest, type StartOptions } from './service.ts'

/** A user who owns nothing. */
export const nobody = 65_534

/** Folders of a PBX that hold what a node process alone opens. */
export const lockedFolders = ({ recordingsDir, paths }: TestPbx): string[] => [
  recordingsDir, dirname(paths.journalFile), paths.soundsDir, paths.includesDir
]

/**
 * Ends a service and starts it anew: the node process by itself, the rest as a user who may open no folder of the PBX.
 */
export async function setApart (
  t: Test, together: ServiceUnderTest, whole: StartOptions, pbxs: readonly TestPbx[]
): Promise<{ service: ServiceUnderTest, node: ServiceUnderTest }> {
  await together.settle()
  await together.stop()
  for (const folder of pbxs.flatMap(lockedFolders)) chmodSync(folder, 0o700)
  const node = await startService(t, await temporaryFolder('node'), { ...whole, parts: ['node'] })
  const dataDir = await temporaryFolder('service')
  chownSync(dataDir, nobody, nobody)
  const service = await startService(t, dataDir, {
    ...whole,
    config: { ...whole.config, dataDir },
    nodeParts: [],
    parts: ['http', 'background']
  }, nobody)
  return { service, node }
}
