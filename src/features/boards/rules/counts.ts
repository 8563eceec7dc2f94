import { noTally, sumOf, tallyFields, type Tally } from './rates.ts'

/** What the database counted: one row for every town, class and state that occurs. */
export interface Cell extends Tally { townId: string | null, classCode: string | null, state: string }

/** One line of a table; `key` null: not known yet. */
export interface Line extends Tally { key: string | null, name: string }

export interface Counts { total: Tally, byTown: Line[], byClass: Line[], byState: Array<{ state: string, count: number }> }

export interface Names { towns: ReadonlyMap<string, string>, classes: ReadonlyMap<string, string> }

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
 * Every order falls into exactly one line of each table - what has no town yet has a line of its own - so that the sum
 * over towns is the total. Towns without any order are listed too, when all are asked for.
 */
export function countsOf (cells: readonly Cell[], names: Names, allTowns: boolean): Counts {
  const towns = grouped(cells, c => c.townId, key => names.towns.get(key) ?? key)
  if (allTowns) for (const [key, name] of names.towns) if (!towns.some(t => t.key === key)) towns.push({ key, name, ...noTally() })
  const order = (a: Line, b: Line): number => a.key === null ? 1 : b.key === null ? -1 : a.key.localeCompare(b.key)
  const states = new Map<string, number>()
  for (const cell of cells) states.set(cell.state, (states.get(cell.state) ?? 0) + cell.received)
  return {
    total: sumOf(cells),
    byTown: towns.sort(order),
    byClass: grouped(cells, c => c.classCode, key => names.classes.get(key) ?? key).sort(order),
    byState: [...states].map(([state, count]) => ({ state, count })).sort((a, b) => b.count - a.count)
  }
}

/** Only the counted fields of a line or cell. */
export const tallyOf = (line: Tally): Tally => Object.fromEntries(tallyFields.map(f => [f, line[f]])) as Record<keyof Tally, number>
