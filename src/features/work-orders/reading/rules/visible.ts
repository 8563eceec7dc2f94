import { shownNumber, type OrderSight } from '../../../../access/rules/visibility.ts'
import { isRowId } from '../../../../domain/ids.ts'
import { holds, type Actor } from '../../../../domain/people/roles.ts'
import type { Amended } from '../../intake/rules/amendment.ts'
import { centreRoles } from '../../life-cycle/rules/steps/states-and-roles.ts'

export const isCentre = (actor: Actor): boolean => holds(actor, ...centreRoles)
/** Another system that sent the order. It is given the answer once it is reviewed: record of handling and drafts are our own. */
export const isOutside = (actor: Actor): boolean => holds(actor, 'INTEGRATION')

/** Keys under which a timeline entry keeps typed words. */
const typed: ReadonlySet<string> = new Set([
  'text', 'reply', 'remark', 'remarks', 'reason', 'decision', 'evidence', 'report', 'noVisitReason', 'plan', 'to'
])

/** Ids, codes, states and times: what a rule or a machine wrote, never a sentence. */
const isCode = (value: unknown): boolean => value === null || typeof value === 'number' || typeof value === 'boolean' ||
  (typeof value === 'string' && /^[\w.:+-]{0,64}$/.test(value) && !/^\+?\d{7,}$/.test(value)) ||
    (Array.isArray(value) && value.every(isCode))

/** 办理情况 and 答复内容 as they are written, under these keys. */
const withoutRecord = ({ report: _report, reply: _reply, ...detail }: Record<string, unknown>): Record<string, unknown> => detail

/** A `rule` is the city's: its name, figure and first day. */
const withoutWords = (detail: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(detail).filter(([key, value]) => key === 'rule' || (!typed.has(key) && isCode(value))))

interface NamesOrders {
  id: string
  mergedInto: string | null
  timeline: ReadonlyArray<{ detail: Record<string, unknown> }>
  requests: ReadonlyArray<{ filedWith: string }>
}

/** The other order that a line of the timeline names: `into` beside its `number`, or `order` beside its number, `from`. */
const orderOf = ({ into, order }: Record<string, unknown>): string | null =>
  [into, order].filter(id => typeof id === 'string').find(isRowId) ?? null

/** Other orders that the page of an order names: the one it was merged into, and those merged into it. */
export function namedOrders ({ id, mergedInto, timeline, requests }: NamesOrders): string[] {
  const named = [mergedInto, ...timeline.map(line => orderOf(line.detail)), ...requests.map(r => r.filedWith)]
  return [...new Set(named.filter(other => other !== null))].filter(other => other !== id)
}

/** The page without ids, numbers and requests of orders that are hidden from its reader. */
export function withoutOthers<P extends NamesOrders> (page: P, seen: ReadonlySet<string>): P {
  const timeline = page.timeline.map(line => {
    const other = orderOf(line.detail)
    if (other === null || seen.has(other)) return line
    const { into: _into, number: _number, order: _order, from: _from, ...detail } = line.detail
    return { ...line, detail }
  })
  const mergedInto = page.mergedInto !== null && seen.has(page.mergedInto) ? page.mergedInto : null
  // What was filed with an order that is hidden from somebody is hidden from them here, too.
  return { ...page, mergedInto, timeline, requests: page.requests.filter(r => r.filedWith === page.id || seen.has(r.filedWith)) }
}

interface Reader {
  sight: OrderSight
  /** an entry of the own unit, or of one below it */
  own: boolean
  /** of the Centre's desks */
  centre: boolean
  /** another system */
  outside: boolean
}

interface Contents {
  open: (sealed: string) => string
  /** whether the page of the order withholds this field together with the citizen's words */
  ofCitizen: (field: string) => boolean
}

/**
 * What a timeline entry tells this person. Without the right to the order's words: its ids, codes and times alone. Of a correction:
 * the citizen's name, number and credit code as on the order, the citizen's words only at the Centre, of the rest only that it changed. A
 * field that the page withholds is withheld here, too.
 */
export function shownDetail (
  { changed, ...rest }: Record<string, unknown>, { sight, own, centre, outside }: Reader, { open, ofCitizen }: Contents
): Record<string, unknown> {
  const read = sight.words || own ? rest : withoutWords(rest)
  const detail = outside ? withoutRecord(read) : read
  if (!Array.isArray(changed)) return detail
  const shown = (field: string, sealed: string | null): string | null => {
    if (sealed === null) return null
    if (field === 'complainantNumber') return shownNumber(open(sealed), sight.number)
    return (field === 'complainantName' || field === 'creditCode' ? sight.name : centre && sight.words) ? open(sealed) : null
  }
  const told = (changed as Amended[]).map(({ field, from, to, sealed }) => {
    if (sealed === true) return { field, from: shown(field, from as string | null), to: shown(field, to as string | null) }
    return ofCitizen(field) && !sight.words ? { field, from: null, to: null } : { field, from, to }
  })
  return { ...detail, changed: told }
}
