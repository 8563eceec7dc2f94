import { test } from 'tap'
import { createCalls } from '../../../src/edge/calls.ts'
import { createRefusalCounts, others } from '../../../src/edge/refusal-counts.ts'

test('a call counts once: as sent, and from the next list of its node on as one it has', async t => {
  const calls = createCalls()
  const first = calls.send('a', '+8613900001010', 0)
  t.same(calls.of('a', 50), { said: 0, sent: 1 })
  calls.said('a', [], 50)
  t.same(calls.of('a', 60), { said: 0, sent: 1 }, 'a list asked for at once cannot have it yet')
  calls.said('a', ['+8613900001010'], 200)
  t.same(calls.of('a', 210), { said: 1, sent: 0 })
  t.equal(calls.ofNumber('+8613900001010', 210), 1)
  calls.said('a', [], 1200)
  t.equal(calls.ofNumber('+8613900001010', 1210), 0, 'it has ended')
  calls.free(first)
  t.equal(calls.all(1210, 1), 0)
})

test('a call the next node took is counted there', async t => {
  const calls = createCalls()
  const sent = calls.send('a', null, 0)
  calls.answered(sent, 'b', 1100)
  calls.said('a', [], 1200)
  t.same([calls.of('a', 1300), calls.of('b', 1300)], [{ said: 0, sent: 0 }, { said: 0, sent: 1 }])
  calls.said('b', [''], 1150)
  t.same(calls.of('b', 1300), { said: 1, sent: 0 })
})

test('other edges are taken to have sent as much; nothing counts for ever', async t => {
  const calls = createCalls()
  calls.said('a', ['1390000', '1390000', ''], 0)
  calls.send('a', '1390000', 0)
  t.equal(calls.all(10, 2), 5)
  t.equal(calls.ofNumber('1390000', 10), 3)
  t.equal(calls.all(400_000, 2), 0)
  calls.send('b', null, 400_000)
  calls.forget('b')
  t.equal(calls.all(400_001, 1), 0)
})

test('refusals: the first of a source and reason in a minute is a line, the rest its count', async t => {
  const counts = createRefusalCounts(3)
  for (const at of [0, 100, 59_999, 60_000]) counts.note('10.0.0.1', 'stranger', at)
  counts.note('10.0.0.1', 'flood', 0)
  const taken = counts.take()
  t.same(taken, [
    { minute: 0, source: '10.0.0.1', reason: 'stranger', count: 3 },
    { minute: 60_000, source: '10.0.0.1', reason: 'stranger', count: 1 },
    { minute: 0, source: '10.0.0.1', reason: 'flood', count: 1 }
  ])
  t.same(counts.take(), [])
  counts.putBack(taken)
  t.same(counts.take(), taken)
})

test('with too many sources in a minute they are counted together, and none is lost', async t => {
  const counts = createRefusalCounts(3)
  for (let i = 0; i < 100; i++) counts.note(`10.0.0.${i}`, 'stranger', 0)
  const taken = counts.take()
  t.equal(taken.length, 4)
  t.equal(taken.find(one => one.source === others)?.count, 97)
  for (let minute = 0; minute < 1000; minute++) counts.note('10.0.0.1', 'stranger', minute * 60_000)
  t.equal(counts.take().length, 6, 'with the database away for hours it stays bounded')
})

test('a node that says nothing more fills neither room nor limits; the choice still knows what it had', async t => {
  const calls = createCalls()
  calls.said('a', ['1390000'], 0)
  calls.send('a', '1390000', 100)
  t.same([calls.all(4000, 1), calls.ofNumber('1390000', 4000)], [2, 2])
  t.same([calls.all(6000, 1), calls.ofNumber('1390000', 6000)], [0, 0])
  t.same(calls.of('a', 6000), { said: 1, sent: 1 })
  t.same(calls.of('a', 400_000), { said: 0, sent: 0 })
})

test('lines a minute are bounded, however often they are taken', async t => {
  const counts = createRefusalCounts(3)
  const rows = new Set<string>()
  let refused = 0
  for (let i = 0; i < 100; i++) {
    counts.note(`10.0.0.${i}`, 'stranger', 0)
    counts.note('10.0.0.0', 'stranger', 0)
    for (const { source, count } of counts.take()) {
      rows.add(source)
      refused += count
    }
  }
  t.same([...rows], ['10.0.0.0', '10.0.0.1', '10.0.0.2', others])
  t.equal(refused, 200, 'and none is lost')
  counts.note('10.0.0.99', 'stranger', 60_000)
  t.match(counts.take(), [{ source: '10.0.0.99' }], 'the next minute has its own')
})
