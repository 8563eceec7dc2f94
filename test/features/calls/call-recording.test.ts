import { existsSync, mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createRecordingGuard } from '../../../src/node/recording-guard.ts'
import { createSealing } from '../../../src/db/sealing.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import type { Actor, Role } from '../../../src/domain/people/roles.ts'
import { createRecordingSizes } from '../../../src/features/calls/recordings/recording-sizes.ts'
import { createRecordings } from '../../../src/features/calls/recordings/recordings.ts'
import { callRows } from '../../harness/stories/call-rows.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { startNodeOfTest } from '../../harness/servers/node-process.ts'

const as = (...roles: Role[]): Actor => ({ id: 'x', roles, unitId: null, extension: null, personId: null })
/** A WAV file with so many bytes of sound, whose header speaks of so many. */
function wav (sound: number, told: number): Buffer {
  const header = Buffer.alloc(44)
  header.write('RIFF')
  header.writeUInt32LE(told === 0 ? 0 : 36 + told, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.write('data', 36)
  header.writeUInt32LE(told, 40)
  return Buffer.concat([header, Buffer.alloc(sound, 7)])
}

function folder (t: Test): string {
  const made = mkdtempSync(join(tmpdir(), 'recordings-'))
  t.teardown(() => rmSync(made, { recursive: true }))
  return made
}

t.test('permitted roles hear a recording, and only files below its folder', async t => {
  const { db } = await freshDatabase(t)
  const calls = callRows({ db, clock: systemClock, sealing: createSealing(Buffer.alloc(32, 7)) })
  const dir = folder(t)
  mkdirSync(join(dir, 'recordings/2026'), { recursive: true })
  writeFileSync(join(dir, 'secret.wav'), 'secret')
  writeFileSync(join(dir, 'recordings/2026/c.wav'), wav(3200, 3200))
  symlinkSync(join(dir, 'secret.wav'), join(dir, 'recordings/link.wav'))
  const files: Record<string, string | null> = {
    good: '2026/c.wav',
    none: null,
    gone: '2026/gone.wav',
    up: '../secret.wav',
    up2: '2026/../../secret.wav',
    absolute: `${dir}/secret.wav`,
    link: 'link.wav',
    folder: '2026',
    zero: '2026/c.wav\u0001'
  }
  for (const [id, file] of Object.entries(files)) {
    await calls.arrives(id, file === null ? {} : { recording: file })
    await calls.hangsUp(id)
  }
  const { nodes, part } = await startNodeOfTest(t, db, { recordingsDir: join(dir, 'recordings') })
  const recordings = createRecordings({ nodes, hears: async () => true })
  const found = await recordings.find(db, as('SUPERVISOR'), 'good')
  t.equal(found.bytes, 3244)
  const heard: Buffer[] = []
  for await (const chunk of found.stream()) heard.push(chunk as Buffer)
  t.same(Buffer.concat(heard), wav(3200, 3200))
  for (const id of Object.keys(files).filter(f => f !== 'good').concat('no-such-call')) {
    await t.rejects(recordings.find(db, as('SUPERVISOR'), id), { code: 'not-found' }, id)
  }
  for (const role of ['HANDLER', 'AGENT', 'LEADER', 'VERIFIER', 'DISPATCHER'] as const) {
    await t.rejects(recordings.find(db, as(role), 'good'), { code: 'not-allowed' }, role)
  }
  await part.stop()
  await t.rejects(recordings.find(db, as('SUPERVISOR'), 'good'), { code: 'node-unavailable' }, 'nothing is said of the file')
})

t.test('a recording whose PBX died is served with its length, and a header alone is no recording', async t => {
  const { db } = await freshDatabase(t)
  const calls = callRows({ db, clock: systemClock, sealing: createSealing(Buffer.alloc(32, 7)) })
  const recordingsDir = folder(t)
  writeFileSync(join(recordingsDir, 'cut.wav'), wav(3200, 0))
  writeFileSync(join(recordingsDir, 'empty.wav'), wav(0, 0))
  for (const id of ['cut', 'empty', 'never']) {
    await calls.arrives(id, { recording: `${id}.wav` })
  }
  await calls.restarts()
  const { nodes } = await startNodeOfTest(t, db, { recordingsDir })
  const recordings = createRecordings({ nodes, hears: async () => true })
  const heard: Buffer[] = []
  for await (const chunk of (await recordings.find(db, as('SUPERVISOR'), 'cut')).stream()) heard.push(chunk as Buffer)
  t.same(Buffer.concat(heard), wav(3200, 3200))
  await t.rejects(recordings.find(db, as('SUPERVISOR'), 'empty'), { code: 'not-found' })

  const notMounted = await startNodeOfTest(t, db, { recordingsDir: join(recordingsDir, 'not-mounted') })
  await createRecordingSizes({ db, nodes: notMounted.nodes }).run(new Date())
  t.match(await db.query('select count(*) n from call where recorded'), [{ n: 3 }], 'a folder that is away proves nothing')
  await createRecordingSizes({ db, nodes }).run(new Date())
  t.same(await db.query('select id, recorded, recording_bytes bytes from call order by id'),
    [{ id: 'cut', recorded: true, bytes: 3244 }, { id: 'empty', recorded: false, bytes: 44 }, { id: 'never', recorded: false, bytes: 0 }])
})

t.test('the dialplan is told to stop recording while the disk is nearly full', async t => {
  const recordingsDir = folder(t)
  const flag = join(recordingsDir, 'recording-off')
  const looks = async (free: number): Promise<{ flag: boolean, recording: boolean }> => {
    const guard = createRecordingGuard({ recordingsDir, freeShare: async () => free })
    await guard.sweep.run(new Date())
    return { flag: existsSync(flag), recording: guard.state().recording }
  }
  t.same(await looks(0.5), { flag: false, recording: true })
  t.same(await looks(0.05), { flag: true, recording: false })
  t.same(await looks(0.5), { flag: false, recording: true }, 'a flag left by an earlier run goes')
  const real = createRecordingGuard({ recordingsDir })
  await real.sweep.run(new Date())
  t.ok((real.state().freeShare ?? 0) > 0, 'the real disk can be read')
})
