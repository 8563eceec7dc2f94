import type { Queryable } from '../../../db/database.ts'
import type { EnvelopeState, Fault, QuarantineReason } from './rules/judge.ts'

/** A message as the list of them shows it. */
export interface ListedEnvelope {
  id: string
  interfaceId: string
  interfaceName: string
  interfaceNameEn: string
  messageId: string
  sender: string
  sentAt: Date
  receivedAt: Date
  kind: string | null
  version: string | null
  state: EnvelopeState
  reason: QuarantineReason | null
  faults: Fault[]
  mended: boolean
  settledAt: Date | null
  settledBy: string | null
  orderId: string | null
}

export interface EnvelopeFilter { state: EnvelopeState | null, interfaceId: string | null }

/** One more row than `limit`, newest first, received before `after`. */
export const listEnvelopes = async (
  q: Queryable, { state, interfaceId }: EnvelopeFilter, { after, limit }: { after: readonly [Date, string] | null, limit: number }
): Promise<ListedEnvelope[]> => await q.query<ListedEnvelope>(`
  select e.id, e.interface_id as "interfaceId", i.name as "interfaceName", i.name_en as "interfaceNameEn", e.message_id as "messageId",
      e.sender, e.sent_at as "sentAt", e.received_at as "receivedAt", e.kind, e.schema_version as version, e.state, e.reason, e.faults,
      e.mended_sealed is not null as mended, e.settled_at as "settledAt", e.settled_by as "settledBy", e.order_id as "orderId"
    from envelope e join interface i on i.id = e.interface_id
    where ($1::text is null or e.state = $1) and ($2::uuid is null or e.interface_id = $2)
      and ($3::timestamptz is null or (e.received_at, e.id) < ($3, $4::uuid))
    order by e.received_at desc, e.id desc limit $5`, [state, interfaceId, after?.[0] ?? null, after?.[1] ?? null, limit + 1])

export interface EnvelopeBodies {
  state: EnvelopeState
  bodySealed: Buffer
  mendedSealed: Buffer | null
  mendedBy: string | null
  mendedReason: string | null
  /** of the first one under its id, where this one came in other words */
  earlierSealed: Buffer | null
}

export async function bodiesOfEnvelope (q: Queryable, id: string): Promise<EnvelopeBodies | null> {
  const [row] = await q.query<EnvelopeBodies>(`
    select e.state, e.body_sealed as "bodySealed", e.mended_sealed as "mendedSealed", e.mended_by as "mendedBy",
        e.mended_reason as "mendedReason", f.body_sealed as "earlierSealed"
      from envelope e left join envelope f on e.differs and f.interface_id = e.interface_id and f.message_id = e.message_id
        and not f.differs
      where e.id = $1`, [id])
  return row ?? null
}
