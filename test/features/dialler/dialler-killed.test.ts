import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pino from 'pino'
import { test } from 'tap'
import { createSealing } from '../../../src/db/sealing.ts'
import { createDialler } from '../../../src/dialler/dialler.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import { until } from '../../../src/servers/until.ts'
import type { PhoneNumber } from '../../../src/domain/telephone/phone-number.ts'
import { freshDatabase } from '../../harness/servers/database.ts'
import { emergency, carrier, nodesWith, switchRecorder } from '../../harness/dialler/dialler-world.ts'
import { cannotTryExchange, startExchange } from '../../harness/dialler/dialler-exchange.ts'
import type { DiallerNodeOptions } from '../../harness/dialler/dialler-node.ts'
import { plainEnvironment, plainNode } from '../../harness/servers/run-folder.ts'
import { permissionOfTest } from '../../harness/stories/permission.ts'

const program = fileURLToPath(new URL('../../harness/dialler/dialler-node.ts', import.meta.url))

/** ms after the first leg was seen as `placing`: before, while and after the PBX is told, while they ring, talk and end. */
const moments = [0, 0, 1, 3, 8, 20, 60, 250, 700, 1500]
const perMoment = 20

test('killed at any moment: nobody is rung twice for one attempt, nobody is forgotten', {
  timeout: 280_000,
  skip: await cannotTryExchange()
}, async t => {
  const exchange = await startExchange(t)
  const { url, db } = await freshDatabase(t)
  const sealingKey = randomBytes(32).toString('hex')
  const options: DiallerNodeOptions = {
    databaseUrl: url,
    ami: exchange.ami,
    journalFile: exchange.journalFile,
    sealingKey,
    channels: 400,
    callsPerSecond: 1000
  }
  const processes = new Set<ChildProcess>()
  const start = (): ChildProcess => {
    const child = spawn(plainNode.command, [...plainNode.first, program, JSON.stringify(options)],
      { stdio: ['ignore', 'inherit', 'inherit'], env: plainEnvironment() })
    processes.add(child)
    return child
  }
  const kill = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  t.teardown(async () => { await Promise.all([...processes].map(kill)) })

  // Asks only; the process that places is woken by the database.
  const asking = createDialler({
    db,
    sealing: createSealing(Buffer.from(sealingKey, 'hex')),
    clock: systemClock,
    nodes: nodesWith({ pbx1: switchRecorder() }),
    alarms: { async set () {} },
    trunks: [carrier],
    timeZone: 'Asia/Shanghai',
    permission: permissionOfTest,
    sampleLoaded: async () => false,
    onTrunk: async () => {},
    catchUpJournal: async () => {},
    log: pino({ level: 'silent' })
  })
  const none = async (where: string): Promise<boolean> => (await db.query(`select 1 from dial_request where ${where} limit 1`)).length === 0
  const numbers: string[] = []
  for (const [m, moment] of moments.entries()) {
    const child = start()
    await db.tx(async tx => {
      await asking.request(tx, ...Array.from({ length: perMoment }, (_, i) => {
        const number = `1390${m}00${String(i * 10 + i % 5).padStart(4, '0')}`
        numbers.push(number)
        return emergency({ key: `${m}-${i}`, numbers: [`+86${number}` as PhoneNumber], attempts: 1, ringSeconds: 20, talkSeconds: 60 })
      }))
    })
    await until(
      async () => (await db.query('select 1 from leg l join dial_request r on r.id = l.request_id where r.key like $1 limit 1',
        [`${m}-%`])).length > 0,
      { what: 'legs are being placed', seconds: 30, everyMs: 1 }
    )
    if (moment > 0) await pause(moment)
    await kill(child)
  }
  start()
  await until(async () => await none('state <> \'finished\''), { what: 'every request is finished', seconds: 60, everyMs: 100 })

  const rung = await until(async () => {
    const now = await exchange.rung()
    return [...now.values()].reduce((sum, times) => sum + times, 0) >= numbers.length && now
  }, { what: 'the carrier has written down whom it rang' })
  const wrong = numbers.filter(number => rung.get(number) !== 1).map(number => `${number}: ${rung.get(number) ?? 0}`)
  t.strictSame(wrong, [], 'every number was rung exactly once')
  const outcomes = await db.query<{ outcome: string, n: number }>('select outcome, count(*)::int as n from dial_request group by outcome')
  t.strictSame(outcomes, [{ outcome: 'declined', n: moments.length * perMoment }])
  const [again] = await db.query<{ n: number }>('select count(*)::int as n from leg where placings > 1')
  t.comment(`${again?.n ?? 0} of ${numbers.length} legs were placed by another process than the one that wrote them`)
})
