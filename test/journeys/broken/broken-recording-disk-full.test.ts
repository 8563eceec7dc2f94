import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { hears } from '../../harness/telephones/listening.ts'
import { storyClock } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

interface Call {
  id: string
  answeredBy: string | null
  recorded: boolean
  recordingBytes: number | null
  timeline: Array<{ kind: string, detail: Record<string, unknown> }>
}
interface Health { status: string, parts: Array<{ name: string, state: string, detail?: unknown }> }
interface Waiting { items: Array<{ id: string, state: string }> }
interface Result { id: string, result: string }
interface Agent { extension: string, state: string }

/** A disk of its own for the recordings, 4 MB small; false where nobody may mount one. */
function mountSmallDisk (folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=0777', 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

await t.test('the disk of the recordings is full: calls go on, it is on record that they were not recorded, ' +
  'and recording comes back with room', async t => {
  const { network, pbx, service, as } = await startStack(t, { desks: ['8003'] })
  if (!mountSmallDisk(pbx.recordingsDir)) {
    return
  }
  t.teardown(() => { execFileSync('umount', ['-l', pbx.recordingsDir]) })
  const full = join(pbx.recordingsDir, 'something-large')
  const zhang = agent(network, '8003')
  const caller = await citizen(network, '13900001501')
  const leader = await as('8031')
  await zhang.signsIn()

  async function calls (nth: number): Promise<Call> {
    await caller.dials('962000')
    await zhang.answers(nth)
    await zhang.talks(880)
    await caller.talks(440)
    t.ok(await hears(caller.call(), 880) && await hears(zhang.call(), 440), 'they speak with each other')
    await caller.hangsUp()
    const { items } = await leader.sees<{ items: Array<{ id: string, endedAt: string | null }> }>('/api/calls?direction=inbound',
      list => list.items.length === nth && list.items.every(c => c.endedAt))
    return await leader.get<Call>(`/api/calls/${items[0]?.id ?? ''}`)
  }
  const noted = (call: Call, kind: string): Record<string, unknown> | undefined => call.timeline.find(e => e.kind === kind)?.detail

  // Full from one moment to the next, before anybody has noticed: the call is not harmed, and its recording is nothing.
  writeFileSync(full, Buffer.alloc(statfsSync(pbx.recordingsDir).bavail * 4096))
  const sudden = await calls(1)
  t.equal(sudden.answeredBy, '8003')
  // The exchange says so at the end of the call, or at its beginning where the disk was looked at by then.
  t.match(noted(sudden, 'recorded') ?? { bytes: 0, ...noted(sudden, 'not-recorded') ?? { bytes: null } }, { bytes: 0 },
    'that nothing was recorded is on record')

  const flag = join(pbx.recordingsDir, 'recording-off')
  await until(() => existsSync(flag), { what: 'recording is switched off', seconds: 30, everyMs: 100 })
  await until(() => service.log().includes('calls are not recorded'), { what: 'the log says so' })
  const unrecorded = await calls(2)
  t.match(unrecorded, { answeredBy: '8003', recorded: false })
  t.match(noted(unrecorded, 'not-recorded'), { reason: 'disk' })
  const health = await leader.sees<Health>('/health/ready', h => h.parts.some(p => p.name === 'disk' && p.state === 'failing'))
  t.equal(health.status, 'degraded', 'orders can still be filed')

  rmSync(full)
  await until(() => !existsSync(flag), { what: 'recording is switched on again', seconds: 30, everyMs: 100 })
  const recorded = await calls(3)
  t.equal(recorded.recorded, true)
  t.ok((recorded.recordingBytes ?? 0) > 10_000, 'there is room again')
  await leader.sees<Health>('/health/ready', h => h.parts.some(p => p.name === 'disk' && p.state === 'ok'))

  // The journal's disk may be another one.
  const journalDir = dirname(pbx.paths.journalFile)
  t.ok(mountSmallDisk(journalDir))
  t.teardown(() => { execFileSync('umount', ['-l', journalDir]) })
  writeFileSync(join(journalDir, 'something-large'), Buffer.alloc(statfsSync(journalDir).bavail * 4096))
  const { parts } = await leader.sees<Health>('/health/ready', h => h.parts.some(p => p.name === 'disk' && p.state === 'failing'))
  t.match(parts.find(p => p.name === 'disk')?.detail, { freePercent: Number, journalFreePercent: 0 }, 'it says which')
})

await t.test('the journal\'s disk is away while citizens hang up: a call the PBX no longer knows ends as lost, ' +
  'and is rung back', async t => {
  const stack = await startStack(t, { desks: ['8003'], settings: { QUEUE_SECONDS: '300' } })
  const { network, pbx, as } = stack
  await storyClock(stack).comes('10:00')
  const zhang = agent(network, '8003')
  const [talking, gone, staying] = [
    await citizen(network, '13900001511'),
    await citizen(network, '13900001512'),
    await citizen(network, '13900001513')
  ]
  const leader = await as('8031')
  const waiting = async (...states: string[]): Promise<Waiting> =>
    await leader.sees<Waiting>('/api/calls/waiting', list => JSON.stringify(list.items.map(c => c.state)) === JSON.stringify(states))
  await zhang.signsIn()
  await talking.dials('962000')
  await zhang.answers()
  await leader.sees<{ items: Agent[] }>('/api/agents', list => list.items.some(a => a.extension === '8003' && a.state === 'talking'))
  for (const one of [gone, staying]) await one.dials('962000')
  await waiting('queued', 'queued')

  // Each row is written by opening the file anew: none is, and nobody is told.
  const folder = dirname(pbx.paths.journalFile)
  const rowsLost = (): number => readFileSync(join(pbx.paths.logDir, 'messages.log'), 'utf8').split('Unable to write CEL').length - 1
  renameSync(folder, `${folder}-away`)
  await gone.hangsUp()
  await talking.hangsUp()
  await network.rung('desk8003', 2)
  const before = rowsLost()
  // The exchange writes in order: with a row of the next call, which is offered for some seconds, those of the ends are lost.
  await until(() => rowsLost() > before, { what: 'the rows of the ends are lost', seconds: 30 })
  renameSync(`${folder}-away`, folder)

  await until(() => gone.timesRung() === 1, { what: 'who waited is rung back', seconds: 60 })
  await waiting('queued')
  t.equal(talking.timesRung(), 0, 'an answered caller is not')
  const { items } = await leader.get<{ items: Result[] }>('/api/calls?direction=inbound')
  t.strictSame(items.map(c => c.result), ['living', 'lost', 'lost'], 'a waiting caller is not touched')
  await zhang.answers()
  await staying.hangsUp()
  await waiting()
  await leader.sees<{ items: Agent[] }>('/api/agents', list => list.items.some(a => a.extension === '8003' && a.state === 'ready'))
  t.equal(gone.timesRung(), 1, 'once')
})
