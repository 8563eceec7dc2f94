// `npm run nodes`, as an operator runs it, on the rows that a service follows.
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { createSealing } from '../../../src/db/sealing.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { plainEnvironment, plainNode, temporaryFolder } from '../../harness/servers/run-folder.ts'
import { callRows } from '../../harness/stories/call-rows.ts'
import { startAmiPeer, type AmiPeer } from '../journal/ami-peer.ts'

const program = fileURLToPath(new URL('../../../src/bin/nodes.ts', import.meta.url))

/** A PBX with this name and two channels of which it lists none; the end of a wire in its place. */
async function pbxNamed (t: Test, name: string): Promise<AmiPeer> {
  const peer = await startAmiPeer(t)
  peer.answer = ({ action, actionid, secret }) => {
    if (action === 'login' && secret !== 'right') return `Response: Error\r\nActionID: ${actionid}\r\nMessage: no\r\n\r\n`
    const said = `Response: Success\r\nActionID: ${actionid}\r\n`
    if (action === 'CoreSettings') return `${said}SystemName: ${name}\r\n\r\n`
    if (action === 'CoreStatus') return `${said}CoreStartupDate: 2026-11-30\r\nCoreStartupTime: 08:00:00\r\nCoreCurrentCalls: 2\r\n\r\n`
    if (action !== 'CoreShowChannels') return `${said}\r\n`
    return `${said}EventList: start\r\n\r\nEvent: Done\r\nActionID: ${actionid}\r\nEventList: Complete\r\n\r\n`
  }
  return peer
}

t.test('a PBX is listed, added, drained, taken back and removed by command; a refusal has its code', async t => {
  const { url, db } = await freshDatabase(t)
  const folder = await temporaryFolder('nodes-command')
  const [firstPbx, secondPbx] = [await pbxNamed(t, 'pbx1'), await pbxNamed(t, 'pbx2')]
  const [first, second] = [firstPbx.port, secondPbx.port]
  writeFileSync(join(folder, 'right'), 'right\n')
  writeFileSync(join(folder, 'wrong'), 'wrong\n')
  const nodes = async (line: string, dataDir = folder): Promise<string> => {
    const env = {
      ...plainEnvironment(),
      DATA_DIR: dataDir,
      DATABASE_URL: url,
      REDIS_URL: 'redis://127.0.0.1:1',
      AMI_ADDRESS: '127.0.0.1:1',
      AMI_SECRET: 's'
    }
    const run = promisify(execFile)(plainNode.command, [...plainNode.first, program, ...line.split(' ')], { env })
    return await run.then(({ stdout }) => stdout, (error: { stderr: string }) => `! ${error.stderr}`)
  }
  const add = (name: string, port: number, secret: string): string => `add ${name} --sip 127.0.0.1:${port + 1} --ami 127.0.0.1:${port} ` +
    `--ami-user u --ami-secret-file ${join(folder, secret)} --web-socket-url ws://127.0.0.1:${port}/ws`

  t.match(await nodes('list'), /^0 PBXs/)
  t.match(await nodes(add('pbx2', second, 'wrong')), /pbx-login-refused/)
  t.match(await nodes(add('pbx3', second, 'right')), /pbx-node-misnamed/)
  t.match(await nodes(add('pbx2', second, 'right')), /pbx2 is added/)
  t.match(await nodes(add('pbx2', second, 'right')), /pbx-node-taken/)
  t.match(await nodes('list'), /pbx2 {2}active {2}127.0.0.1:\d+ {2}2 channels, started 2026-11-30T[^]*no process beside it/)
  t.match(await nodes('drain pbx2'), /pbx-node-last/)
  t.match(await nodes(add('pbx1', first, 'right')), /pbx1 is added/)
  t.match(await nodes('remove pbx2'), /transition-not-allowed/)
  t.match(await nodes('drain pbx2'), /pbx2 is draining/)
  t.match(await nodes('drain pbx1'), /pbx-node-last/)
  t.match(await nodes('activate pbx2'), /pbx2 is active/)
  t.match(await nodes('drain pbx2'), /pbx2 is draining/)
  secondPbx.answer = () => undefined
  const calls = callRows({ db, clock: systemClock, sealing: createSealing(Buffer.alloc(32, 7)), node: 'pbx2' })
  await calls.arrives('pbx2-1.1')
  t.match(await nodes('remove pbx2'), /pbx-node-busy/, 'with no link to it what the rows know counts')
  await calls.hangsUp('pbx2-1.1')
  t.match(await nodes('remove pbx2'), /pbx2 is removed/)
  t.match(await nodes('list'), /pbx1 {2}active[^]*pbx2 {2}removed[^]*2 PBXs/)
  t.match(await nodes('drain pbx9'), /not-found/)
  t.match(await nodes('add pbx4 --sip nowhere'), /! --\S+ is missing|--sip is host:port/)
  t.match(await nodes('turn pbx2'), /usage/)
  const other = await temporaryFolder('nodes-command-elsewhere')
  t.match(await nodes(add('pbx4', second + 7, 'right'), other), /dataKey of this DATA_DIR is not the service's/)
  const entries = await db.query<{ entry: string }>(
    'select concat_ws(\' \', actor, replace(action, \'pbx-node.\', \'\'), subject) as entry from audit_entry order by id')
  t.same(entries.map(({ entry }) => entry), ['system add pbx2', 'system add pbx1', 'system drain pbx2', 'system activate pbx2',
    'system drain pbx2', 'system remove pbx2'], 'what was refused is no change')
})
