import { test } from 'tap'
import { maxPlacings, overrun, reconcile, type LegInDoubt, type Reconciling } from '../../../src/dialler/placing/rules/reconciling.ts'

const placing: LegInDoubt = {
  state: 'placing',
  hasChannel: false,
  hangupWanted: false,
  allowedNow: true,
  placings: 1,
  refused: false,
  over: false,
  beforeStart: false
}
const table: Array<[what: string, leg: Partial<LegInDoubt>, verdict: Reconciling]> = [
  ['neither journal nor channels know it', {}, 'place-again'],
  ['its channel lives', { hasChannel: true }, 'leave'],
  ['its channel lives, whatever the PBX said', { hasChannel: true, refused: true }, 'leave'],
  ['its channel lives though it was called back', { hasChannel: true, hangupWanted: true }, 'hang-up'],
  ['called back before it was placed', { hangupWanted: true }, 'withdrawn'],
  ['the PBX said no', { refused: true }, 'not-placed'],
  ['the allowed hours are over', { allowedNow: false }, 'not-placed'],
  ['told often enough', { placings: maxPlacings }, 'not-placed'],
  ['the PBX said how it ended, and wrote nothing', { over: true }, 'over'],
  ['it said no and how it ended: it was busy', { over: true, refused: true }, 'over'],
  ['it said how it ended, and was started anew since', { over: true, beforeStart: true }, 'over'],
  ['it said how it ended, and nobody wanted it any more', { over: true, hangupWanted: true }, 'over'],
  ['it said the end of an earlier try, and its channel lives', { over: true, hasChannel: true }, 'leave'],
  ['placed before the PBX started, never made', { beforeStart: true }, 'place-again'],
  ['it rang, and channel and end are gone with the PBX', { state: 'ringing', beforeStart: true }, 'lost'],
  ['in mid-call, and channel and end are gone with the PBX', { state: 'confirmed', beforeStart: true }, 'lost'],
  ['it rang, and channel and end are gone', { state: 'ringing' }, 'unreported'],
  ['in mid-call, and channel and end are gone', { state: 'confirmed' }, 'unreported'],
  ['ended meanwhile', { state: 'ended' }, 'leave']
]
for (const [what, leg, verdict] of table) {
  test(what, async t => { t.equal(reconcile({ ...placing, ...leg }), verdict) })
}

const inScript = { state: 'Up', context: 'script-emergency', bridgeId: '' }
const ringing = { state: 'ringing', hangupWanted: false, hangupAnswered: false } as const
const answered = { ...ringing, state: 'answered' } as const
const overruns: Array<[what: string, ...Parameters<typeof overrun>, verdict: ReturnType<typeof overrun>]> = [
  ['rings for too long', ringing, { ...inScript, state: 'Ringing' }, 'hang-up'],
  ['rings for too long, and has no channel', ringing, undefined, 'hang-up'],
  ['rings for too long by the rows, and is answered', ringing, inScript, 'leave'],
  ['taken back while it rings', { ...ringing, hangupWanted: true }, { ...inScript, state: 'Ringing' }, 'hang-up'],
  ['taken back, and answered', { ...ringing, hangupWanted: true }, inScript, 'answered'],
  ['taken back before it rang by the rows, and answered', { ...ringing, state: 'placing', hangupWanted: true }, inScript, 'answered'],
  ['taken back even if answered', { ...ringing, hangupWanted: true, hangupAnswered: true }, inScript, 'hang-up'],
  ['out of its time in its script', answered, inScript, 'hang-up'],
  ['out of its time in a question', answered, { ...inScript, context: 'sub-ask' }, 'hang-up'],
  ['in a bridge', answered, { ...inScript, bridgeId: 'b' }, 'bounded'],
  ['in a queue', { ...answered, state: 'confirmed' }, { ...inScript, context: 'queue' }, 'bounded'],
  ['in a talk, and to end even so', { ...answered, hangupWanted: true, hangupAnswered: true }, { ...inScript, bridgeId: 'b' }, 'hang-up']
]
for (const [what, leg, channel, verdict] of overruns) {
  test(`should be over: ${what}`, async t => { t.equal(overrun(leg, channel), verdict) })
}
