import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { Database } from '../../../src/db/database.ts'
import { addressText } from '../../../src/pbx/node-rows/rules/address.ts'
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

/** of the process beside a PBX that is added */
export const anotherSecret = 'secret-of-another-node'

/** `npm run server` and `npm run worker` apart, on a PBX with its `npm run node` and a telephone network. */
export interface Apart {
  network: TelephoneNetwork
  pbx: TestPbx
  db: Database
  start: (name: 'server' | 'worker', how?: { linked: boolean }) => Promise<Part>
  /** another PBX with the process beside it, no part of the service yet; the desk telephones register with it when they can */
  another: (name: string) => Promise<{ pbx: TestPbx, network: TelephoneNetwork }>
  /** signs in at this server, by extension or login */
  as: (server: Part, who: string) => Promise<ApiClient>
}

/** A data folder as an `up` beside this PBX leaves it. */
async function dataFolderOf (pbx: TestPbx): Promise<string> {
  const dataDir = await temporaryFolder('apart')
  symlinkSync(pbx.config.dataDir, join(dataDir, 'pbx'))
  symlinkSync(pbx.recordingsDir, join(dataDir, 'recordings'))
  writeWhereabouts(dataDir, { amiSecret: pbx.amiSecret, journalFile: pbx.paths.journalFile })
  return dataDir
}

const addressesOf = ({ config: { node, sip, trunk } }: TestPbx): Record<string, string> => ({
  AMI_SECRET: '', DATA_KEY: dataKey, NODE_ADDRESS: addressText(node), SIP_ADDRESS: addressText(sip), TRUNK_ADDRESS: addressText(trunk)
})

export async function startApart (
  t: Test, { settings = {}, desks = [] }: { settings?: Record<string, string>, desks?: readonly string[] } = {}
): Promise<Apart> {
  const { url, db } = await freshDatabase(t, { seed: 'sample', size: 4 })
  const redis = await freshRedis(t)
  const pbx = await startTestPbx(t, settings)
  // desk telephones take part here
  await db.query('update agent set webrtc = false')
  const dataDir = await dataFolderOf(pbx)
  const { sip, ami, trunk } = pbx.config
  const parts = async (link: string): Promise<(name: PartName) => Promise<Part>> =>
    await partsOf(t, { databaseUrl: url, redisUrl: redis.url, dataDir, settings: { ...addressesOf(pbx), ...settings, AMI_ADDRESS: link } })
  const [linked, alone] = [await parts(addressText(ami)), await parts(`127.0.0.1:${await freePort()}`)]
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
    async another (name) {
      const other = await startTestPbx(t, { ...settings, PBX_NODE: name })
      const { sip, trunk } = other.config
      const beside = await partsOf(t, {
        databaseUrl: url,
        redisUrl: redis.url,
        dataDir: await dataFolderOf(other),
        settings: {
          ...addressesOf(other), ...settings, PBX_NODE: name, NODE_SECRET: anotherSecret, AMI_ADDRESS: addressText(other.config.ami)
        }
      })
      await beside('node')
      await network.desks(phones, [sip])
      return { pbx: other, network: await startNetwork(t, { pbx: sip, trunk }) }
    },
    as: async (server, who) => await signIn(() => server.address, ...samplePassword(who))
  }
}
