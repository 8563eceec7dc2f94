import type { Static } from 'typebox'
import type { OrderContext } from '../life-cycle/order-context.ts'
import type { DecidedLead, DirectoryCategory } from '../order-types.ts'
import { namesOf } from './order-summary.ts'
import type { RouteConflict, RouteSuggestion } from './order-views.ts'

export interface RouteQuery {
  category?: string
  townId?: string
  place?: string
  longitude?: number
  latitude?: number
  title?: string
  aboutUnitId?: string
}

export interface RouteAnswer {
  /** null: nothing can be said, or rows contradict each other */
  suggestion: Static<typeof RouteSuggestion> | null
  conflict: Static<typeof RouteConflict> | null
}

/** Why this unit, in one sentence that names the paper. */
function reasonOf (lead: Extract<DecidedLead, { kind: 'lead' }>, category: DirectoryCategory | null, unit: string): string {
  switch (lead.why) {
    case 'row': return `${lead.row?.backstop ? '托底，' : ''}派单目录（${lead.row?.validFrom ?? ''} 起）${lead.row?.basisText ?? ''}：${unit}`
    case 'owner': return `部件类“${category?.name ?? ''}”先权属后属地：${unit}`
    case 'category': return `“${category?.name ?? ''}”法定主管：${unit}`
    case 'territory': return category?.kind === 'component' ? `部件权属不明，按属地：${unit}` : `事件类以块为主，按属地：${unit}`
    default: return lead.why satisfies never
  }
}

/** 归口办理: the unit that should have a matter. @throws DomainError `unknown-category`, `unknown-unit` */
export async function suggest (
  { directory, catalogue }: OrderContext, { category, townId, place = '', longitude, latitude, title = '', aboutUnitId }: RouteQuery
): Promise<RouteAnswer> {
  const names = await namesOf(directory)
  const found = category === undefined ? null : await directory.category(category)
  const town = townId !== undefined ? await directory.unit(townId) : place === '' ? null : await directory.guessTown(place)
  const lead = await catalogue.lead({
    category: found,
    townId: town?.id ?? null,
    place,
    words: title,
    position: longitude === undefined || latitude === undefined ? null : [longitude, latitude],
    aboutUnitId: aboutUnitId === undefined ? null : (await directory.unit(aboutUnitId)).id
  })
  if (lead.kind === 'none') return { suggestion: null, conflict: null }
  if (lead.kind === 'conflict') return { suggestion: null, conflict: { unitIds: lead.unitIds, rows: lead.rows } }
  const { unitId, basis, why, coUnits, row, alternative } = lead
  const unit = names.unit(unitId)
  return {
    suggestion: { unitId, unit, basis, why, reason: reasonOf(lead, found, unit.name), coUnitIds: coUnits, row, alternative },
    conflict: null
  }
}
