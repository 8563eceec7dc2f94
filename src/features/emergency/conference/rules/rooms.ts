/**
 * One ConfBridge of hundreds costs O(N²) inside Asterisk, so larger staffs wait in leaf rooms that are joined under one
 * root room. To everybody it is one conference.
 */

/** Leaf rooms needed for this number of people; 0: everybody fits into the root. */
export const leafRoomsFor = (people: number, roomSize: number): number => people <= roomSize ? 0 : Math.ceil(people / roomSize)

export const rootRoom = (prefix: string): string => `${prefix}-0`

/** All rooms members may be in. */
export const memberRooms = (prefix: string, leafRooms: number): string[] =>
  leafRooms === 0 ? [rootRoom(prefix)] : Array.from({ length: leafRooms }, (_, i) => `${prefix}-${i + 1}`)

/** The room of the n-th member (from 0), dealt out in turn so that rooms fill evenly and stay small. */
export const roomFor = (prefix: string, leafRooms: number, index: number): string =>
  leafRooms === 0 ? rootRoom(prefix) : `${prefix}-${(index % leafRooms) + 1}`

/** A room in which two speak apart from the conference; `digits` make it another than any before. */
export const privateRoom = (prefix: string, digits: string): string => `${prefix}-9${digits.replace(/\D/g, '').slice(0, 6).padEnd(6, '0')}`

export const isPrivateRoom = (room: string): boolean => /-9\d{6}$/.test(room)
