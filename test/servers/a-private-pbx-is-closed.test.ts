import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname, join, relative } from 'node:path'
import t from 'tap'
import { pbxModules } from '../../src/pbx/modules.ts'
import { until } from '../../src/servers/until.ts'
import { startTestPbx, type TestPbx } from '../harness/servers/pbx.ts'
import { freshRedis } from '../harness/servers/redis.ts'
import { pbxWithDesk } from '../harness/telephones/pbx-with-desk.ts'

/** What the manager answers somebody who knows the service's password. */
async function asked (pbx: TestPbx, action: Record<string, string>): Promise<string> {
  const { host, port, user } = pbx.config.ami
  const text = (fields: Record<string, string>): string => Object.entries(fields).map(([k, v]) => `${k}: ${v}\r\n`).join('') + '\r\n'
  return await new Promise((resolve, reject) => {
    const socket = connect(port, host)
    let heard = ''
    socket.on('data', data => {
      heard += String(data)
      if (/ActionID: asked\r\n(.*\r\n)*?\r\n/.test(heard)) socket.destroy()
    })
    socket.on('error', reject)
    socket.on('close', () => { resolve(/Response: (\w+)\r\nActionID: asked/.exec(heard)?.[1] ?? heard) })
    socket.setTimeout(10_000, () => { socket.destroy(new Error('no answer')) })
    socket.write(text({ Action: 'Login', Username: user, Secret: pbx.amiSecret, Events: 'off' }) + text({ ...action, ActionID: 'asked' }))
  })
}

const statusOf = (pid: number, field: string): string[] =>
  new RegExp(`^${field}:[ \\t]*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]?.split(/\s+/) ?? []

await t.test('the manager\'s password runs no programs, and the PBX is not root', async t => {
  const pbx = await startTestPbx(t)
  for (const module of ['app_system', 'func_shell', 'res_agi', 'app_externalivr', 'pbx_spool', 'func_curl']) {
    t.notOk(pbxModules.includes(module), `${module} is not in the list`)
    t.equal(await asked(pbx, { Action: 'ModuleLoad', LoadType: 'load', Module: `${module}.so` }), 'Error', `${module} cannot be loaded`)
  }
  t.equal(await asked(pbx, { Action: 'ModuleLoad', LoadType: 'load', Module: 'app_playback.so' }), 'Error', 'it is loaded already')
  // The folder holds links to what may be loaded; the real modules lie beside what may not.
  const real = join(dirname(realpathSync(join(pbx.paths.modulesDir, 'app_playback.so'))), 'app_system.so')
  t.ok(existsSync(real), 'there is one to be loaded')
  for (const path of [real, relative(pbx.paths.modulesDir, real), `./${relative(pbx.paths.modulesDir, real)}`]) {
    t.equal(await asked(pbx, { Action: 'ModuleLoad', LoadType: 'load', Module: path }), 'Error', `not out of the folder: ${path}`)
  }
  for (const action of [
    { Action: 'Command', Command: 'core show uptime' },
    { Action: 'UpdateConfig', SrcFilename: 'modules.conf', DstFilename: 'modules.conf' }
  ]) {
    t.equal(await asked(pbx, action), 'Error', action.Action)
  }
  t.notMatch(await pbx.console('core show application System'), 'Synopsis')
  t.match(await pbx.console('core show function SHELL'), 'No function by that name')

  const pid = Number(readFileSync(join(pbx.config.dataDir, 'asterisk.pid'), 'utf8').split(' ')[0])
  if (process.getuid?.() === 0) {
    t.ok(statusOf(pid, 'Uid').every(uid => uid !== '0'), 'a user of its own')
    t.strictSame(statusOf(pid, 'Groups').filter(Boolean), [])
  }
})

await t.test('its files are its own alone, also files an older start left readable; sound is received at its address', async t => {
  const { pbx, network } = await pbxWithDesk(t, 'answer|talk 880')
  await (await network.dial({ desk: '8003', to: '*81' })).isOver()
  const citizen = await network.dial({ from: '13800000001', to: '962000', script: 'talk 440' })
  await until(() => citizen.heard(880) > 0.1, { what: 'they talk', seconds: 30 })

  const pid = Number(readFileSync(join(pbx.config.dataDir, 'asterisk.pid'), 'utf8').split(' ')[0])
  const sockets = execFileSync('ss', ['-Hlunp'], { encoding: 'utf8' })
    .split('\n')
    .filter(l => l.includes(`pid=${pid},`))
    .map(l => l.trim().split(/\s+/)[3] ?? '')
  const port = (socket: string): number => Number(socket.split(':').at(-1))
  const sound = sockets.filter(s => port(s) >= 20_000 && port(s) <= 31_999 && !/^(0\.0\.0\.0|\[::\]|\*):/.test(s))
  t.ok(sound.length >= 4, `${sound.length} sockets for the sound of two telephones`)
  t.ok(sound.every(s => s.startsWith(`${pbx.config.sip.host}:`)))

  await citizen.hangsUp()
  const written = (): string[] => [pbx.paths.varDir, pbx.paths.logDir, pbx.paths.spoolDir, pbx.recordingsDir]
    .flatMap(
      folder => readdirSync(folder, { recursive: true, withFileTypes: true }).filter(f => f.isFile()).map(f => join(f.parentPath, f.name))
    )
  await until(() => written().some(f => f.endsWith('.wav')), { what: 'the call was recorded' })
  const open = (): string[] => written().filter(file => (lstatSync(file).mode & 0o077) !== 0)
  t.ok(['journal.csv', 'astdb.sqlite3', 'messages.log'].every(name => written().some(f => f.endsWith(name))))
  t.strictSame(open(), [])

  const journal = pbx.paths.journalFile
  await pbx.kill()
  chmodSync(journal, 0o644)
  appendFileSync(journal, '')
  await pbx.start()
  t.strictSame(open(), [])
})

await t.test('nor is Redis root', async t => {
  const redis = await freshRedis(t)
  if (process.getuid?.() === 0) t.ok(statusOf(redis.pid(), 'Uid').every(uid => uid !== '0'))
})
