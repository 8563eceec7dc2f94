// What a statement reads and writes, as PostgreSQL's own grammar says.
import { loadModule, parseSync } from 'libpg-query'
import { piecesOf, type Literal, type Role } from './sql-texts.ts'

export interface Tables {
  read: Set<string>
  written: Set<string>
  /** which of the text's holes hold a table's name or a relation, and which the head of a statement */
  holes: Map<number, Role>
}

await loadModule()

/** What may stand in a hole: a name, nothing, a comparison, a number, a further item, a column with its type, a condition, an order. */
const fillings = ['hole_#', '', 'hole_# = 1', '1', ', hole_#', 'hole_# int', 'and true', 'limit 1', '=']
/** What a whole statement may begin with as well. */
const heads = ['select from head_#', 'insert into head_# values (1)']

/** How a part of a statement is made a whole one. */
const around: Record<Role, ReadonlyArray<[before: string, after: string]>> = {
  statement: [['', '']],
  relation: [['select from ', '']],
  target: [['delete from ', '']],
  fragment: [
    ['', ''], ['select ', ''], ['select from whole ', ''], ['select from whole where true ', ''], ['select from ', ''],
    ['update whole set ', ''], ['with ', ' select'], ['select from whole for update ', ''], ['select x ', ' x']
  ]
}

type Tree = unknown
const isObject = (x: Tree): x is Record<string, Tree> => typeof x === 'object' && x !== null && !Array.isArray(x)

interface Cte { CommonTableExpr: { ctename: string, ctequery: Tree } }

/** Adds what a part of a parsed statement names; `known` are the names that `with` has given around it. */
function collect (tree: Tree, into: Tables, known: ReadonlySet<string>): void {
  if (Array.isArray(tree)) return tree.forEach(part => { collect(part, into, known) })
  if (!isObject(tree)) return
  let scope = known
  const { withClause, ...rest } = tree
  if (isObject(withClause)) {
    const ctes = withClause.ctes as Cte[]
    const names = ctes.map(c => c.CommonTableExpr.ctename)
    // A name of `with` is known to those after it, and to itself and those before it only when recursive.
    ctes.forEach(({ CommonTableExpr: cte }, i) => {
      collect(cte.ctequery, into, new Set([...known, ...withClause.recursive ? names : names.slice(0, i)]))
    })
    scope = new Set([...known, ...names])
  }
  for (const [key, part] of Object.entries(rest)) {
    // `for update of c` names what stands in `from`.
    if (key === 'lockedRels') continue
    if (isObject(part) && typeof part.relname === 'string') {
      const name = part.schemaname === undefined ? part.relname : `${String(part.schemaname)}.${part.relname}`
      const [, hole, head] = /^(?:hole_(\d+)|head_(\d+))$/.exec(name) ?? []
      if (hole) into.holes.set(Number(hole), key === 'relation' ? 'target' : 'relation')
      else if (head) into.holes.set(Number(head), 'fragment')
      else if (name === 'whole') continue
      else if (key === 'relation') into.written.add(name)
      else if (!scope.has(name) || part.schemaname !== undefined) into.read.add(name)
      continue
    }
    // Locked or emptied whole: as good as written.
    if (key === 'LockStmt' || key === 'TruncateStmt') {
      const inner: Tables = { read: new Set(), written: into.written, holes: into.holes }
      collect(part, inner, scope)
      for (const name of inner.read) into.written.add(name)
      continue
    }
    collect(part, into, scope)
  }
}

/** The tables of a whole statement, or the grammar's complaint. */
function parsed (sql: string): Tables | string {
  const into: Tables = { read: new Set(), written: new Set(), holes: new Map() }
  try {
    collect(parseSync(sql), into, new Set())
    return into
  } catch (error) {
    return (error as Error).message
  }
}

/** The complaint about what is right as far as it goes. */
const unfinished = /at end of input|unterminated/

/** Tries at most for one text; a statement with more unknown parts than that should be written otherwise. */
const maxTries = 20_000

/** The tables of a literal, its holes filled so that it parses; the grammar's first complaint when nothing makes it parse. */
export function tablesOf (node: Literal, role: Role): Tables | string {
  const [start = '', ...rest] = piecesOf(node)
  let tries = 0
  let complaint = ''
  const complain = (what: string): null => {
    complaint ||= what
    return null
  }
  for (const [before, after] of around[role]) {
    // Filled from the left: what is wrong already is not gone on with.
    const filled = (head: string, index: number): Tables | null => {
      const next = rest[index]
      if (next === undefined) {
        const answer = parsed(before + head + after)
        return typeof answer === 'string' ? complain(answer) : answer
      }
      for (const filling of role === 'statement' && index === 0 ? [...fillings, ...heads] : fillings) {
        if (++tries > maxTries) return complain('too many unknown parts')
        const longer = `${head} ${filling.replace('#', String(index))} ${next}`
        const soFar = parsed(before + longer)
        if (typeof soFar === 'string' && !unfinished.test(soFar)) {
          complain(soFar)
          continue
        }
        const answer = filled(longer, index + 1)
        if (answer) return answer
      }
      return null
    }
    const answer = filled(start, 0)
    if (answer) return answer
  }
  return complaint
}
