import t from 'tap'
import type { WorkingCalendar } from '../../../src/calendar/rules/working-time.ts'
import { compareDay } from '../../../src/features/interfaces/incoming/rules/compare-day.ts'
import { formOf, judge, triedAgainAt, type Forms } from '../../../src/features/interfaces/incoming/rules/judge.ts'
import { silentSince } from '../../../src/features/interfaces/incoming/rules/silent-since.ts'
import { readStrictly } from '../../../src/features/interfaces/incoming/rules/strict-json.ts'
import type { Cycle } from '../../../src/features/interfaces/registry/rules/interface-words.ts'

const now = new Date('2026-11-23T08:00:00Z')
const later = (seconds: number): Date => new Date(now.getTime() + seconds * 1000)

t.test('JSON that has one meaning alone', async t => {
  const rows: Array<[text: string, fault: string | null]> = [
    ['{"a":1}', null], ['{"a":{"a":1},"b":[{"a":1},{"a":2}]}', null], ['"x"', null], ['[]', null], ['{"a":"{\\"a\\":1,\\"a\\":2}"}', null],
    ['{"a":"b","b":"a"}', null], ['["a","a",{"a":["a","a"]}]', null], ['{"\\u0061b":1,"b":2}', null], ['{"a":"\\\\","b":"\\""}', null],
    ['', 'no-json'], ['{"a":1', 'no-json'], ['{"a":1}}', 'no-json'], ["{'a':1}", 'no-json'], ['{"a":NaN}', 'no-json'],
    ['<a/>', 'no-json'], ['\uFEFF{}', 'no-json'],
    ['{"a":1,"a":2}', 'key-twice'], ['{"a":1,"\\u0061":2}', 'key-twice'], ['[{"b":[],"c":{},"b":1}]', 'key-twice'],
    ['{"a":"\\ud800"}', 'broken-text'], ['{"\\udc00":1}', 'broken-text'], ['{"a":"\\u0000"}', 'broken-text'],
    ['{"__proto__":{"a":1}}', 'broken-text'], ['{"a":"__proto__"}', null],
    ['['.repeat(32) + ']'.repeat(32), null], ['['.repeat(33) + ']'.repeat(33), 'too-deep'],
    ['{"a":'.repeat(33) + '1' + '}'.repeat(33), 'too-deep']
  ]
  for (const [text, fault] of rows) {
    const read = readStrictly(text)
    t.equal('fault' in read ? read.fault : null, fault, text.slice(0, 40))
  }
  t.same(readStrictly('{"a":[1,"二"]}'), { value: { a: [1, '二'] } })
})

const forms: Forms = new Map([['level.report', new Map([
  ['1', (data: unknown) =>
    JSON.stringify(data).includes('"level"') ? [] : [{ path: '/data/level', code: 'missing', message: 'is missing' }]],
  ['2', () => []]
])]])
const message = (more: object = {}): string =>
  JSON.stringify({ type: 'level.report', version: '1', timestamp: '2026-11-23T07:59:00Z', data: { level: 3 }, ...more })

t.test('what a message says', async t => {
  t.same(formOf(message(), forms),
    { kind: 'level.report', version: '1', at: new Date('2026-11-23T07:59:00Z'), data: { level: 3 } })
  const rows: Array<[more: object, reason: string, paths: string[]]> = [
    [{ type: undefined }, 'bad-schema', ['/type']],
    [{ type: 'a b' }, 'bad-schema', ['/type']],
    [{ version: 1 }, 'bad-schema', ['/version']],
    [{ timestamp: '2026-11-23' }, 'bad-schema', ['/timestamp']],
    [{ timestamp: '2026-11-23T07:59:00' }, 'bad-schema', ['/timestamp']],
    [{ timestamp: '2026-13-23T07:59:00Z' }, 'bad-schema', ['/timestamp']],
    [{ timestamp: '1026-11-23T07:59:00Z' }, 'bad-schema', ['/timestamp']],
    [{ data: [] }, 'bad-schema', ['/data']],
    [{ data: null, version: '' }, 'bad-schema', ['/version', '/data']],
    [{ extra: 1 }, 'bad-schema', ['/extra']],
    [{ data: {} }, 'bad-schema', ['/data/level']],
    [{ data: {}, version: '2' }, 'taken', []],
    [{ version: '3' }, 'unknown-version', ['/version']],
    [{ type: 'level.other' }, 'unknown-kind', ['/type']],
    [{ type: 'constructor' }, 'unknown-kind', ['/type']]
  ]
  for (const [more, reason, paths] of rows) {
    const form = formOf(message(more), forms)
    t.same('reason' in form ? [form.reason, form.faults.map(f => f.path)] : ['taken', []], [reason, paths], JSON.stringify(more))
  }
  t.match(formOf(message({ version: '9' }), forms), { kind: 'level.report', version: '9' }, 'what could be read is shown')
  for (const text of ['[]', '1', 'null', '{"type":']) {
    const code = text.endsWith(':') ? 'no-json' : 'no-object'
    t.match(formOf(text, forms), { reason: 'bad-schema', faults: [{ path: '', code }], kind: null })
  }
  t.notOk(JSON.stringify(formOf(message({ timestamp: '13900001001' }), forms)).includes('139'), 'never a value')
})

t.test('what becomes of a message', async t => {
  const of = (text: string, sentAt: Date, earlier: string[] = []): string => {
    const judged = judge({ text, sentAt, earlier }, { forms, toleranceMs: 300_000, now })
    return 'repeats' in judged ? `repeats ${judged.repeats}` : 'take' in judged ? 'take' : judged.quarantine.reason
  }
  const other = message({ data: { level: 4 } })
  const rows: Array<[text: string, sent: number, earlier: string[], becomes: string]> = [
    [message(), 0, [], 'take'], [message(), 300, [], 'take'], [message(), -300, [], 'take'],
    [message(), 301, [], 'clock-skew'], [message(), -301, [], 'clock-skew'], [message(), 3600, [], 'clock-skew'],
    [message(), 0, [message()], 'repeats 0'],
    // a repeat is known by its words, however late it comes, and however it was judged before
    [message(), -86_400, [message()], 'repeats 0'], ['{', 0, ['{'], 'repeats 0'], [message(), 0, [other, message()], 'repeats 1'],
    [other, 0, [message()], 'words-differ'], ['{', 0, [message()], 'words-differ'], [other, 3600, [message()], 'words-differ'],
    // a torn message a clock off is torn: that is what a person mends
    ['{', 3600, [], 'bad-schema'], [message({ version: '3' }), 0, [], 'unknown-version'], [message({ type: 'x' }), 0, [], 'unknown-kind']
  ]
  for (const [text, sent, earlier, becomes] of rows) {
    t.equal(of(text, later(sent), earlier), becomes, `${text.slice(0, 30)} sent ${sent}, ${earlier.length} before: ${becomes}`)
  }
})

t.test('a fault of ours is tried five times', async t => {
  t.same([1, 2, 3, 4, 5].map(tries => triedAgainAt(tries, now)), [later(5), later(60), later(300), later(1800), null])
})

t.test('since when a sender is silent', async t => {
  const calendar: WorkingCalendar = {
    timeZone: 'Asia/Shanghai',
    editions: new Map([[2026, 1]]),
    exceptions: new Map([['2026-10-01', false], ['2026-10-02', false], ['2026-10-05', false], ['2026-10-10', true]])
  }
  const at = (local: string): Date => new Date(`2026-${local.replace(' ', 'T')}:00+08:00`)
  const rows: Array<[cycle: Cycle, last: string, now: string, silent: boolean]> = [
    ['at-once', '11-23 08:00', '11-24 08:00', false], ['at-once', '11-23 08:00', '11-24 08:01', true],
    ['hourly', '11-23 08:00', '11-23 10:00', false], ['hourly', '11-23 08:00', '11-23 10:01', true],
    ['daily', '11-23 08:00', '11-24 10:00', false], ['daily', '11-23 08:00', '11-24 10:01', true],
    // a Friday: Saturday and Sunday do not count
    ['working-day', '11-20 08:00', '11-23 09:59', false], ['working-day', '11-20 08:00', '11-23 10:01', true],
    // the day before the holiday; 3 and 4 October are a weekend, 6 October is worked
    ['working-day', '09-30 08:00', '10-06 09:59', false], ['working-day', '09-30 08:00', '10-06 10:01', true],
    // a Saturday that is worked
    ['working-day', '10-09 08:00', '10-10 10:01', true],
    ['weekly', '11-02 08:00', '11-09 10:00', false], ['weekly', '11-02 08:00', '11-09 10:01', true],
    ['monthly', '10-01 08:00', '11-01 10:00', false], ['monthly', '10-01 08:00', '11-01 10:01', true],
    ['on-demand', '01-01 08:00', '11-23 08:00', false]
  ]
  for (const [cycle, last, now, silent] of rows) {
    t.same(silentSince(cycle, at(last), calendar, at(now)), silent ? at(last) : null, `${cycle}: ${last} … ${now}`)
  }
})

t.test('both books of a day', async t => {
  const rows: Array<[theirs: string[], had: string[], ours: string[], missing: string[], extra: string[]]> = [
    [[], [], [], [], []],
    [['a', 'b'], ['a', 'b'], ['a', 'b'], [], []],
    [['a', 'b', 'c'], ['a', 'c'], ['a', 'c'], ['b'], []],
    [['a'], ['a'], ['a', 'b'], [], ['b']],
    // sent before midnight, arrived after it: not missing
    [['a', 'b'], ['a', 'b'], ['a'], [], []],
    // they name one twice
    [['a', 'a'], [], [], ['a'], []]
  ]
  for (const [theirs, had, ours, missing, extra] of rows) {
    t.same(compareDay({ theirs, had, ours }), { missing, extra }, `${theirs.join()} / ${ours.join()}`)
  }
})
