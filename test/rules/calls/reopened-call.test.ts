import t from 'tap'
import type { Call, Channel } from '../../../src/features/calls/rules/call.ts'
import { reopen } from '../../../src/features/calls/rules/call-progress.ts'
import type { CallFact, Step } from '../../../src/features/calls/rules/call-scene.ts'
import { at, begin, fold, type Line } from './folded-calls.ts'

const trunk = 'PJSIP/trunk-00000001'
const a1 = 'PJSIP/8001-00000002'

t.test('back with a PBX that was taken for lost, a call goes on with the channels that live', async t => {
  const lost = (lines: Line[], uniqueId: string, living: readonly string[], more: Partial<Channel> = {}): Step => {
    const { calls, channels } = fold(lines)
    const of = (id: string): Channel => channels.get(id) as Channel
    const gone: Channel = { ...of(uniqueId), endedAt: at(20), lost: true, ...more }
    const call: Call = { ...calls.get('c') as Call, state: 'ended', endedAt: at(20), endedBy: 'pbx-lost', lost: true }
    const fact: CallFact = {
      row: 99, node: 'pbx1', at: at(40), uniqueId, linkedId: 'c', channel: '', num: '', context: '', exten: '', kind: 'channel-back'
    }
    return reopen({ channel: gone, call, linked: call, living: living.map(of) }, fact)
  }
  const talk: Line[] = [...begin, [2, 'chan-start', 'a', 'c', a1], [3, 'answer', 'a', 'c', a1]]
  const goesOn = { endedAt: null, endedBy: null, lost: false }
  t.match(lost(begin, 'c', []), {
    call: { ...goesOn, state: 'queued' }, channels: [{ endedAt: null, lost: false }], entries: [{ kind: 'reopened', actor: 'citizen' }]
  }, 'who waited waits')
  t.match(lost(begin.slice(0, 3), 'c', []).call, { ...goesOn, state: 'ringing' }, 'in the greeting')
  t.match(lost(talk, 'c', ['a']).call, { ...goesOn, state: 'talking' }, 'in a talk')
  t.match(lost(talk, 'a', ['c']), { call: { state: 'talking' }, entries: [{ actor: '8001' }] })
  t.match(lost([...begin, [60, 'LD_OVERFLOW', 'c', 'c', trunk, { to: 'leader', result: 'ringing' }]], 'c', []).call, { state: 'queued' })
  t.same(lost(begin, 'c', [], { cause: 16 }).channels, [], 'its hang-up was read meanwhile: it is over')
  t.same(lost(begin, 'c', [], { lost: false }).channels, [], 'it had ended by itself')
})
