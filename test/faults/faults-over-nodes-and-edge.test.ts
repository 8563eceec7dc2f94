// One part after another breaks under load: nothing is lost, and nobody is rung twice. A minute of it; `npm run faults` does two hundred.
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { createChance } from '../harness/chance.ts'
import { faults } from './faults.ts'
import { startTown } from './town.ts'
import { comesToRest, wrongsOf } from './truths.ts'

const wanted = Number(process.env.FAULTS ?? 0)
const seed = Number(process.env.FAULTS_SEED ?? 1)
const excerptMs = 60_000

await t.test(`${wanted > 0 ? `${wanted} faults` : 'a minute of faults'} over nodes and edge`, async t => {
  const town = await startTown(t)
  const chance = createChance(seed)
  const end = performance.now() + excerptMs
  let made = 0
  const more = (): boolean => wanted > 0 ? made < wanted : performance.now() < end
  const load = setInterval(() => { town.dials(6 + chance.share() * 8).catch((error: unknown) => { t.fail(String(error)) }) }, 1500)
  t.teardown(() => { clearInterval(load) })
  // every kind once before any comes again
  for (let order: typeof faults[number][] = []; more(); made++) {
    if (order.length === 0) order = [...faults].sort(() => chance.share() - 0.5)
    const fault = order.pop()
    t.comment(`fault ${made + 1} of seed ${seed}: ${fault?.name}`)
    await fault?.does(town, chance)
    await pause(1000 + chance.share() * 3000)
  }
  clearInterval(load)
  await comesToRest(town)
  t.comment(`${made} faults, ${town.citizens.length} citizens`)
  t.same(await wrongsOf(town), [])
})
