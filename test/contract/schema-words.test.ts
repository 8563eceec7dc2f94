// What a table lets in are the words of the code, no more and no fewer.
import t from 'tap'
import { algorithms, keyStates } from '../../src/domain/data-key.ts'
import { orderPurposes } from '../../src/domain/people/roles.ts'
import { legOutcomes, legPurposes, legStates } from '../../src/domain/telephone/legs.ts'
import {
  bases, basisKinds, callbackStatuses, callOrderRoles, closingResults, complainantKinds, intakeOutcomes, orderStates, photoPurposes,
  requestTypes,
  urgencies, verificationStatuses
} from '../../src/domain/work-order.ts'
import { scanStates } from '../../src/features/attachments/attachments-store.ts'
import { attachmentTypes } from '../../src/features/attachments/rules/file-types.ts'
import { datums } from '../../src/domain/place/coordinates.ts'
import { placeKinds } from '../../src/features/directory/rules/addresses.ts'
import { leadKinds } from '../../src/features/catalogue/rules/catalogue-row.ts'
import { areaLevels } from '../../src/features/places/rules/area.ts'
import { callEntryKinds } from '../../src/features/calls/rules/call.ts'
import { incidentEventKinds } from '../../src/features/emergency/rules/incident-events.ts'
import { envelopeStates, quarantineReasons } from '../../src/features/interfaces/incoming/rules/judge.ts'
import { sourceStates } from '../../src/features/interfaces/incoming/rules/source-states.ts'
import { eventTypes, orderEvents } from '../../src/features/interfaces/outgoing/rules/event-of.ts'
import { attemptErrors, deliveryStates } from '../../src/features/interfaces/outgoing/rules/next-try.ts'
import { cycles, directions, endpointStates, shareTypes } from '../../src/features/interfaces/registry/rules/interface-words.ts'
import { decisions } from '../../src/features/quality/quality-store.ts'
import { objectionCodes } from '../../src/features/work-orders/objections/rules/objection.ts'
import { parkingEnds, parkingReasons } from '../../src/features/work-orders/parking/rules/parking.ts'
import { orderEventKinds } from '../../src/features/work-orders/rules/order-events.ts'
import { attemptPurposes } from '../../src/policy/rules/attempt-policy.ts'
import { freshDatabase } from '../harness/servers/database.ts'

const lists: ReadonlyArray<[table: string, column: string, words: readonly string[]]> = [
  ['order_event', 'kind', orderEventKinds],
  ['call_event', 'kind', callEntryKinds],
  ['incident_event', 'kind', incidentEventKinds],
  ['leg', 'purpose', legPurposes],
  ['leg', 'outcome', legOutcomes],
  ['leg', 'state', legStates],
  ['dial_request', 'purpose', legPurposes],
  ['dial_request', 'outcome', legOutcomes],
  ['work_order', 'state', orderStates],
  ['work_order', 'urgency', urgencies],
  ['work_order', 'callback_status', callbackStatuses],
  ['work_order', 'verification_status', verificationStatuses],
  ['work_order', 'result', closingResults],
  ['request', 'request_type', requestTypes],
  ['request', 'complainant_kind', complainantKinds],
  ['call_work_order', 'role', callOrderRoles],
  ['assignment', 'basis', bases],
  ['dispatch_objection', 'code', objectionCodes],
  ['parking', 'reason', parkingReasons],
  ['work_order', 'outcome', intakeOutcomes],
  ['parking', 'end_reason', parkingEnds],
  ['dispatch_rule', 'basis_kind', basisKinds],
  ['dispatch_rule', 'lead', leadKinds],
  ['attempt_policy', 'purpose', attemptPurposes],
  ['channel_policy', 'sent_with', orderPurposes],
  ['interface', 'direction', directions],
  ['interface', 'cycle', cycles],
  ['interface', 'share_type', shareTypes],
  ['endpoint', 'state', endpointStates],
  ['endpoint', 'kinds', orderEvents],
  ['delivery', 'kind', eventTypes],
  ['delivery', 'state', deliveryStates],
  ['delivery_attempt', 'error', attemptErrors],
  ['envelope', 'state', envelopeStates],
  ['envelope', 'reason', quarantineReasons],
  ['envelope_source', 'state', sourceStates],
  ['area', 'level', areaLevels],
  ['place_name', 'kind', placeKinds],
  ['work_order', 'coordinates_from', datums],
  ['attachment', 'purpose', photoPurposes],
  ['attachment', 'type', attachmentTypes],
  ['attachment', 'scan', scanStates],
  ['quality_score', 'decision', decisions],
  ['data_key', 'algorithm', algorithms],
  ['data_key', 'state', keyStates]
]

/** The values of `= ANY (ARRAY['a'::text, …])`, or of `= ANY ('{a,b}'::text[])`. */
const wordsIn = (definition: string): string[] => {
  const array = /'\{([^}]*)\}'::text\[\]/.exec(definition)?.[1]
  return array?.split(',').map(word => word.trim()) ?? [...definition.matchAll(/'([^']+)'::text/g)].map(m => m[1] ?? '')
}

t.test('the words of the schema', async t => {
  const { db } = await freshDatabase(t)
  // A list stands in a CHECK of the table, or in the column's own type.
  const rows = await db.query<{ table: string, column: string, definition: string }>(`
    select a.attrelid::regclass::text as table, a.attname as column, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c join pg_attribute a on (a.attrelid = c.conrelid and c.conkey = array[a.attnum])
      or (a.atttypid = c.contypid and a.attnum > 0)
    where c.contype = 'c' and a.attrelid in (select oid from pg_class where relkind = 'r')`)
  for (const [table, column, words] of lists) {
    const found = rows.filter(r => r.table === table && r.column === column).map(r => wordsIn(r.definition))
    t.same(found.map(f => f.sort()), [[...words].sort()], `${table}.${column}`)
  }
})
