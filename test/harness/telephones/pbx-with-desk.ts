import type { Test } from 'tap'
import { createPbxIncludes } from '../../../src/pbx/includes.ts'
import { startTestPbx, type TestPbx } from '../servers/pbx.ts'
import { startNetwork, type TelephoneNetwork } from './network.ts'

/**
 * A PBX without the service, and the telephone network; one agent's desk telephone, 8003, is registered and not signed in.
 * @param does what the telephone does when it is rung
 */
export async function pbxWithDesk (
  t: Test, does: string, settings: Record<string, string> = {}
): Promise<{ pbx: TestPbx, network: TelephoneNetwork }> {
  const pbx = await startTestPbx(t, settings)
  const network = await startNetwork(t, { pbx: pbx.config.sip, trunk: pbx.config.trunk })
  const includes = createPbxIncludes({
    node: 'pbx1',
    includesDir: pbx.paths.includesDir,
    reload: async module => { await pbx.console(`module reload ${module}.so`) }
  })
  await includes.apply('exchange', JSON.stringify({
    agents: [{ extension: '8003', sipPassword: 'sample-password', webrtc: false }],
    dialledNumbers: [],
    shiftLeader: null,
    dutyOfficer: null,
    centres: {}
  }))
  await network.desks([{ extension: '8003', password: 'sample-password' }])
  await network.number('desk8003', does)
  return { pbx, network }
}
