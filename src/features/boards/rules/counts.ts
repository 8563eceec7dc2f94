import type { OrderState } from '../../../domain/work-order.ts'
import { noTally, sumOf, type Tally } from './rates.ts'

/** What the database counted: one row for every town, class, state and lead that occurs. */
export interface Cell extends Tally { townId: string | null, classCode: string | null, state: OrderState, unitId: string | null }

/** One line of a table; `key` null: not known yet. */
export interface Line extends Tally { key: string | null, name: string }

export interface Counts {
  total: Tally
  byTown: Line[]
  /** orders a department leads, or led last; those of the towns' own are in `byTown` alone */
  byDepartment: Line[]
  byClass: Line[]
  byState: Array<{ state: OrderState, count: number }>
}

export interface Names {
  towns: ReadonlyMap<string, string>
  classes: ReadonlyMap<string, string>
  units: ReadonlyMap<string, string>
  /** the department a unit is, or belongs to; none for the towns' */
  departments: ReadonlyMap<string, string>
}

function grouped (cells: readonly Cell[], keyOf: (cell: Cell) => string | null, nameOf: (key: string) => string): Line[] {
  const groups = new Map<string | null, Cell[]>()
  for (const cell of cells) {
    const key = keyOf(cell)
    const group = groups.get(key)
    if (group) group.push(cell)
    else groups.set(key, [cell])
  }
  return [...groups].map(([key, group]): Line => ({ key, name: key === null ? '未定' : nameOf(key), ...sumOf(group) }))
}

/**
 * Every order falls into exactly one line of each table - orders without a town have a line of their own - so that the sum
 * over towns is the total. Towns without any order are listed too, when all are asked for.
 */
export function countsOf (cells: readonly Cell[], names: Names, allTowns: boolean): Counts {
  const towns = grouped(cells, c => c.townId, key => names.towns.get(key) ?? key)
  if (allTowns) for (const [key, name] of names.towns) if (!towns.some(t => t.key === key)) towns.push({ key, name, ...noTally() })
  const order = (a: Line, b: Line): number => a.key === null ? 1 : b.key === null ? -1 : a.key.localeCompare(b.key)
  const states = new Map<OrderState, number>()
  for (const cell of cells) states.set(cell.state, (states.get(cell.state) ?? 0) + cell.received)
  return {
    total: sumOf(cells),
    byTown: towns.sort(order),
    byDepartment: grouped(
      cells,
      c => c.unitId === null ? null : names.departments.get(c.unitId) ?? null,
      key => names.units.get(key) ?? key
    )
      .filter(l => l.key !== null).sort((a, b) => b.received - a.received || order(a, b)),
    byClass: grouped(cells, c => c.classCode, key => names.classes.get(key) ?? key).sort(order),
    byState: [...states].map(([state, count]) => ({ state, count })).sort((a, b) => b.count - a.count)
  }
}

/** For every unit that is a department or a utility company, or below one: which. */
export function departmentsOf (units: ReadonlyArray<{ id: string, kind: string, parentId: string | null }>): ReadonlyMap<string, string> {
  const byId = new Map(units.map(u => [u.id, u]))
  const found = new Map<string, string>()
  for (const { id } of units) {
    let top: string | null = null
    for (let at = byId.get(id), steps = 0; at && steps < 10; at = at.parentId === null ? undefined : byId.get(at.parentId), steps++) {
      if (at.kind === 'town') { top = null; break }
      if (at.kind === 'department' || at.kind === 'utility') top = at.id
    }
    if (top !== null) found.set(id, top)
  }
  return found
}
