// Which changes of an agent wake those who wait: one who becomes free does, one who did not answer does not.
import t from 'tap'
import { createWakes } from '../../../src/features/agents/queue/wakes.ts'
import type { LiveState } from '../../../src/pbx/live-state.ts'

type Agent = NonNullable<ReturnType<LiveState['agent']>>
const free: Agent = { extension: '8003', telephone: 'NOT_INUSE', signedIn: true, paused: false, reason: '', ringingFor: null }
const rung: Agent = { ...free, ringingFor: 'one' }
const ringing: Agent = { ...rung, telephone: 'RINGING' }
const stopped: Agent = { ...free, telephone: 'RINGING' }
const talking: Agent = { ...free, telephone: 'INUSE' }
const resting: Agent = { ...free, paused: true }

const table: Array<[what: string, before: Agent[], wakes: boolean]> = [
  ['free from the first', [free], true],
  ['after a talk', [rung, ringing, talking, free], true],
  ['after a talk whose answer is told before the telephone says it', [rung, ringing, stopped, talking, free], true],
  ['back from a rest', [resting, free], true],
  ['declined at once', [rung, free], false],
  ['rang out', [rung, ringing, stopped, free], false],
  ['declined, and has rested', [rung, resting, free], true],
  ['paused', [resting], false]
]

for (const [what, changes, wakes] of table) {
  t.test(what, async t => {
    const looked: string[] = []
    let agent = free
    let at = 0
    const node = {
      name: 'pbx1',
      live: {
        agent: () => agent,
        agents: () => [agent],
        callers: () => [{ uniqueId: 'one', channel: 'PJSIP/trunk-1', priority: 0, since: new Date(0) }]
      },
      switchboard: { queueLook: async (channel: string) => { looked.push(channel) } }
    }
    const waking = createWakes(() => at)
    for (const [i, next] of changes.entries()) {
      agent = next
      if (i < changes.length - 1) waking.heard({ ...node, live: { ...node.live, callers: () => [] } }, { kind: 'agent', extension: '8003' })
      else waking.heard(node, { kind: 'agent', extension: '8003' })
    }
    t.equal(looked.length > 0, wakes)
    at = 1001
    looked.length = 0
    await null
    await null
    waking.heard(node, { kind: 'queue', uniqueId: 'two', what: 'abandoned' })
    t.equal(looked.length > 0, !agent.paused, 'a second later')
  })
}
