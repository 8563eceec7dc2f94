import type { Tx } from '../db/database.ts'
import type { Role } from '../domain/people/roles.ts'

/** The audience of a feed event: people who meet one of the conditions, and none of `never`. */
export interface FeedAudience {
  roles?: readonly Role[]
  /** units whose handlers see it */
  handlers?: readonly string[]
  /** units whose sub-centre's operators see it */
  operators?: readonly string[]
  /** verifiers see it, except those of these units */
  verifiersBut?: readonly string[]
  /** units whose people never see it, whatever their roles: it is a complaint about them */
  never?: readonly string[]
  /** the login it is of, while it holds one of these roles */
  own?: { login: string, roles: readonly Role[] }
  /** the extension whose telephone it is about */
  extension?: string
}

export interface FeedEvent {
  /** dotted noun and verb: `call.queued`, `order.filed`, `callback.reached`, `incident.leg` */
  topic: string
  /** id of its subject */
  subject: string
  at: Date
  /** ids, states, masked numbers; never a full number or a name */
  data: Record<string, unknown>
  audience: FeedAudience
}

/** A live event with its place in the feed; momentary events (from AMI) have none and are never resumed. */
export interface PublishedEvent extends FeedEvent { id: number | null }

export interface Feed {
  /** Part of the transaction; announced after commit, with an id in commit order. */
  publish: (tx: Tx, ...events: FeedEvent[]) => Promise<void>
  /** Tells every process a momentary event for screens; it is not kept. */
  broadcast: (event: FeedEvent) => void
  subscribe: (hear: (event: PublishedEvent) => void) => () => void
  /** Events after `id`, oldest first, at most `limit`. */
  since: (id: number, limit: number) => Promise<PublishedEvent[]>
}
