import t from 'tap'
import { recordingGoesOn } from '../../../src/node/recording-guard.ts'

t.test('recording stops below 10 % free and begins again above 12 %', async t => {
  for (const [share, on, goesOn] of [
    [0.5, true, true], [0.1, true, true], [0.099, true, false], [0.11, false, false], [0.12, false, false], [0.13, false, true],
    [0.05, false, false]
  ] as const) {
    t.equal(recordingGoesOn(share, on), goesOn, `${share} ${String(on)}`)
  }
})
