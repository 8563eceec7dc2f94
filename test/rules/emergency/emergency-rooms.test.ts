import t from 'tap'
import {
  leafRoomsFor, nodeOfRoom, placeRooms, roomFor, roomNumber, roomOn, roomsAfterLoss, withDoors, type Loss, type PlacedRoom
} from '../../../src/features/emergency/rooms/rules/rooms.ts'

/** `a b a`: the PBX of room 0, 1, 2 */
const rooms = (nodes: string): PlacedRoom[] => nodes.split(' ').map((node, number) => ({ number, node }))
const shown = (placed: readonly PlacedRoom[]): string => placed.map(({ number, node }) => `${number}${node}`).join(' ')

t.test('rooms fill evenly and stay small', async t => {
  t.equal(leafRoomsFor(40, 40), 0)
  t.equal(leafRoomsFor(41, 40), 2)
  t.equal(leafRoomsFor(400, 40), 10)
  t.equal(roomFor('i1', 0, 17), 'i1-0')
  const counts = new Map<string, number>()
  for (let i = 0; i < 400; i++) counts.set(roomFor('i1', 10, i), (counts.get(roomFor('i1', 10, i)) ?? 0) + 1)
  t.same([...counts.values()], Array(10).fill(40))
  t.notOk(counts.has('i1-0'), 'nobody but the links sits in the root of a cascade')
})

t.test('leaves are dealt out to the PBXs that can ring members; a conference of one room stays with its root', async t => {
  for (const [leafRooms, root, others, placed] of [
    [0, 'a', ['a', 'b'], '0a'],
    [2, 'a', ['a', 'b'], '0a 1a 2b'],
    [5, 'b', ['a', 'b', 'c'], '0b 1b 2a 3c 4b 5a'],
    [3, 'a', ['b'], '0a 1a 2b 3a'],
    [3, 'a', [], '0a 1a 2a 3a']
  ] as const) t.equal(shown(placeRooms(leafRooms, root, others)), placed, `${leafRooms} leaves from ${root} on ${others.join()}`)
})

t.test('each PBX has a room for who rings in there', async t => {
  t.equal(shown(withDoors(rooms('a'), ['a', 'b', 'c'])), '0a 1b 2c')
  t.equal(shown(withDoors(rooms('a a b'), ['a', 'b'])), '0a 1a 2b')
  t.equal(withDoors(placeRooms(99, 'a', []), ['b']).length, 100, 'the dialplan knows two digits')
})

t.test('who rings in sits in the own room where it is, else in one of that PBX', async t => {
  const placed = rooms('a a b b a')
  for (const [node, own, index, room] of [
    ['a', 'x-1', 7, 'x-1'], ['b', 'x-1', 0, 'x-2'], ['b', 'x-1', 1, 'x-3'], ['b', 'x-3', 0, 'x-3'],
    ['a', 'x-3', 0, 'x-1'], ['a', 'x-3', 1, 'x-4'], ['c', 'x-3', 1, null]
  ] as const) t.equal(roomOn('x', placed, node, own, index), room, `${own} on ${node}`)
  t.equal(roomOn('x', rooms('a'), 'a', 'x-5', 3), 'x-0', 'the root where there are no leaves')
  t.equal(nodeOfRoom('x', placed, 'x-2'), 'b')
  t.equal(nodeOfRoom('x', placed, 'x-9000001'), null)
  t.same(['x-12', 'x-9123456', 'y-1'].map(name => roomNumber('x', name)), [12, -1, -1])
})

t.test('a PBX is lost: the root goes where most sit, its leaves to the others', async t => {
  const loss = (more: Partial<Loss>): Loss => ({
    lost: 'a', back: false, seated: new Map(), ringing: ['a', 'b', 'c'], dealt: new Set([0, 1, 2, 3, 4]), ...more
  })
  const cases: ReadonlyArray<[what: string, before: string, Loss, moved: string]> = [
    ['its members and root', 'a a b c a', loss({ seated: new Map([['a', 9], ['b', 2], ['c', 3]]) }), '0c 1b 4c'],
    ['equally many: the first by name', 'a a b c', loss({ seated: new Map([['c', 3], ['b', 3]]) }), '0b 1b'],
    ['nobody left anywhere', 'a b', loss({}), '0b'],
    ['nowhere to go', 'a a', loss({ ringing: ['a'] }), ''],
    ['a leaf', 'b a a', loss({ seated: new Map([['b', 4]]) }), '1b 2c'],
    ['a door nobody was dealt to', 'b a', loss({ dealt: new Set([0]) }), ''],
    ['back: the root goes where people sit', 'a a b', loss({ back: true, seated: new Map([['b', 1]]) }), '0b'],
    ['back with nobody left: all stays', 'a a b', loss({ back: true, seated: new Map([['a', 1]]) }), ''],
    ['a leaf that is back: all stays', 'b a a', loss({ back: true, seated: new Map([['b', 1]]) }), '']
  ]
  for (const [what, before, facts, moved] of cases) t.equal(shown(roomsAfterLoss(rooms(before), facts)), moved, what)
})
