import t from 'tap'
import { minTalkMs, talkedMs } from '../../../src/features/emergency/conference/rules/talk.ts'

const at = (ms: number): Date => new Date(Date.UTC(2026, 10, 22, 8) + ms)

t.test('they spoke when both were on the line for a second, from the later one\'s coming to the end', async t => {
  const cases: Array<[string, [number | null, number | null, number | null], boolean]> = [
    ['the member never came', [0, null, null], false],
    ['the coordinator never came', [null, 0, null], false],
    ['both there, a moment before the second is full', [0, 9001, null], false],
    ['a second', [0, 9000, null], true],
    ['the member was there first', [9000, 0, null], true],
    ['over a moment before', [0, 100, 1099], false],
    ['over after a second', [0, 100, 1100], true],
    ['over before the other came', [0, 5000, 4000], false]
  ]
  const moment = (ms: number | null): Date | null => ms === null ? null : at(ms)
  for (const [name, [chair, member, over], spoke] of cases) {
    const times = { chair_in_at: moment(chair), member_in_at: moment(member), over_at: moment(over) }
    t.equal(talkedMs(times, at(10_000)) >= minTalkMs, spoke, name)
  }
})
