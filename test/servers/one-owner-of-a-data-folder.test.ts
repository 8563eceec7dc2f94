import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { freshFolder } from '../harness/servers/database.ts'
import { plainEnvironment, plainNode } from '../harness/servers/run-folder.ts'

const rounds = 80

function starter (t: Test, program = 'claimer.ts'): ChildProcess {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)),
    { execPath: plainNode.command, execArgv: [...plainNode.first], env: plainEnvironment() })
  t.teardown(() => child.kill('SIGKILL'))
  return child
}

async function tell (child: ChildProcess, folder: string | null): Promise<string> {
  const answer = once(child, 'message')
  child.send(folder as never)
  return String((await answer)[0])
}

await t.test(`several starts in one instant over a stale pid file: one owner, in ${rounds} rounds`, async t => {
  const folder = await freshFolder('claimed')
  const starters = Array.from({ length: 5 }, () => starter(t))
  const file = join(folder, 'up.pid')
  for (let round = 0; round < rounds; round++) {
    // left by one that was killed: another process has its number by now, or none
    writeFileSync(file, `${round % 2 === 0 ? 1 : 4_194_303} 12345\n`)
    const answers = await Promise.all(starters.map(async s => await tell(s, folder)))
    const owner = starters[answers.indexOf('owner')]
    if (answers.filter(a => a === 'owner').length !== 1) t.fail(`round ${round}: ${answers.join(' | ')}`)
    if (readFileSync(file, 'utf8').trim() !== String(owner?.pid)) t.fail(`round ${round}: the file does not name the owner`)
    await Promise.all(starters.map(async s => await tell(s, null)))
  }
  t.pass('all rounds were played')
})

await t.test('a later start is told the owner; a killed owner leaves the folder free', async t => {
  const folder = await freshFolder('claimed')
  const [first, second] = [starter(t), starter(t)]
  t.equal(await tell(first, folder), 'owner')
  t.match(await tell(second, folder), `process ${first.pid}`)
  const gone = once(first, 'exit')
  first.kill('SIGKILL')
  await gone
  t.equal(await tell(second, folder), 'owner')
})

await t.test('several parts begin at once on an empty folder: one data key, which is the one that is kept', async t => {
  const starters = Array.from({ length: 4 }, () => starter(t, 'secrets-maker.ts'))
  for (let round = 0; round < 20; round++) {
    const folder = await freshFolder('made-at-once')
    const keys = new Set(await Promise.all(starters.map(async s => await tell(s, folder))))
    const { dataKey } = JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8')) as { dataKey: string }
    t.same([...keys], [dataKey], `round ${round}`)
  }
})
