/** A state diagram of docs/states.md as it is compared with the rules. */
export interface Diagram {
  states: string[]
  /** `A --> B: step`, one for each step named on an arrow, and for each member of a composite state at its ends */
  edges: string[]
  /** where `[*]` leads to, and what leads to it */
  starts: string[]
  ends: string[]
}

/** The text below `## heading`, up to the next heading of its rank. @throws Error when there is none */
function section (page: string, heading: string): string {
  const [, found] = page.split(new RegExp(`^## ${heading}$`, 'm'))
  if (found === undefined) throw new Error(`no section ${heading}`)
  return found.split(/^## /m)[0] ?? ''
}

/** A section's state diagram; it holds aliases, composite states and arrows with their steps. @throws Error at any other line */
export function readDiagram (page: string, heading: string): Diagram {
  const block = /```mermaid\nstateDiagram-v2\n([\s\S]*?)```/.exec(section(page, heading))?.[1]
  if (block === undefined) throw new Error(`no state diagram below ${heading}`)
  const words = new Map<string, string>()
  const composites = new Map<string, string[]>()
  const arrows: Array<[from: string, to: string, steps: string]> = []
  let open: string | null = null
  for (const line of block.split('\n').map(text => text.trim()).filter(text => text !== '' && !text.startsWith('direction '))) {
    const alias = /^state "([^"]+)" as (\w+)$/.exec(line)
    const composite = /^state (\w+) \{$/.exec(line)
    const arrow = /^(\[\*\]|\w+) --> (\[\*\]|\w+)(?: : ([^:;]+))?$/.exec(line)
    if (alias?.[1] !== undefined && alias[2] !== undefined) words.set(alias[2], alias[1])
    else if (composite?.[1] !== undefined) composites.set(open = composite[1], [])
    else if (line === '}' && open !== null) open = null
    else if (open !== null && /^\w+$/.test(line)) composites.get(open)?.push(line)
    else if (arrow?.[1] !== undefined && arrow[2] !== undefined) arrows.push([arrow[1], arrow[2], arrow[3] ?? ''])
    else throw new Error(`${heading}: what is ${JSON.stringify(line)}?`)
  }
  const word = (id: string): string => words.get(id) ?? id
  const all = (id: string): string[] => (composites.get(id) ?? [id]).map(word)
  const drawn = [...[...composites.values()].flat(), ...arrows.flatMap(([from, to]) => [from, to])]
  return {
    states: [...new Set(drawn.filter(id => id !== '[*]' && !composites.has(id)).map(word))],
    edges: arrows.filter(([from, to]) => from !== '[*]' && to !== '[*]').flatMap(([from, to, steps]) =>
      all(from).flatMap(a => all(to).filter(b => b !== a).flatMap(b => steps.split(', ').map(step => `${a} --> ${b}: ${step}`)))),
    starts: arrows.filter(([from]) => from === '[*]').flatMap(([, to]) => all(to)),
    ends: arrows.filter(([, to]) => to === '[*]').flatMap(([from]) => all(from))
  }
}

/** The cells of the rows of a section's first table, without its head; code marks taken off. */
export function readTable (page: string, heading: string): string[][] {
  const rows = section(page, heading).split('\n').filter(line => line.startsWith('|')).slice(2)
  return rows.map(row => row.slice(1, -1).split('|').map(cell => cell.trim().replaceAll('`', '')))
}
