import t from 'tap'
import { createAwaited } from '../../../src/features/agents/queue/awaited.ts'

let now = 0
const awaited = createAwaited(() => now)
awaited.note(['a', 'b'], ['a'])
t.same([awaited.has('a'), awaited.has('b')], [true, false], 'who has an agent is to be rung')
now = 1900
awaited.note(['a', 'b'], ['a', 'b'])
t.same([awaited.has('a'), awaited.has('b')], [true, true])
now = 2100
awaited.note(['a', 'b'], ['b'])
awaited.note(['a', 'b'], ['a', 'b'])
t.same([awaited.has('a'), awaited.has('b')], [false, true], 'after two seconds nobody waits for it, however often an agent is given')
awaited.note(['b'], ['b'])
awaited.note(['a', 'b'], ['a', 'b'])
t.ok(awaited.has('a'), 'rung in vain and waiting anew: it counts anew')
