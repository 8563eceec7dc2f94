import type { Position } from '../../../domain/place/coordinates.ts'
import type { Component } from './component-owner.ts'
import { endEarlier, rowKey } from './dated-rows.ts'

export const componentFaults = ['days', 'twice', 'unknown-unit', 'outside-district'] as const
export interface ComponentFault {
  fault: typeof componentFaults[number]
  id: string
  validFrom: string
  at: Position | null
  other: string | null
}

export interface ComponentPlan { saved: Component[], ended: Component[], known: number, faults: ComponentFault[] }

const whole = (c: Component): string =>
  JSON.stringify([c.kind, c.name, c.ownerUnit, c.longitude, c.latitude, c.validTo])

/**
 * What becomes of the things in the street by a file. A thing's earlier row ends the day before the new one begins. The same row once more
 * puts it right. `outside`: whether it stands in none of the towns drawn on its first day.
 */
export function importComponents (
  standing: readonly Component[], incoming: readonly Component[],
  { units, outside }: { units: ReadonlySet<string>, outside: (component: Component) => boolean }
): ComponentPlan {
  const faults: ComponentFault[] = []
  const say = (c: Component, fault: ComponentFault['fault']): void => {
    const other = fault === 'unknown-unit' ? c.ownerUnit : null
    faults.push({ fault, id: c.id, validFrom: c.validFrom, at: [c.longitude, c.latitude], other })
  }
  const before = new Map(standing.map(c => [rowKey(c), c]))
  const given = new Set<string>()
  const after = new Map(before)
  for (const component of incoming) {
    if (given.has(rowKey(component))) say(component, 'twice')
    if (component.validTo !== null && component.validTo < component.validFrom) say(component, 'days')
    if (!units.has(component.ownerUnit)) say(component, 'unknown-unit')
    if (outside(component)) say(component, 'outside-district')
    given.add(rowKey(component))
    after.set(rowKey(component), component)
  }
  endEarlier(after, new Set(incoming.map(c => c.id)))
  const changed = [...after.values()].filter(c => {
    const was = before.get(rowKey(c))
    return was === undefined || whole(c) !== whole(was)
  })
  const saved = changed.filter(c => given.has(rowKey(c)))
  return { saved, ended: changed.filter(c => !given.has(rowKey(c))), known: given.size - saved.length, faults }
}
