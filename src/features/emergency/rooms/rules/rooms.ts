/**
 * One ConfBridge of hundreds costs O(N²) inside Asterisk, so larger staffs wait in leaf rooms that are joined under one
 * root room. To everybody it is one conference, on however many PBXs its rooms stand.
 */

/** A room of a conference, on one PBX. Number 0 is the root, joined to itself. */
export interface ConferenceRoom {
  number: number
  node: string
  /** the channel that joins it to the root, on its own PBX; null: it is to be made */
  linkId: string | null
  joined: boolean
}
export type PlacedRoom = Pick<ConferenceRoom, 'number' | 'node'>

/** Leaf rooms needed for this number of people; 0: everybody fits into the root. */
export const leafRoomsFor = (people: number, roomSize: number): number => people <= roomSize ? 0 : Math.ceil(people / roomSize)

export const roomName = (prefix: string, number: number): string => `${prefix}-${number}`
/** -1 for a room apart. */
export const roomNumber = (prefix: string, name: string): number =>
  name.startsWith(`${prefix}-`) && !isPrivateRoom(name) ? Number(name.slice(prefix.length + 1)) : -1

export const rootRoom = (prefix: string): string => roomName(prefix, 0)

/** The room of the n-th member (from 0), dealt out in turn so that rooms fill evenly and stay small. */
export const roomFor = (prefix: string, leafRooms: number, index: number): string =>
  leafRooms === 0 ? rootRoom(prefix) : roomName(prefix, (index % leafRooms) + 1)

/** The dialplan takes a room for a leaf by two digits at most. */
const maxLeaf = 99

/**
 * Where the rooms of a new conference stand: the leaves in turn on the root's PBX and on the others that can ring members. A conference
 * that fits into one room stays on the root's.
 */
export function placeRooms (leafRooms: number, root: string, others: readonly string[]): PlacedRoom[] {
  const nodes = [root, ...others.filter(node => node !== root)]
  return [
    { number: 0, node: root },
    ...Array.from({ length: leafRooms }, (_, i) => ({ number: i + 1, node: nodes[i % nodes.length] ?? root }))
  ]
}

/** A room more for each PBX that has none: who rings in there comes into it. */
export function withDoors (rooms: readonly PlacedRoom[], nodes: readonly string[]): PlacedRoom[] {
  const last = Math.max(...rooms.map(room => room.number))
  const without = nodes.filter(node => rooms.every(room => room.node !== node))
  return [...rooms, ...without.map((node, i) => ({ number: last + 1 + i, node }))].filter(room => room.number <= maxLeaf)
}

export interface Loss {
  /** the PBX whose rooms are gone */
  lost: string
  /** it runs again, with empty rooms */
  back: boolean
  /** members who sit in rooms of the others */
  seated: ReadonlyMap<string, number>
  /** PBXs that can ring members */
  ringing: readonly string[]
  /** rooms that members were dealt */
  dealt: ReadonlySet<number>
}

/**
 * Which rooms stand elsewhere from now on. Where the largest part of the conference goes on, the root is made anew, and all others are
 * joined to it. With nobody left it stays on a PBX that runs again. The leaves of one that does not are dealt out to the others, and
 * their members are rung there.
 */
export function roomsAfterLoss (rooms: readonly PlacedRoom[], { lost, back, seated, ringing, dealt }: Loss): PlacedRoom[] {
  const others = ringing.filter(node => node !== lost)
  const largest = [...seated].filter(([node, members]) => node !== lost && members > 0)
    .sort(([a, more], [b, fewer]) => fewer - more || (a < b ? -1 : 1))[0]?.[0]
  const root = rooms.find(room => room.number === 0)?.node === lost ? largest ?? (back ? lost : others[0] ?? lost) : null
  const leaves = back || others.length === 0 ? [] : rooms.filter(room => room.node === lost && room.number > 0 && dealt.has(room.number))
  return [
    ...root === null || root === lost ? [] : [{ number: 0, node: root }],
    ...leaves.map((room, i) => ({ number: room.number, node: others[i % others.length] ?? lost }))
  ]
}

/** PBX of a room, by its name; null: the conference has no such room. */
export const nodeOfRoom = (prefix: string, rooms: readonly PlacedRoom[], name: string): string | null =>
  rooms.find(room => roomName(prefix, room.number) === name)?.node ?? null

/**
 * The room in which a member sits who comes in on this PBX: the own one, or another there, dealt out in turn; null: the PBX has none.
 * @param own the room the member was dealt; @param index place on the list
 */
export function roomOn (prefix: string, rooms: readonly PlacedRoom[], node: string, own: string, index: number): string | null {
  const here = rooms.filter(room => room.node === node).map(room => roomName(prefix, room.number))
  if (here.includes(own)) return own
  // Small rooms first: the root is for its links where there are leaves.
  const leaves = here.filter(name => name !== rootRoom(prefix))
  const into = leaves.length > 0 ? leaves : here
  return into[index % into.length] ?? null
}

/** File of a part of the recording, below the recordings folder of the root's PBX. @param number the incident's */
export const recordingFile = (number: string, at: Date): string => `conference/${number}-${at.getTime()}.wav`

/** A room in which two speak apart from the conference; `digits` make it another than any before. */
export const privateRoom = (prefix: string, digits: string): string => `${prefix}-9${digits.replace(/\D/g, '').slice(0, 6).padEnd(6, '0')}`

export const isPrivateRoom = (room: string): boolean => /-9\d{6}$/.test(room)
