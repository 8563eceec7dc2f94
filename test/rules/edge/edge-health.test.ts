import { test } from 'tap'
import { isHealthy, next, testCallAfterMs, unknownHealth, type Health, type Seen } from '../../../src/edge/rules/health.ts'

const after = (...seen: Seen[]): Health => seen.reduce(next, unknownHealth)
const up: Seen[] = ['answered', 'answered']

const table: Array<[what: string, seen: Seen[], expected: boolean]> = [
  ['unknown: no calls', [], false],
  ['one answer is no proof', ['answered'], false],
  ['two in a row are', up, true],
  ['an answer, a silence, an answer', ['answered', 'silent', 'answered'], false],
  ['one lost packet ends nothing', [...up, 'silent'], true],
  ['nor do two', [...up, 'silent', 'silent'], true],
  ['three in a row do', [...up, 'silent', 'silent', 'silent'], false],
  ['an answer between begins anew', [...up, 'silent', 'silent', 'answered', 'silent'], true],
  ['a call that was passed over counts as a silence', [...up, 'silent', 'passed-over', 'passed-over'], false],
  ['a lucky answer after that begins nothing', [...up, 'silent', 'silent', 'silent', 'answered'], false],
  ['back with the second', [...up, 'silent', 'silent', 'silent', ...up], true],
  ['answers OPTIONS and takes no call', [...up, 'call-failed', 'call-failed', 'answered', 'answered'], false],
  ['one failed test call is tried again first', [...up, 'call-failed'], true],
  ['OPTIONS alone bring it not back', [...up, 'call-failed', 'call-failed', 'silent', 'answered'], false],
  ['a call that is taken does', [...up, 'call-failed', 'call-failed', 'call-taken'], true],
  ['takes calls and answers no OPTIONS', ['call-taken'], false],
  ['never heard: the way of the sound may be closed', [...up, 'call-taken', 'no-sound', 'no-sound', 'no-sound'], true],
  ['heard once, then once not', [...up, 'call-taken', 'sound', 'no-sound'], true],
  ['heard once, then twice not', [...up, 'call-taken', 'sound', 'no-sound', 'call-taken', 'no-sound'], false],
  ['heard again', [...up, 'call-taken', 'sound', 'no-sound', 'no-sound', 'sound'], true]
]

test('a node is given calls by what was seen of it, with hysteresis', async t => {
  for (const [what, seen, expected] of table) t.equal(isHealthy(after(...seen)), expected, what)
})

test('a test call that failed is repeated soon', async t => {
  t.equal(testCallAfterMs(after(...up, 'call-taken'), 60_000), 60_000)
  t.equal(testCallAfterMs(after(...up, 'call-taken', 'call-failed'), 60_000), 5000)
  t.equal(testCallAfterMs(after(...up, 'call-failed', 'call-failed'), 60_000), 5000)
  t.equal(testCallAfterMs(after(...up, 'call-taken', 'sound', 'no-sound'), 60_000), 5000)
  t.equal(testCallAfterMs(after(...up), 1000), 1000, 'never less often than wanted')
})
