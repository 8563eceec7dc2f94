import type { Database, Queryable } from '../../../db/database.ts'
import { orderSight, shownNumber, titleWithoutWords, type OrderSight } from '../../../access/rules/visibility.ts'
import type { Actor } from '../../../domain/roles.ts'
import { DomainError } from '../../../domain/errors.ts'
import { parseTypedNumber } from '../../../domain/phone-number.ts'
import type { OrderState, PhotoPurpose } from '../../../domain/work-order.ts'
import { assignmentsOf } from '../assignment/assignment-store.ts'
import { deadlinesOf } from '../clocks/deadline-store.ts'
import { extensionClock } from '../clocks/extending.ts'
import { pendingExtension } from '../clocks/extension-store.ts'
import { factsOf, type OrderContext } from '../life-cycle/order-context.ts'
import { ancestorsOf, below, type UnitTree } from '../../../domain/unit-tree.ts'
import { createWhere, filtered, ofCaller, onlyVisible, overdue, ownUnits, taskOf, type Where } from './order-list-sql.ts'
import { noSuchOrder, orderColumns, type OrderRow } from '../order-store.ts'
import type { NamedUnit, OrderDetail, OrderFilter, OrderSummary, SimilarOrder, SimilarQuery } from './order-views.ts'
import { explainDeadline } from '../clocks/rules/deadline-words.ts'
import { decide, possibleSteps, stepOfPhoto } from '../life-cycle/rules/life-cycle.ts'
import { isOpen } from '../life-cycle/rules/life-cycle-steps.ts'
import { answerable, tasks, type Task } from '../rules/order-facts.ts'
import { plainPlace } from '../intake/rules/order-fields.ts'
import { suggestRoute, type Suggestion } from '../intake/rules/routing.ts'
import { isCentre, shownDetail } from './rules/visible.ts'

/** Reading orders; every answer is what this person may see of them. */
export interface OrderQueries {
  /** Newest first, `limit + 1` rows at most; `after` is the last row seen (`receivedAt`, `id`). */
  list: (actor: Actor, filter: OrderFilter, page: { after: [Date, string] | null, limit: number }) => Promise<OrderSummary[]>
  /** 特急 first, then by the clock that runs out next; `after` is the last row seen (0 or 1, `nextDueAt`, `id`). */
  urgentFirst: (actor: Actor, filter: OrderFilter, page: { after: [number, Date, string] | null, limit: number }) => Promise<OrderSummary[]>
  /** @throws DomainError `not-found`, also for an order this person may not see */
  one: (actor: Actor, id: string) => Promise<OrderDetail>
  /** Which of these orders this person may know of. */
  seen: (q: Queryable, actor: Actor, ids: readonly string[]) => Promise<ReadonlySet<string>>
  counts: (actor: Actor, filter: OrderFilter) => Promise<{
    asOf: Date
    total: number
    byState: Record<string, number>
    byTown: Record<string, number>
    byUnit: Record<string, number>
    overtime: number
    byTask: Record<Task, number>
  }>
  /** Every order of this number's fingerprint this person may see, newest first, 50 at most: see `numberSearchLimit` before asking. */
  ofNumber: (actor: Actor, hash: Buffer) => Promise<OrderSummary[]>
  /**
   * Whether this number, in any spelling, is the caller's of a call on this person's own line, now or within the last hour.
   * @throws DomainError `not-a-phone-number`
   */
  isCaller: (actor: Actor, callId: string, number: string) => Promise<boolean>
  /** Orders that may be about the same matter, most alike first. */
  similar: (actor: Actor, query: SimilarQuery) => Promise<SimilarOrder[]>
  /** Whether this person could add a photo of this purpose now. @throws DomainError `not-found` and the refusals of that step */
  mayAddPhoto: (actor: Actor, id: string, purpose: PhotoPurpose) => Promise<void>
  /** Who should have it; null when nothing can be said. @throws DomainError `unknown-category`, `unknown-unit` */
  suggest: (query: {
    category?: string
    townId?: string
    place?: string
    aboutUnitId?: string
  }) => Promise<(Suggestion & { unit: NamedUnit }) | null>
}

type Row = OrderRow & {
  leadUnitId: string | null
  dueAt: Date | null
  nextDueAt: Date
  parts: Array<{ state: string, unitId: string }> | null
}

const summaryFrom = `work_order o
  left join lateral (select a.unit_id from assignment a where a.order_id = o.id and a.role = 'lead' and a.ended_at is null and a.state <> 'waiting' limit 1) l on true
  left join lateral (select min(d.due_at) filter (where d.kind in ('on-site', 'handling')) as due_at,
      min(d.due_at) filter (where d.kind in ('on-site', 'handling', 'sign', 'dispatch')) as next_due_at
    from deadline d where d.order_id = o.id and d.stopped_at is null) d on true`
/** The clock that runs out next for whoever has the order now: the dispatcher's, the unit's, else the citizen's. */
const nextDue = 'coalesce(d.next_due_at, o.citizen_due_at, o.received_at)'
/** 0: 特急 comes before everything else. */
const calm = '(case when o.urgency = \'critical\' then 0 else 1 end)'
const summaryColumns = `${orderColumns}, l.unit_id as "leadUnitId", d.due_at as "dueAt", ${nextDue} as "nextDueAt",
  (select jsonb_agg(jsonb_build_object('state', a.state, 'unitId', a.unit_id)) from assignment a where a.order_id = o.id) as parts`

/**
 * The citizen is on this person's line now, and this person did not choose to ring him: his number is the order's, or the order began
 * with this call and this person wrote the number down.
 */
const onLineSql = `select 1 from work_order o join call c on c.number_hash = o.number_hash or (c.id = o.origin_call_id and o.created_by = $3)
  join channel h on h.call_id = c.id
  where o.id = $1 and c.ended_at is null and c.purpose is distinct from 'manual' and h.extension = $2 and h.ended_at is null limit 1`

/** Who spoke with somebody still writes about his call for a while, ms. */
const afterCallMs = 3_600_000

/** Two places this near are one, metres. */
const nearMetres = 200

export function createOrderQueries (context: OrderContext, db: Database): OrderQueries {
  const { clock, directory, sealing } = context

  async function namer (): Promise<{ unit: (id: string) => NamedUnit, category: (code: string | null) => string | null }> {
    const [units, categories] = await Promise.all([directory.units(), directory.categories()])
    const unitNames = new Map(units.map(u => [u.id, u.name]))
    const categoryNames = new Map(categories.map(c => [c.code, c.name]))
    return { unit: id => ({ id, name: unitNames.get(id) ?? id }), category: code => code === null ? null : categoryNames.get(code) ?? null }
  }

  /** What this person sees of a row that a list has found for him. */
  function sightOf (actor: Actor, row: Row, units: UnitTree): OrderSight {
    const order = {
      ...row,
      aboutUnit: null,
      assignments: (row.parts ?? []).map(({ state, unitId }) => ({ state, unit: units.get(unitId) ?? { id: unitId, path: [unitId] } }))
    }
    return orderSight(order, actor, { way: ancestorsOf(units, actor.unitId) }) ?? { words: false, name: false, number: 'hidden', recordings: false }
  }

  function summary (actor: Actor, row: Row, names: Awaited<ReturnType<typeof namer>>, { words }: OrderSight): OrderSummary {
    const {
      id, number, version, state, channel, requestType, categoryCode, urgency, title, townId, confidential, problem, level, reworkCount,
      receivedAt, closedAt, dueAt, nextDueAt, citizenDueAt, urgeCount, urgedAt, extensionAskedAt
    } = row
    return {
      id,
      number,
      version,
      state,
      channel,
      requestType,
      categoryCode,
      categoryName: names.category(categoryCode),
      urgency,
      title: words ? title : titleWithoutWords(names.category(categoryCode)),
      townId,
      place: isCentre(actor) ? null : row.placeSealed && sealing.open(row.placeSealed),
      confidential,
      problem,
      level,
      reworkCount,
      lead: row.leadUnitId === null ? null : names.unit(row.leadUnitId),
      receivedAt,
      closedAt,
      dueAt,
      nextDueAt,
      citizenDueAt,
      urgeCount,
      urgedAt,
      extensionAskedAt,
      overtime: {
        onSite: row.onSiteOvertimeAt,
        handling: row.handlingOvertimeAt,
        citizen: row.citizenOvertimeAt,
        dispatch: row.dispatchOvertimeAt,
        firstContact: row.firstContactOvertimeAt
      }
    }
  }

  async function visible (actor: Actor): Promise<{ where: Where, units: UnitTree }> {
    const units = await directory.tree()
    const where = createWhere()
    onlyVisible(where, actor, units)
    return { where, units }
  }

  /** The fingerprint of a call on this person's own line, also while it rings there; null: it is not, or has no number. */
  async function numberOnLine (actor: Actor, callId: string): Promise<Buffer | null> {
    if (actor.extension === null) return null
    const [call] = await db.query<{ hash: Buffer | null }>(`select c.number_hash as hash from call c
      where c.id = (select id from call_root($1)) and c.purpose is distinct from 'manual'
        and exists (select 1 from channel h where h.call_id = c.id and h.extension = $2 and (h.answered_at is not null or h.ended_at is null))
        and (c.ended_at is null or c.ended_at > $3)`, [callId, actor.extension, new Date(clock.now().getTime() - afterCallMs)])
    return call?.hash ?? null
  }

  const queries: OrderQueries = {
    async list (actor, filter, { after, limit }) {
      const { where, units } = await visible(actor)
      filtered(where, filter, actor, units)
      if (after) where.add(v => `(o.received_at, o.id) < (${v(after[0])}, ${v(after[1])}::uuid)`)
      const from = `${summaryFrom} where ${where.text()}`
      const [rows, names] = await Promise.all([
        db.query<Row>(`select ${summaryColumns} from ${from} order by o.received_at desc, o.id desc limit ${limit + 1}`, where.values), namer()
      ])
      return rows.map(row => summary(actor, row, names, sightOf(actor, row, units)))
    },

    async urgentFirst (actor, filter, { after, limit }) {
      const { where, units } = await visible(actor)
      filtered(where, filter, actor, units)
      if (after) where.add(v => `(${calm}, ${nextDue}, o.id) > (${v(after[0])}, ${v(after[1])}, ${v(after[2])}::uuid)`)
      const from = `${summaryFrom} where ${where.text()}`
      const [rows, names] = await Promise.all([
        db.query<Row>(`select ${summaryColumns} from ${from} order by ${calm}, ${nextDue}, o.id limit ${limit + 1}`, where.values), namer()
      ])
      return rows.map(row => summary(actor, row, names, sightOf(actor, row, units)))
    },

    async ofNumber (actor, hash) {
      const { where, units } = await visible(actor)
      where.add(v => ofCaller(v(hash)))
      const [rows, names] = await Promise.all([
        db.query<Row>(`select ${summaryColumns} from ${summaryFrom} where ${where.text()} order by o.received_at desc, o.id desc limit 50`, where.values), namer()
      ])
      return rows.map(row => summary(actor, row, names, sightOf(actor, row, units)))
    },

    async one (actor, id) {
      const [
        [row], assignments, deadlines, units, names, timeline, calls, callbacks, verifications, photos, asked, calendar, [others], [inCall]
      ] =
        await Promise.all([
          db.query<Row>(`select ${summaryColumns} from ${summaryFrom} where o.id = $1`, [id]),
          assignmentsOf(db, id), deadlinesOf(db, id), directory.tree(), namer(),
          db.query<OrderDetail['timeline'][number]>('select at, kind, actor, actor_unit as "actorUnit", from_state as "from", to_state as "to", detail from order_event where order_id = $1 order by id', [id]),
          db.query<OrderDetail['calls'][number]>(`select w.call_id as "callId", w.role, c.offered_at as at, c.recorded
          from call_work_order w join call c on c.id = w.call_id where w.order_id = $1 order by c.offered_at, w.call_id`, [id]),
          db.query<OrderDetail['callbacks'][number]>(`select cycle, status, by_person as "byPerson", contacted, solved, grade, attempts, next_at as "nextAt", finished_at as "finishedAt"
          from callback where order_id = $1 order by cycle, created_at`, [id]),
          db.query<OrderDetail['verifications'][number]>('select cycle, status, verifier, remarks, photo, decided_at as "decidedAt" from verification where order_id = $1 order by cycle', [id]),
          db.query<{ id: string, purpose: PhotoPurpose, cycle: number, at: Date, by: string, unitId: string | null, width: number, height: number }>(`
          select id, purpose, cycle, at, taken_by as by, unit_id as "unitId", width, height from photo where order_id = $1 and removed_at is null order by at, id`, [id]),
          pendingExtension(db, id),
          context.calendar(),
          db.query<{ count: number }>('select count(*)::int as count from co_complainant where order_id = $1', [id]),
          actor.extension === null
            ? []
            : db.query(onLineSql, [id, actor.extension, actor.id])
        ])
      const notFound = noSuchOrder()
      if (!row) throw notFound
      const facts = factsOf({ row, assignments, units })
      const way = ancestorsOf(units, actor.unitId)
      const sight = orderSight(facts, actor, { inCall: inCall !== undefined, way })
      if (sight === null) throw notFound
      const ownPart = (unit: string | null): boolean => unit !== null && way[0] !== undefined &&
        (units.get(unit)?.path ?? [unit]).includes(way[0])
      // As on the timeline: who does not read the words of an order reads what his own unit has written, and nobody else's.
      const written = (words: string | null, by: string | null): string | null => sight.words || ownPart(by) ? words : null
      const askingUnit = assignments.find(a => a.id === asked?.assignmentId)?.unitId ?? null
      const answers = answerable(facts)
      const opened = (words: string): string => sealing.open(Buffer.from(words, 'base64'))
      const {
        description, longitude, latitude, marks, sourceNumber, originCallId, cycle, returnCount, callbackStatus, callbackReason,
        verificationStatus, result, reply, mergedInto, createdBy, filedAt, dispatchedAt, firstContactAt, reportedAt
      } = row
      return {
        ...summary(actor, row, names, sight),
        description: sight.words ? description : '',
        wordsWithheld: !sight.words,
        unitText: row.unitText,
        longitude,
        latitude,
        marks: sight.words ? marks : [],
        sourceNumber,
        originCallId,
        cycle,
        returnCount,
        callbackStatus,
        callbackReason,
        verificationStatus,
        result,
        reply: sight.words ? reply : null,
        mergedInto,
        createdBy,
        filedAt,
        dispatchedAt,
        firstContactAt,
        reportedAt,
        occurred: sight.words ? row.occurredText : '',
        place: row.placeSealed && sealing.open(row.placeSealed),
        complainant: {
          name: sight.name && row.complainantNameSealed ? sealing.open(row.complainantNameSealed) : null,
          number: shownNumber(row.numberSealed && sealing.open(row.numberSealed), sight.number),
          anonymous: row.anonymous,
          wantsCallback: row.wantsCallback
        },
        coComplainants: others?.count ?? 0,
        aboutUnit: row.aboutUnitId === null ? null : names.unit(row.aboutUnitId),
        answerable: answers && isOpen(row.state) ? names.unit(answers.unit.id) : null,
        assignments: assignments.map(({ unitId, basisEvidence, report, ...a }) => ({ ...a, unit: names.unit(unitId), evidence: written(basisEvidence, null) ?? '', report: written(report, unitId) })),
        deadlines: deadlines.map(({
          kind, cycle, startedAt, dueAt, stoppedAt, expiredAt, explanation
        }) => ({ kind, cycle, startedAt, dueAt, stoppedAt, expiredAt, explanation, explained: explainDeadline(kind, explanation) })),
        timeline: timeline.map(
          e => ({ ...e, detail: shownDetail(e.detail, { sight, own: ownPart(e.actorUnit), centre: isCentre(actor) }, opened) })
        ),
        calls: calls.map(call => ({ ...call, recorded: call.recorded && sight.recordings })),
        callbacks,
        verifications: verifications.map(v => ({ ...v, remarks: v.verifier === actor.id ? v.remarks : written(v.remarks, null) })),
        photos: photos.map(({ unitId, ...p }) => ({ ...p, unit: unitId === null ? null : names.unit(unitId) })),
        extension: { asked: asked && { ...asked, reason: written(asked.reason, askingUnit) ?? '' }, ...extensionClock({ row, deadlines, calendar }) },
        steps: possibleSteps(facts, actor, ancestorsOf(units, actor.unitId))
      }
    },

    async seen (q, actor, ids) {
      if (ids.length === 0) return new Set()
      const { where } = await visible(actor)
      where.add(v => `o.id = any(${v(ids)}::uuid[])`)
      return new Set((await q.query<{ id: string }>(`select o.id from work_order o where ${where.text()}`, where.values)).map(o => o.id))
    },

    async counts (actor, filter) {
      const { where, units } = await visible(actor)
      filtered(where, filter, actor, units)
      // Only people of units have tasks: nobody else waits for them to be counted.
      const own = ownUnits(actor, units)
      const task = own.length === 0 ? null : taskOf(`$${where.values.push(own)}`)
      const byTask = tasks.map(name => `(count(*) filter (where ${task === null ? 'false' : task[name]}))::int as "${name}"`)
      const rows = await db.query<{ state: OrderState, town: string | null, unit: string | null, count: number, overtime: number } & Record<Task, number>>(`
        select o.state, o.town_id as town, l.unit_id as unit, count(*)::int as count,
          (count(*) filter (where ${overdue}))::int as overtime, ${byTask.join(', ')}
        from work_order o left join assignment l on l.order_id = o.id and l.role = 'lead' and l.ended_at is null and l.state <> 'waiting'
        where ${where.text()} group by 1, 2, 3`, where.values)
      const sum = (key: (row: typeof rows[number]) => string | null): Record<string, number> => {
        const sums: Record<string, number> = {}
        for (const row of rows) { const k = key(row); if (k !== null) sums[k] = (sums[k] ?? 0) + row.count }
        return sums
      }
      return {
        asOf: clock.now(),
        total: rows.reduce((n, r) => n + r.count, 0),
        byState: sum(r => r.state),
        // An order without a known town is counted too, so that the towns' sum is the total.
        byTown: sum(r => r.town ?? 'unknown'),
        byUnit: sum(r => r.unit),
        overtime: rows.reduce((n, r) => n + r.overtime, 0),
        byTask: Object.fromEntries(tasks.map(name => [name, rows.reduce((n, r) => n + r[name], 0)])) as Record<Task, number>
      }
    },

    isCaller: async (actor, callId, number) =>
      (await numberOnLine(actor, callId))?.equals(sealing.fingerprint(parseTypedNumber(number).number)) ?? false,

    async similar (actor, { callId, place, townId, category, longitude, latitude, withinHours = 24 * 30 }) {
      const { where, units } = await visible(actor)
      const since = new Date(clock.now().getTime() - withinHours * 3_600_000)
      where.add(v => `o.received_at >= ${v(since)} and o.state not in ('DRAFT', 'MERGED', 'REJECTED')`)
      const ways: Array<[SimilarOrder['why'][number], string]> = []
      const v = (value: unknown): string => `$${where.values.push(value)}`
      // His number is known to whoever has the caller on the line: finding by any other is an act of its own.
      const hash = callId === undefined ? null : await numberOnLine(actor, callId)
      if (hash !== null) ways.push(['caller', ofCaller(v(hash))])
      if (place && plainPlace(place) !== '') ways.push(['place', `o.place_hash = ${v(sealing.fingerprint(plainPlace(place)))}`])
      if (longitude !== undefined && latitude !== undefined) {
        const [lon, lat] = [v(longitude), v(latitude)]
        ways.push(['near', `o.longitude is not null and o.latitude is not null and 111320 * sqrt(power(o.latitude - ${lat}::float8, 2) + power((o.longitude - ${lon}::float8) * cos(radians(${lat}::float8)), 2)) <= ${nearMetres}`])
      }
      if (category && townId) ways.push(['category-and-town', `o.category_code = ${v(category)} and o.town_id = ${v(townId)}`])
      if (ways.length === 0) return []
      const flags = ways.map(([, sql], i) => `coalesce((${sql}), false) as w${i}`)
      const [rows, names] = await Promise.all([
        db.query<Row & Record<`w${number}`, boolean>>(`select * from (select ${summaryColumns}, ${flags.join(', ')} from ${summaryFrom} where ${where.text()}) s
          where ${ways.map((_, i) => `w${i}`).join(' or ')} order by ${ways.map((_, i) => `w${i}::int`).join(' + ')} desc, "receivedAt" desc limit 20`, where.values), namer()
      ])
      return rows.map(row => ({ ...summary(actor, row, names, sightOf(actor, row, units)), open: isOpen(row.state), why: ways.filter((_, i) => row[`w${i}`]).map(([why]) => why) }))
    },

    async mayAddPhoto (actor, id, purpose) {
      const [[row], assignments, units] = await Promise.all([
        db.query<Row>(`select ${orderColumns} from work_order o where o.id = $1`, [id]), assignmentsOf(db, id), directory.tree()
      ])
      const facts = row && factsOf({ row, assignments, units })
      const way = ancestorsOf(units, actor.unitId)
      if (!facts || orderSight(facts, actor, { way }) === null) throw noSuchOrder()
      const decision = decide(facts, { type: stepOfPhoto(purpose) }, actor, clock.now(), way)
      if ('refused' in decision) throw new DomainError(decision.refused, decision.why, { state: facts.state })
    },

    async suggest ({ category, townId, place, aboutUnitId }) {
      const [units, names] = await Promise.all([directory.tree(), namer()])
      const found = category === undefined ? null : await directory.category(category)
      const town = townId !== undefined ? await directory.unit(townId) : place ? await directory.guessTown(place) : null
      const excluded = new Set(aboutUnitId === undefined ? [] : below(units, (await directory.unit(aboutUnitId)).id))
      const suggestion = suggestRoute({ category: found, town, excluded }, id => names.unit(id).name)
      return suggestion && { ...suggestion, unit: names.unit(suggestion.unitId) }
    }
  }
  return queries
}
