import { pino } from 'pino'
import t from 'tap'
import { createPump } from '../../../src/queue/pump.ts'
import { createSweeper } from '../../../src/queue/sweeper.ts'
import { adjustableClock } from '../../../src/domain/time/clock.ts'
import { until } from '../../../src/servers/until.ts'

const quiet = pino({ level: 'silent' })
const pause = async (ms: number): Promise<void> => await new Promise(resolve => setTimeout(resolve, ms))

t.test('rounds never overlap, and work that came meanwhile is looked at', async t => {
  let inside = 0
  let together = 0
  let rounds = 0
  let work = 0
  let done = 0
  const pump = createPump({
    name: 'p',
    log: quiet,
    pollMs: 60_000,
    work: async () => {
      together = Math.max(together, ++inside)
      const found = work
      await pause(2)
      done = found
      rounds++
      inside--
      return false
    }
  })
  t.teardown(async () => await pump.stop())
  for (let i = 0; i < 100; i++) {
    work++
    pump.wake()
    if (i % 10 === 0) await pause(1)
  }
  await pump.settled()
  t.equal(done, 100)
  t.equal(together, 1)
  t.ok(rounds < 60, `${rounds} rounds for 100 wakes`)
})

t.test('wakes during a rest are done together afterwards; urgent ones need not wait', async t => {
  let rounds = 0
  let resting = 60_000
  const pump = createPump({
    name: 'p',
    log: quiet,
    pollMs: 120_000,
    restMs: () => resting,
    work: async () => {
      rounds++
      return false
    }
  })
  t.teardown(async () => await pump.stop())
  await pump.settled()
  for (let i = 0; i < 20; i++) pump.wake()
  await pause(20)
  t.equal(rounds, 1, 'nobody wakes it')
  resting = 10
  await pump.settled()
  t.equal(rounds, 2, 'a caller that waits for a round gets one')
  for (let i = 0; i < 20; i++) pump.wake()
  await until(() => rounds > 2, { what: 'it goes on by itself, long before the poll' })
  resting = 0
  await pump.settled()
  const before = rounds
  pump.wake()
  await until(() => rounds > before, { what: 'rested, it is woken again' })
})

t.test('a failing round is repeated with growing pauses, and waking does not shorten them', async t => {
  let failing = true
  let tries = 0
  const said: string[] = []
  const pump = createPump({
    name: 'p',
    log: pino({ level: 'info' }, { write: text => { said.push(text) } }),
    pollMs: 5,
    maxPauseMs: 200,
    work: async () => {
      tries++
      if (failing) throw new Error('away')
      return false
    }
  })
  t.teardown(async () => await pump.stop())
  const begun = performance.now()
  const passed = (): number => performance.now() - begun
  await until(() => {
    pump.wake()
    return tries >= 3 && passed() >= 700
  }, { what: 'it fails again and again', everyMs: 1 })
  // Pauses of 100 ms, then of 200.
  t.ok(tries <= 3 + passed() / 200, `${tries} tries in ${Math.round(passed())} ms`)
  t.ok(pump.failures() >= 3)
  failing = false
  await until(() => pump.failures() === 0, { what: 'works again', seconds: 30 })
  t.equal(said.length, 2, 'said once that it fails and once that it works')
})

t.test('a slow sweep delays no other, never overlaps itself, and a failing one runs again', async t => {
  const clock = adjustableClock()
  let inside = 0
  let together = 0
  let fast = 0
  let failing = 0
  const sweeper = createSweeper({
    clock,
    log: quiet,
    paceMs: { ordinary: 5, emergency: 2 },
    sweeps: [
      { name: 'slow', pace: 'ordinary', run: async () => { together = Math.max(together, ++inside); await pause(60); inside-- } },
      { name: 'fast', pace: 'emergency', run: async () => { fast++ } },
      { name: 'failing', pace: 'ordinary', run: async () => { if (++failing < 3) throw new Error('not yet') } }
    ]
  })
  await until(() => fast >= 10 && failing >= 4, { what: 'they ran', seconds: 30 })
  await Promise.all([sweeper.runOnce(), sweeper.runOnce()])
  t.equal(together, 1)
  t.match(sweeper.status(), [{ name: 'slow', failures: 0 }, { name: 'fast' }, { name: 'failing', failures: 0 }])
  await sweeper.close()
  const after = fast
  await pause(20)
  t.equal(fast, after, 'nothing runs after closing')
})
