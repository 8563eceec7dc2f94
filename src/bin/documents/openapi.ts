// Writes the API's description to docs/openapi.json, or to the file named. The service is built for it, not started: it needs nothing
// else.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createService } from '../../compose.ts'
import { readConfig } from '../../config.ts'
import { nodesOf } from '../../servers/ground.ts'

const target = process.argv[2] ?? fileURLToPath(new URL('../../../docs/openapi.json', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'liandong-openapi-'))
try {
  const nowhere = { databaseUrl: 'postgres://127.0.0.1:1/nowhere', redisUrl: 'redis://127.0.0.1:1' }
  const config = { ...readConfig({ DATA_DIR: folder }), ...nowhere }
  const service = await createService({
    config,
    secrets: { dataKey: Buffer.alloc(32).toString('base64') },
    nodes: nodesOf(config, { amiSecret: 'unused' }),
    parts: ['http']
  })
  writeFileSync(target, JSON.stringify(await service.describe(), null, 1) + '\n')
  console.log(`written: ${target}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exit()
