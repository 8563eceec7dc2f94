// The clock of a parked order: however often and however long it waits, no unit gets more minutes than were given.
import t from 'tap'
import { dateOf, type WorkingCalendar } from '../../../src/calendar/rules/working-time.ts'
import { resumed, type Explanation } from '../../../src/features/work-orders/clocks/rules/deadlines.ts'

const timeZone = 'Asia/Shanghai'
const minute = 60_000
const day = 1440 * minute
const plain: WorkingCalendar = { timeZone, exceptions: new Map(), editions: new Map() }
const editions: readonly WorkingCalendar[] = [
  plain,
  { timeZone, exceptions: new Map([['2026-11-25', false], ['2026-11-28', true]]), editions: new Map([[2026, 1]]) },
  { timeZone, exceptions: new Map([['2026-11-25', true], ['2026-12-01', false]]), editions: new Map([[2026, 2]]) }
]

/** A small generator: the same walks every time. */
function random (seed: number): (max: number) => number {
  let state = seed
  return max => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return Math.floor(state / 0x80000000 * max)
  }
}

/** The test's own count: minutes of working days between two moments, one after the other. */
function worked (from: Date, to: Date, calendar: WorkingCalendar): number {
  let minutes = 0
  for (let at = from.getTime(); at < to.getTime(); at += minute) {
    const weekday = new Date(at + 8 * 60 * minute).getUTCDay()
    if (calendar.exceptions.get(dateOf(new Date(at), timeZone)) ?? (weekday > 0 && weekday < 6)) minutes++
  }
  return minutes
}

const began = new Date('2026-11-23T08:00:00+08:00')
const given = (kind: Explanation['calendar'], minutes: number): Explanation => ({
  policy: 'DEFAULT',
  from: 'dispatch',
  calendar: kind,
  rule: 'minutes',
  minutes,
  used: 0,
  runningSince: began.toISOString(),
  began: began.toISOString(),
  timeZone
})

t.test('by natural time, exactly what was given, over any number of waits', async t => {
  const roll = random(20261123)
  for (let walk = 0; walk < 300; walk++) {
    const minutes = 60 + roll(20_000)
    let e = given('clock', minutes)
    let due = new Date(began.getTime() + minutes * minute)
    let ran = 0
    for (let waits = roll(6); waits > 0; waits--) {
      const since = new Date(e.runningSince)
      const stopped = new Date(since.getTime() + roll(5000) * minute)
      if (stopped >= due) break
      ran += (stopped.getTime() - since.getTime()) / minute
      const next = resumed(e, stopped, new Date(stopped.getTime() + roll(400) * day), editions[roll(3)] ?? plain)
      ;({ explanation: e, dueAt: due } = next)
    }
    ran += (due.getTime() - new Date(e.runningSince).getTime()) / minute
    t.equal(ran, minutes, `walk ${walk}`)
  }
})

t.test('on the working calendar, exactly what was given, by whichever edition', async t => {
  const roll = random(20261219)
  for (let walk = 0; walk < 60; walk++) {
    const minutes = 60 + roll(7000)
    const calendar = editions[roll(3)] ?? plain
    let e = resumed(given('working', minutes), began, began, calendar).explanation
    let ran = 0
    for (let waits = 1 + roll(3); waits > 0; waits--) {
      const since = new Date(e.runningSince)
      const stopped = new Date(since.getTime() + roll(2000) * minute)
      const here = worked(since, stopped, calendar)
      if (ran + here >= minutes) break
      ran += here
      e = resumed(e, stopped, new Date(stopped.getTime() + roll(20) * day), calendar).explanation
    }
    const { dueAt } = resumed(e, new Date(e.runningSince), new Date(e.runningSince), calendar)
    t.equal(ran + worked(new Date(e.runningSince), dueAt, calendar), minutes, `walk ${walk}`)
  }
})

t.test('a clock that had run out does not run again', async t => {
  const e = given('clock', 100)
  const out = resumed(e, new Date(began.getTime() + 100 * minute), new Date(began.getTime() + 30 * day), plain)
  t.same([out.dueAt, out.explanation.runningSince], [new Date(began.getTime() + 100 * minute), e.runningSince])
})
