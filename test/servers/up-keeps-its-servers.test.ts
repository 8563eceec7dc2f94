import { spawn } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { freePort } from '../harness/servers/ports.ts'
import { until } from '../../src/servers/until.ts'
import { freshFolder } from '../harness/servers/database.ts'
import { plainEnvironment, plainNode } from '../harness/servers/run-folder.ts'

interface Readiness { status: string, parts: Array<{ name: string, state: string }> }

/** A port with a free one beside it. */
async function portPair (): Promise<number> {
  for (;;) {
    const port = await freePort()
    if (await freePort() === port + 1) return port
  }
}

/** `npm run up -- --empty` on a folder and addresses of its own, as far as it has said `words`. */
async function up (t: Test, words = 'the console  ', ...flags: string[]): Promise<{
  folder: string
  said: () => string
  ready: () => Promise<Readiness>
  end: () => Promise<number | null>
}> {
  const folder = join(await freshFolder('up'), 'data')
  const http = `127.0.0.1:${await freePort()}`
  let said = ''
  const up = fileURLToPath(new URL('../../src/bin/up.ts', import.meta.url))
  const child = spawn(plainNode.command, [...plainNode.first, up, '--empty', '--no-install', ...flags], {
    env: {
      ...plainEnvironment(),
      DATA_DIR: folder,
      HTTP_ADDRESS: http,
      SIP_ADDRESS: `127.0.0.1:${await portPair()}`,
      PBX_HTTP_ADDRESS: `127.0.0.1:${await portPair()}`,
      AMI_ADDRESS: `127.0.0.1:${await portPair()}`,
      NODE_ADDRESS: `127.0.0.1:${await portPair()}`,
      LOG_LEVEL: 'error'
    }
  })
  for (const stream of [child.stdout, child.stderr]) stream.on('data', data => { said += String(data) })
  const ended = new Promise<number | null>(resolve => child.on('exit', resolve))
  t.teardown(async () => {
    if (!t.passing()) t.comment(said)
    child.kill('SIGTERM')
    await ended
  })
  await until(() => {
    if (child.exitCode !== null) throw new Error(said)
    return said.includes(words)
  }, { what: `up says ${words}`, seconds: 120 })
  return {
    folder,
    said: () => said,
    ready: async () => await (await fetch(`http://${http}/health/ready`)).json() as Readiness,
    async end () {
      child.kill('SIGTERM')
      return await ended
    }
  }
}

/** Ended. Its entry may stay in the process table until the machine's first process collects it, which is no business of ours. */
function hasEnded (pid: number): boolean {
  try {
    return /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return true
  }
}

/** Living processes that name this folder on their command line, or work in it: Redis takes another name. */
const processesOf = (folder: string): Array<{ pid: number, words: string }> => readdirSync('/proc').filter(name => /^\d+$/.test(name)).flatMap(pid => {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return words.includes(folder) || readlinkSync(`/proc/${pid}/cwd`).startsWith(folder) ? [{ pid: Number(pid), words }] : []
  } catch {
    return []
  }
})

for (const words of ['✓ Redis', '✓ PostgreSQL', '✓ prompts and PBX']) {
  await t.test(`an \`up\` that is ended after ${words} leaves nothing running`, async t => {
    const service = await up(t, words)
    t.equal(await service.end(), 0)
    t.match(service.said(), 'stopped; the data stays')
    await until(() => processesOf(service.folder).length === 0, { what: 'all have ended', seconds: 2 }).catch(() => {})
    t.strictSame(processesOf(service.folder), [])
    for (const { pid } of processesOf(service.folder)) process.kill(pid, 'SIGKILL')
  })
}

await t.test('a server that dies under a living `up` is started again, twice too, and `up` says so', async t => {
  const service = await up(t)
  const pidOf = (file: string): number => Number(readFileSync(join(service.folder, file), 'utf8').split(' ')[0])
  const servers = { Redis: 'redis/redis.pid', Asterisk: 'pbx/asterisk.pid', PostgreSQL: 'postgres/postgres.pid' }
  const parts = { Redis: 'redis', Asterisk: 'pbx', PostgreSQL: 'database' }
  for (const [name, file] of Object.entries(servers)) {
    for (const time of [1, 2]) {
      const before = pidOf(file)
      process.kill(before, 'SIGKILL')
      await until(() => service.said().split(`${name} runs again`).length > time, { what: `${name} runs again, time ${time}`, seconds: 60 })
      t.not(pidOf(file), before)
      t.match(service.said(), `${name} (process ${before}) has ended by itself`)
    }
    await until(async () => (await service.ready()).parts.some(p => p.name === parts[name as keyof typeof parts] && p.state === 'ok'),
      { what: `the service works with the new ${name}`, seconds: 30, everyMs: 200 })
  }
  const pids = Object.values(servers).map(pidOf)
  t.notOk(pids.some(hasEnded), 'all of them live until then')
  t.equal(await service.end(), 0)
  await until(() => pids.every(hasEnded), { what: `${pids.join(', ')} ended with it`, seconds: 2, everyMs: 20 })
  for (const file of Object.values(servers)) t.notOk(existsSync(join(service.folder, file)), 'and none was started in its place')
})

await t.test('two PBXs to try, each with its node process and its folder; all end with it', async t => {
  const service = await up(t, 'the console  ', '--nodes', '2')
  const asterisks = (): number => processesOf(service.folder).filter(({ words }) => / -C .*asterisk\.conf/.test(words)).length
  await until(async () => {
    const { parts } = await service.ready()
    return ['pbx', 'nodes', 'desired-state'].every(name => parts.find(part => part.name === name)?.state === 'ok')
  }, { what: 'both are linked, and their node processes live', seconds: 30 })
  t.equal(asterisks(), 2)
  t.match(JSON.parse(readFileSync(join(service.folder, 'servers.json'), 'utf8')), { nodes: 2 }, 'the parts run apart find both')
  t.ok(['pbx', 'pbx2'].every(folder => existsSync(join(service.folder, folder, 'etc/includes'))))
  t.equal((service.said().match(/dial in by SIP/g) ?? []).length, 2)
  t.equal(await service.end(), 0)
  await until(() => processesOf(service.folder).filter(({ pid }) => !hasEnded(pid)).length === 0, { what: 'nothing is left running' })
})
