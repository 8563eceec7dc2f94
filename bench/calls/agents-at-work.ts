import { putSampleAccount } from '../../src/access/accounts/account-load.ts'
import { putSampleAgent } from '../../src/features/agents/agents-load.ts'
import type { Stack } from '../../test/harness/servers/stack.ts'

const password = 'a-telephone-of-a-bench'

/**
 * So many agents more, signed in and ready; each takes every call at once and lets a tone be heard. The telephones register with all PBXs.
 */
export async function agentsAtWork ({ db, service, network, more }: Stack, count: number): Promise<void> {
  const phones = Array.from({ length: count }, (_, i) => ({ extension: `88${String(i).padStart(3, '0')}`, password }))
  await db.tx(async tx => {
    for (const { extension } of phones) {
      const login = { login: `bench${extension}`, extension, displayName: `坐席${extension}` }
      putSampleAccount(tx, { ...login, hash: 'none', personId: null, unitId: null, roles: ['AGENT'] })
      putSampleAgent(tx, { ...login, sipPassword: password })
    }
  })
  await db.query('update agent set webrtc = false')
  // it writes the telephones at its start
  await service.stop()
  await service.start()
  for (const [i, step] of ['Answer(0,i)', 'Playtones(440)', 'Wait(3600)'].entries()) {
    await network.console(`dialplan add extension _desk88XXX,${i + 1},${step} into rung`)
  }
  await network.desks(phones, more.map(({ pbx }) => pbx.config.sip))
  for (let i = 0; i < phones.length; i += 20) {
    await Promise.all(phones.slice(i, i + 20).map(async ({ extension }) => {
      await (await network.dial({ desk: extension, to: '*81' })).isOver()
    }))
  }
  await service.settle()
}
