import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import pino from 'pino'
import t from 'tap'
import { createService } from '../../../src/compose.ts'
import { readConfig } from '../../../src/config.ts'
import { pbxPaths } from '../../../src/pbx/render-config.ts'
import { nodePartsOf, nodesOf } from '../../../src/servers/ground.ts'
import { until } from '../../../src/servers/until.ts'
import { freshDatabase, freshFolder } from '../../harness/servers/database.ts'
import { freePort } from '../../harness/servers/ports.ts'
import { startAmiPeer } from '../journal/ami-peer.ts'
import { line } from '../journal/journal-file.ts'

t.test('after a login nothing is concluded before the node process has carried the journal', async t => {
  const { db, url } = await freshDatabase(t)
  const peer = await startAmiPeer(t)
  peer.answer = action => {
    const response = `Response: Success\r\nActionID: ${action.actionid}\r\n`
    if (action.action === 'CoreStatus') return `${response}CoreStartupDate: 2026-01-01\r\nCoreStartupTime: 00:00:00\r\n\r\n`
    const isList = /^(devicestatelist|queuestatus|pjsipshowendpoint|coreshowchannels|confbridgelist)/i.test(action.action ?? '')
    if (!isList) return `${response}\r\n`
    return `${response}EventList: start\r\n\r\nEvent: Done\r\nActionID: ${action.actionid}\r\nEventList: Complete\r\n\r\n`
  }
  const files = pbxPaths(join(await freshFolder('login'), 'pbx'))
  for (const folder of [files.includesDir, dirname(files.journalFile)]) mkdirSync(folder, { recursive: true })
  writeFileSync(files.journalFile, line({ event: 'CHAN_START', uniqueId: 'pbx1-9.9' }) + line({ event: 'CHAN_END', uniqueId: 'pbx1-9.9' }))
  const config = readConfig({
    DATA_DIR: await freshFolder('login'),
    AMI_ADDRESS: `127.0.0.1:${peer.port}`,
    NODE_ADDRESS: `127.0.0.1:${await freePort()}`,
    SWEEP_MS: '200'
  })
  const complete = { ...config, databaseUrl: url, redisUrl: 'redis://127.0.0.1:1' }
  const secrets = { dataKey: Buffer.alloc(32, 7).toString('base64') }
  const nodes = nodesOf(config, { amiSecret: 's', nodeSecret: 'n' })
  const log = pino({ level: 'silent' })
  const service = await createService({ config: complete, secrets, nodes, parts: ['background'], log })
  t.teardown(service.stop)
  await service.start()
  const asked = (): number => peer.sent.filter(action => action.action === 'CoreStatus').length
  // Each second the step asks when it started, and so does who counts its calls.
  await until(() => asked() >= 6, { what: 'the step is tried again and again' })
  t.same(await db.query('select 1 from pbx_node where started_at is not null'), [], 'and nothing is written down of the PBX')

  const process = await createService({
    config: complete, secrets, nodes, nodeParts: nodePartsOf(config, { amiSecret: 's', nodeSecret: 'n', files }), parts: ['node'], log
  })
  t.teardown(process.stop)
  await process.start()
  const followedUp = async (): Promise<boolean> => (await db.query('select 1 from pbx_node where started_at is not null')).length > 0
  await until(followedUp, { what: 'the login is followed up' })
  t.same(await db.query('select event from pbx_journal where generation > 0 order by id'), [{ event: 'CHAN_START' }, { event: 'CHAN_END' }])
})
