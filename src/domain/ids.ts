import { randomUUID } from 'node:crypto'

/** A new identifier for a row. */
export const newId = (): string => randomUUID()

/** Whether a text is written as the id of a row. */
export const isRowId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

/**
 * A leg's id is the channel's unique id in the PBX (`ChannelId` on Originate), so it must be unlike anything
 * Asterisk makes up by itself (`<systemname>-<epoch>.<n>`).
 */
export const newLegId = (): string => `leg-${randomUUID()}`

export const isLegId = (uniqueId: string): boolean => uniqueId.startsWith('leg-')
