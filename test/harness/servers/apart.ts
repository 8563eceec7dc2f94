import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { Database } from '../../../src/db/database.ts'
import { writeWhereabouts } from '../../../src/servers/data-folder/data-folder.ts'
import { freePort } from '../../../src/servers/machine/ports.ts'
import { signIn, type ApiClient } from '../api-client.ts'
import { freshDatabase } from './database.ts'
import { startNetwork, type TelephoneNetwork } from '../telephones/network.ts'
import { partsOf, type Part, type PartName } from './part.ts'
import { startTestPbx, type TestPbx } from './pbx.ts'
import { freshRedis } from './redis.ts'
import { temporaryFolder } from './run-folder.ts'
import { samplePassword } from '../stories/sample.ts'

/** one for all parts, as an operator hands it over */
const dataKey = Buffer.alloc(32, 7).toString('base64')

/** `npm run server` and `npm run worker` apart, on a PBX with its `npm run node` and a telephone network. */
export interface Apart {
  network: TelephoneNetwork
  pbx: TestPbx
  db: Database
  start: (name: 'server' | 'worker', how?: { linked: boolean }) => Promise<Part>
  /** signs in at this server, by extension or login */
  as: (server: Part, who: string) => Promise<ApiClient>
}

export async function startApart (
  t: Test, { settings = {}, desks = [] }: { settings?: Record<string, string>, desks?: readonly string[] } = {}
): Promise<Apart> {
  const { url, db } = await freshDatabase(t, { seed: 'sample', size: 4 })
  const redis = await freshRedis(t)
  const pbx = await startTestPbx(t, settings)
  // desk telephones take part here
  await db.query('update agent set webrtc = false')
  const dataDir = await temporaryFolder('apart')
  symlinkSync(pbx.config.dataDir, join(dataDir, 'pbx'))
  symlinkSync(pbx.recordingsDir, join(dataDir, 'recordings'))
  writeWhereabouts(dataDir, { amiSecret: pbx.amiSecret, journalFile: pbx.paths.journalFile })
  const address = ({ host, port }: { host: string, port: number }): string => `${host}:${port}`
  const { sip, ami, trunk, node } = pbx.config
  const addresses = { NODE_ADDRESS: address(node), SIP_ADDRESS: address(sip), TRUNK_ADDRESS: address(trunk) }
  const common = { AMI_SECRET: '', DATA_KEY: dataKey, ...addresses, ...settings }
  const parts = async (link: string): Promise<(name: PartName) => Promise<Part>> =>
    await partsOf(t, { databaseUrl: url, redisUrl: redis.url, dataDir, settings: { ...common, AMI_ADDRESS: link } })
  const [linked, alone] = [await parts(address(ami)), await parts(`127.0.0.1:${await freePort()}`)]
  await linked('node')
  const network = await startNetwork(t, { pbx: sip, trunk })
  const phones = await db.query<{ extension: string, password: string }>(
    'select extension, sip_password password from agent where extension = any($1)',
    [desks]
  )
  return {
    network,
    pbx,
    db,
    async start (name, how = { linked: true }) {
      const part = await (how.linked ? linked : alone)(name)
      // The worker writes the telephones down for the PBX.
      if (name === 'worker' && phones.length > 0) {
        for (const { extension } of phones) await network.number(`desk${extension}`, 'ring')
        await network.desks(phones)
      }
      return part
    },
    as: async (server, who) => await signIn(() => server.address, ...samplePassword(who))
  }
}
