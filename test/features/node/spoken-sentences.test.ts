// A sentence is spoken once and can be played, under the name that is answered, on every PBX that has a link.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { systemClock } from '../../../src/domain/time/clock.ts'
import { createLackedBy } from '../../../src/speech/lacked-by.ts'
import { bringLacking, bringRecent } from '../../../src/speech/spoken-on-nodes.ts'
import { createSpeech } from '../../../src/speech/speech.ts'
import { freshDatabase, freshFolder } from '../../harness/servers/database.ts'
import { startNodeOfTest } from '../../harness/servers/node-process.ts'

async function world (t: Test) {
  const { db } = await freshDatabase(t)
  const folder = await freshFolder('spoken')
  const nodes = await Promise.all(['pbx1', 'pbx2'].map(async name => {
    const soundsDir = await freshFolder('sounds')
    const folders = { name, soundsDir, recordingsDir: soundsDir }
    const node = await startNodeOfTest(t, db, folders)
    const comesBack = async (): Promise<void> => { await startNodeOfTest(t, db, { ...folders, door: node.address }) }
    const link = { up: true }
    const has = (sentence: string): boolean => existsSync(join(soundsDir, `${sentence}.wav`))
    return { name, part: node.part, comesBack, door: node.door, isUp: () => link.up, link, soundsDir, has }
  }))
  const [first, second] = nodes
  if (!first || !second) throw new Error('there are two')
  const all = { all: nodes }
  return {
    db,
    folder,
    first,
    second,
    all,
    lackedBy: createLackedBy(all),
    speech: createSpeech({ db, clock: systemClock, folder, nodes: all, url: null })
  }
}

t.test('spoken once, brought to each PBX, and brought again where it is gone', async t => {
  const { folder, first, second, speech } = await world(t)
  const [name, again] = await Promise.all([speech.render('今晚停水'), speech.render('今晚停水')])
  t.equal(name, again)
  t.same([first.has(name), second.has(name)], [true, true])
  t.match(readFileSync(join(second.soundsDir, `${name}.wav`)).toString('latin1', 0, 4), 'RIFF')
  t.equal(readdirSync(folder).length, 1, 'kept by the service, and nothing half beside it')
  rmSync(join(second.soundsDir, 'spoken'), { recursive: true })
  t.equal(await speech.render('今晚停水'), name)
  t.ok(second.has(name), 'a PBX that lost it has it again')
})

t.test('a PBX that cannot be brought it lacks it, link or not, and gets it as the process beside it is back', async t => {
  const { db, folder, first, second, all, speech, lackedBy } = await world(t)
  const round = async (): Promise<void> => { await bringLacking(all.all, folder, db, new Date()) }
  await second.part.stop()
  const name = await speech.render('明早停电')
  t.same([first.has(name), second.has(name)], [true, false])
  t.same(await lackedBy(db, ['greeting', name]), [{ prompt: name, node: 'pbx2' }], 'no call that plays it goes there')
  await round()
  t.same((await lackedBy(db, [name])).length, 1, 'still away')
  await second.comesBack()
  await round()
  t.ok(second.has(name))
  t.same(await lackedBy(db, [name]), [])
})

t.test('one that is away is brought the last sentences after its login', async t => {
  const { db, folder, second, speech, lackedBy } = await world(t)
  await second.part.stop()
  second.link.up = false
  const name = await speech.render('明早停电')
  await second.comesBack()
  await bringRecent(second, folder, db)
  t.ok(second.has(name))
  t.same(await lackedBy(db, [name]), [])
})

t.test('only a PBX without a link could be brought it: a call would be silent', async t => {
  const { first, second, speech } = await world(t)
  await first.part.stop()
  second.link.up = false
  await t.rejects(speech.render('明早停电'), { code: 'speech-unavailable' })
})

t.test('with every PBX away nothing is spoken', async t => {
  const { first, second, speech } = await world(t)
  for (const { part, link } of [first, second]) {
    await part.stop()
    link.up = false
  }
  await t.rejects(speech.render('路灯已修好'), { code: 'speech-unavailable' })
})

t.test('where no process stands beside a PBX nothing is spoken', async t => {
  const { db } = await freshDatabase(t)
  const nodes = { all: [{ name: 'pbx1', isUp: () => true, door: null }] }
  const speech = createSpeech({ db, clock: systemClock, folder: await freshFolder('spoken'), nodes, url: null })
  await t.rejects(speech.render('您好'), { code: 'speech-unavailable' })
})
