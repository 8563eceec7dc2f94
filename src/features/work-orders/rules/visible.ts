import { holds, knowsConfidential, type Actor } from '../../../domain/roles.ts'
import { maskNumber } from '../../../domain/phone-number.ts'
import type { Amended } from './amendment.ts'
import type { OrderFacts } from './order-facts.ts'
import { actsFor, centreRoles, handledInLine } from './life-cycle.ts'

export const isCentre = (actor: Actor): boolean => holds(actor, ...centreRoles)

/** How much of an order this person sees. */
export type Sight =
  | { sees: false }
  | {
    sees: true
    /** full: the caller's number as it is; masked: `139****0123`; hidden: not at all */
    number: 'full' | 'masked' | 'hidden'
    name: boolean
    /** that a call was recorded, and where to hear it */
    recordings: boolean
  }

/**
 * Who sees what of an order. Full numbers: the agent who has the citizen on the line, and callback officers. Handlers never
 * hear recordings, and see neither name nor number of a confidential order.
 */
export function sightOf (order: OrderFacts & { confidential: boolean }, actor: Actor, { inCall, path }: {
  /** the citizen is on this person's line right now */
  inCall: boolean
  /** the person's unit and everybody above it */
  path: readonly string[]
}): Sight {
  if (isCentre(actor)) {
    const full = holds(actor, 'CALLBACK_OFFICER') || (holds(actor, 'AGENT', 'SHIFT_LEADER') && inCall)
    const mayKnow = !order.confidential || knowsConfidential(actor)
    return { sees: true, number: full ? 'full' : mayKnow ? 'masked' : 'hidden', name: mayKnow, recordings: holds(actor, 'SUPERVISOR', 'SHIFT_LEADER', 'CALLBACK_OFFICER', 'DISPATCHER', 'AGENT') }
  }
  if (order.aboutUnit && path.includes(order.aboutUnit.id)) return { sees: false }
  const has = order.assignments.some(a => a.state !== 'waiting' && actsFor(actor, a.unit.path))
  const ofPlace = holds(actor, 'SUBCENTRE_OPERATOR') && actor.unitId === order.townId && order.state !== 'DRAFT'
  if (holds(actor, 'HANDLER', 'SUBCENTRE_OPERATOR') && (has || ofPlace)) {
    return { sees: true, number: order.confidential ? 'hidden' : 'masked', name: !order.confidential, recordings: false }
  }
  if (holds(actor, 'VERIFIER') && order.state === 'VERIFYING' && !handledInLine(order, path)) {
    return { sees: true, number: 'hidden', name: false, recordings: false }
  }
  if (holds(actor, 'INTEGRATION') && order.createdBy === actor.id) return { sees: true, number: 'hidden', name: false, recordings: false }
  return { sees: false }
}

/** A number as this person may see it. */
export const shownNumber = (number: string | null, how: 'full' | 'masked' | 'hidden'): string | null =>
  number === null || how === 'hidden' ? null : how === 'full' ? number : maskNumber(number)

/**
 * What a timeline entry tells this person of a correction: the citizen's name and number as on the order, his own words to the Centre
 * alone; of the rest only that it changed.
 */
export function shownDetail (
  detail: Record<string, unknown>, sight: Extract<Sight, { sees: true }>, centre: boolean, open: (sealed: string) => string
): Record<string, unknown> {
  if (!Array.isArray(detail.changed)) return detail
  const shown = (field: string, sealed: string | null): string | null => {
    if (sealed === null) return null
    if (field === 'complainantNumber') return shownNumber(open(sealed), sight.number)
    return (field === 'complainantName' ? sight.name : centre) ? open(sealed) : null
  }
  const changed = (detail.changed as Amended[]).map(({ field, from, to, sealed }) =>
    sealed === true ? { field, from: shown(field, from as string | null), to: shown(field, to as string | null) } : { field, from, to })
  return { ...detail, changed }
}
