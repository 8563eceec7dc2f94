// A command staff dialled into one conference: our emergency dial against a bare loop of originates, alternating on the
// same machine. Telephones answer at once and press 2 after 200 ms, which are subtracted on both sides. A run begins
// when it is asked for and ends with the last join by the PBX's own clock.
// node bench/mass-dial.ts [people …]: 100 and 400 unless told otherwise.
import { warmUp } from './dial/bare-script.ts'
import { pressesAfterMs, startMassDial } from './dial/mass-dial-stage.ts'

const sizes = process.argv.slice(2).map(Number)
const runs = Number(process.env.RUNS ?? 5)
const wanted: Record<number, number> = { 100: 1.2, 400: 0.6 }
const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN

const stage = await startMassDial()
try {
  // both sides have dialled so many before they are measured
  await stage.ours(warmUp)
  for (const people of sizes.length > 0 ? sizes : [100, 400]) {
    const bare: number[] = []
    const ours: number[] = []
    const timeline: number[] = []
    for (let run = 0; run < runs; run++) {
      bare.push(await stage.bare(people) - pressesAfterMs)
      const own = await stage.ours(people)
      ours.push(own.lastJoinMs - pressesAfterMs)
      timeline.push(own.timelineMs)
    }
    console.log(JSON.stringify({
      figure: `mass-dial-${people}`,
      ours: Math.round(median(ours)),
      bare: Math.round(median(bare)),
      unit: 'ms',
      ratio: Math.round(median(ours) / median(bare) * 100) / 100,
      ...(wanted[people] === undefined ? {} : { wanted: wanted[people] }),
      runs: { ours: ours.map(Math.round), bare: bare.map(Math.round) },
      timelineCompleteMs: Math.round(Math.max(...timeline)),
      timelineWanted: 2000
    }))
  }
} finally {
  await stage.stop()
}
