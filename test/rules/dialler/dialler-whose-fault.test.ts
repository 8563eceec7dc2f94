// What the far ends of a real exchange were seen to leave behind, and what it means.
import { readFileSync } from 'node:fs'
import { test } from 'tap'
import type { LegOutcome } from '../../../src/domain/telephone/legs.ts'
import { judge, type LegEnding } from '../../../src/dialler/legs/rules/whose-fault.ts'
import { whoseFaultPage } from '../../../src/dialler/legs/whose-fault-page.ts'

const seen: Array<[
  what: string, cause: number, sip: number | null, state: string | null, outcome: LegOutcome, theirs: boolean, late?: number
]> = [
  ['nothing at the trunk\'s address, our time-out', 19, 0, 'down', 'no-response', false],
  ['nothing at the trunk\'s address, SIP\'s own time-out', 18, 0, 'down', 'no-response', false],
  ['rings until our time-out', 19, 180, 'ringing', 'no-answer', true],
  ['early media until our time-out', 19, 183, 'down', 'no-answer', true],
  ['100 and nothing more', 19, 100, 'down', 'congestion', false],
  ['486 at once', 17, 486, 'down', 'busy', true],
  ['486 after early media', 17, 486, 'down', 'busy', true],
  ['480: switched off', 19, 480, 'down', 'no-answer', true],
  ['603', 21, 603, 'down', 'rejected', true],
  ['603 after ringing', 21, 603, 'ringing', 'rejected', true],
  ['403: a gateway\'s word for a callee who rejects', 21, 403, 'down', 'rejected', true],
  ['402: our account is empty', 21, 402, 'down', 'congestion', false],
  ['407: our account is unknown', 21, 407, 'down', 'congestion', false],
  ['302', 23, 302, 'down', 'rejected', true],
  ['404 at once', 1, 404, 'down', 'unallocated', true],
  ['404 after ringing: the number is there', 1, 404, 'ringing', 'no-answer', true],
  ['484', 28, 484, 'down', 'unallocated', true],
  ['no route', 3, 404, 'down', 'congestion', false],
  ['no route to the network', 2, 404, 'down', 'congestion', false],
  ['500 at once', 38, 500, 'down', 'congestion', false],
  ['502 at once', 27, 502, 'down', 'congestion', false],
  ['503 at once', 34, 503, 'down', 'congestion', false],
  ['504 at once', 102, 504, 'down', 'congestion', false],
  ['488 at once', 58, 488, 'down', 'congestion', false],
  ['500 after ringing', 38, 500, 'ringing', 'no-answer', true],
  ['503 after ringing', 34, 503, 'ringing', 'no-answer', true],
  ['488 after ringing', 58, 488, 'ringing', 'no-answer', true],
  ['answered while the PBX was frozen', 19, 200, 'ringing', 'pbx-lost', false, 5],
  ['answered as our time-out ends the ringing: the 200 crosses our CANCEL', 19, 200, 'ringing', 'no-answer', true],
  ['answered in the instant of our CANCEL, journalled so: it rang its time', 19, 180, 'ringing', 'no-answer', true],
  ['answered with a codec we do not have, or port 0', 58, 200, 'down', 'congestion', false],
  ['answered so after ringing', 58, 200, 'ringing', 'congestion', false],
  ['answered without SDP', 127, 200, 'up', 'congestion', false],
  ['answered, its row lost, and hung up', 16, 200, 'up', 'answered-not-confirmed', true],
  ['answered, its row lost, and the telephone vanished', 44, 200, 'up', 'answered-not-confirmed', true],
  ['607: the callee does not want such calls', 127, 607, 'down', 'rejected', true],
  ['608: a service refuses for the callee', 127, 608, 'ringing', 'rejected', true],
  ['the PBX was frozen while it rang', 19, 180, 'ringing', 'pbx-lost', false, 5],
  ['a busy PBX hangs up a little late', 19, 180, 'ringing', 'no-answer', true, 1],
  ['busy after a long freeze is busy', 17, 486, 'ringing', 'busy', true, 5],
  ['not reported: as the cause says', 19, null, null, 'no-answer', true],
  ['not reported: the network', 34, null, null, 'congestion', false]
]

for (const [what, cause, sip, state, outcome, theirs, lateSeconds = 0] of seen) {
  test(`fault: ${what}`, async t => {
    t.same(judge({ cause, sip, state, lateSeconds }), { outcome, theirs })
  })
}

test('every cause has a verdict, and no route is never the callee\'s fault', async t => {
  for (let cause = 0; cause <= 127; cause++) {
    for (const state of ['down', 'ringing', 'up', null]) {
      const ending: LegEnding = { cause, sip: 500, state, lateSeconds: 0 }
      t.type(judge(ending).outcome, 'string')
      if (cause === 2 || cause === 3) t.equal(judge(ending).theirs, false)
    }
  }
})

test('docs/whose-fault.md is the table', async t => {
  t.equal(readFileSync(new URL('../../../docs/whose-fault.md', import.meta.url), 'utf8'), whoseFaultPage())
})
