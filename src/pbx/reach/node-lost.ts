import type { Database, Tx } from '../../db/database.ts'
import { DomainError } from '../../domain/errors.ts'
import type { LivingChannel } from '../verbs/channels.ts'
import { insertChannelsBack, insertNodeLost, lockReach, saveLinked, saveLoss, type Loss } from './reach-store.ts'
import { lostAfterMs } from './rules/reach.ts'

/** No process has had a link for so long: the PBX is unreachable. ms */
const unreachableMs = 3000

/**
 * Ends everything on a PBX that is taken for lost: one NODE_LOST row, whichever process says it first. It is not said of a PBX of which
 * another process has heard meanwhile, and not twice until the PBX is back.
 * @returns whether it was said now
 */
export async function journalNodeLost (db: Database, loss: Loss): Promise<boolean> {
  return await db.tx(async tx => {
    const { unheardMs, isLost, startedAt, losses } = await lockReach(tx, loss.node)
    if (isLost || startedAt === null || unheardMs < lostAfterMs) return false
    write(db, tx, { ...loss, startedAt, losses })
    return true
  })
}

export const nodeLinked = (): DomainError => new DomainError('node-linked', 'there is a link to this PBX: it is not lost')

/**
 * The same by an administrator, who knows more than any silence says.
 * @throws DomainError `not-found` where there is no such PBX, `node-linked` while any process has a link to it, `already-done`
 */
export async function declareNodeLost (db: Database, tx: Tx, loss: Loss): Promise<void> {
  const { unlinkedMs, isLost, startedAt, losses } = await lockReach(tx, loss.node)
  if (startedAt === null) throw new DomainError('not-found', 'there is no PBX of that name, or it has never been linked')
  if (unlinkedMs < unreachableMs) throw nodeLinked()
  if (isLost) throw new DomainError('already-done', 'this PBX is lost already')
  write(db, tx, { ...loss, startedAt, losses })
}

function write (db: Database, tx: Tx, { startedAt, losses, ...loss }: Loss & { startedAt: Date, losses: number }): void {
  insertNodeLost(tx, { node: loss.node, at: loss.at, startedAt, losses })
  saveLoss(tx, loss)
  tx.afterCommit(() => { db.wake('pbx_journal') })
}

export interface NodeBack {
  node: string
  at: Date
  /** it was started anew: nothing of what was lost can live */
  isNewStart: boolean
  /** listed after its journal was carried: those that ended before have their rows there */
  living: readonly LivingChannel[]
}

/**
 * After a login to a PBX that was lost. One that had only been cut off tells which of its channels live, by a CHANNEL_BACK row each; what
 * it wrote in between was read before. It is lost until these rows are handled: see `endLoss`. Under the same lock it is heard of: a
 * process whose own link is not up yet takes it for lost no more, since nothing would end that loss.
 * @returns which of its losses this ends; null: it was not lost
 */
export async function journalNodeBack (db: Database, { node, at, isNewStart, living }: NodeBack): Promise<number | null> {
  return await db.tx(async tx => {
    const { isLost, losses } = await lockReach(tx, node)
    saveLinked(tx, node)
    if (!isLost) return null
    const channels = isNewStart ? [] : living
    if (channels.length > 0) insertChannelsBack(tx, { node, at, losses, channels: channels.map(each => backOf(each, channels)) })
    tx.afterCommit(() => { db.wake('pbx_journal') })
    return losses
  })
}

const backOf = ({ uniqueId, linkedId, channel, state, bridgeId }: LivingChannel, all: readonly LivingChannel[]) => ({
  uniqueId,
  linkedId,
  name: channel,
  answered: state === 'Up',
  peers: bridgeId === '' ? [] : all.filter(other => other.bridgeId === bridgeId && other.channel !== channel).map(other => other.channel)
})
