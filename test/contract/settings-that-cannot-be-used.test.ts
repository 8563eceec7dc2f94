// A setting that cannot be used is told at the start, by its name; every command reads `.env`.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readConfig } from '../../src/config.ts'
import { root } from '../architecture/program.ts'
import { plainEnvironment, plainNode, temporaryFolder } from '../harness/servers/run-folder.ts'

const wrong: Record<string, string[]> = {
  TRUNK_CHANNELS: ['60.5', '0x10', '-1', 'many', '1e3'],
  TRUNK_QUALIFY_SECONDS: [' ', '3s'],
  QUEUE_SECONDS: ['60.5', '1'],
  TRUNK_CALLER_ID: ['962 000', '+86962000', 'hotline'],
  HOTLINE_NUMBER: ['962000;', 'x'],
  EMERGENCY_DUTY_NUMBER: ['021-50002100'],
  CALLBACK_WINDOWS: ['9-12', '09:00–12:00', '12:00-12:00', ','],
  LOG_LEVEL: ['verbose', 'INFO'],
  SMS_URL: ['gateway', 'ftp://gateway.example'],
  SPEECH_URL: ['127.0.0.1:8000'],
  CLAMD_ADDRESS: ['clamd', '/run/clamd.sock'],
  ATTACHMENT_MAX_MB: ['0', '101', '25M'],
  EDGE_NODES: ['pbx1', 'pbx1 10.1.2.3:5060', 'pbx1 10.1.2.3:5060 10.1.2.3', 'a 1.1.1.1:1 1.1.1.1:2, a 1.1.1.2:1 1.1.1.2:2'],
  EDGE_ADDRESSES: ['edge.example', '10.1.2.9/24'],
  EDGE_NAME: ['Edge 1'],
  EDGE_CALLS: ['0'],
  EDGE_UNLIMITED_NUMBERS: ['switchboard'],
  TIME_ZONE: ['Shanghai']
}

t.test('the refused setting is named, with a valid example', async t => {
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      t.throws(() => readConfig({ [name]: value }), { name: 'ConfigError', message: new RegExp(`setting ${name}=`) }, `${name}=${value}`)
    }
  }
  t.match(readConfig({ TRUNK_CHANNELS: ' 47 ', TRUNK_QUALIFY_SECONDS: '0', LOG_LEVEL: 'debug' }),
    { trunk: { channels: 47, qualifySeconds: 0 }, logLevel: 'debug' })
})

t.test('a certificate authority that is no certificate is refused', async t => {
  for (const file of ['/nowhere', '/etc/hostname']) {
    t.throws(() => readConfig({ EDGE_SERVER: '127.0.0.1:9022', EDGE_SECRET: 'a', EDGE_SERVER_CA_FILE: file }),
      { name: 'ConfigError', message: /EDGE_SERVER_CA_FILE/ })
  }
})

t.test('each command reads .env in its working folder, and the environment wins', async t => {
  const folder = await temporaryFolder('dot-env')
  writeFileSync(join(folder, '.env'), 'TIME_ZONE=Nowhere\n')
  const run = (command: string, env: Record<string, string> = {}): string => {
    const { stdout, stderr } = spawnSync(plainNode.command, [...plainNode.first, join(root, 'src/bin', `${command}.ts`)],
      { cwd: folder, env: { ...plainEnvironment(), ...env }, encoding: 'utf8', timeout: 60_000 })
    return stdout + stderr
  }
  for (const command of ['up', 'server', 'worker', 'migrate', 'seed', 'journal']) {
    t.match(run(command), /^(cannot start: )?setting TIME_ZONE=Nowhere cannot be used[^\n]*\n$/, command)
  }
  t.match(run('seed', { TIME_ZONE: 'Asia/Shanghai' }), /^DATABASE_URL is not set/)
})
