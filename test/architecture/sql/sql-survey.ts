// Every text of SQL in the product with the tables it names.
import ts from 'typescript'
import { walk, type Composed } from '../program.ts'
import { tablesOf } from './sql-tables.ts'
import { createResolver, isLiteral, looksLikeSql, piecesOf, type Literal, type Role } from './sql-texts.ts'

export interface Surveyed {
  /** `features/calls/calls.ts` */
  file: string
  line: number
  role: Role
  read: ReadonlySet<string>
  written: ReadonlySet<string>
}

export interface Survey {
  texts: Surveyed[]
  /** file, line and what is wrong with each text that could not be found or understood */
  failures: string[]
}

/** Reads all the product's SQL; `relations` are the tables and views that there are. */
export function survey (program: Composed, relations: ReadonlySet<string>): Survey {
  const { product, nameOf } = program
  const resolver = createResolver(program)
  const place = (node: ts.Node): { file: string, line: number } => {
    const file = node.getSourceFile()
    return { file: nameOf(file), line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1 }
  }
  const said = (node: ts.Node, what: string): string => `${place(node).file}:${place(node).line}: ${what}`
  const texts: Surveyed[] = []
  const failures: string[] = []
  const done = new Map<Literal, Set<Role>>()
  const fixed = (node: Literal): string => piecesOf(node).join('…')
  const namesTable = (text: string): boolean => [...text.matchAll(/\w+/g)].some(([word]) => relations.has(word))

  function take (node: Literal, role: Role): void {
    const roles = done.get(node) ?? new Set<Role>()
    if (roles.has(role) || (role === 'fragment' && roles.size > 0)) return
    done.set(node, roles.add(role))
    const spans = ts.isTemplateExpression(node) ? node.templateSpans : []
    const tables = tablesOf(node, role)
    if (typeof tables === 'string') {
      // A part that names no table may be anything: a sign, a word, a piece of a list.
      if (role !== 'fragment' || looksLikeSql(fixed(node), relations) || namesTable(fixed(node))) failures.push(said(node, tables))
    } else {
      texts.push({ ...place(node), role, read: tables.read, written: tables.written })
      for (const name of [...tables.read, ...tables.written]) {
        if (!relations.has(name) && !systemTable(name)) failures.push(said(node, `there is no table ${name}`))
      }
    }
    spans.forEach(({ expression }, i) => {
      const as = typeof tables === 'string' ? undefined : tables.holes.get(i)
      const { found, complete } = resolver.literals(expression)
      if (as && !complete) failures.push(said(expression, `nobody can say what ${expression.getText()} is`))
      for (const literal of found) take(literal, as ?? 'fragment')
    })
  }

  for (const expression of resolver.given) {
    const { found, complete } = resolver.literals(expression)
    if (!complete) failures.push(said(expression, `nobody can say what ${expression.getText()} is`))
    for (const literal of found) take(literal, 'statement')
  }
  // What reaches a statement by a way that cannot be followed (a list that is joined, an object that collects conditions).
  for (const file of product) {
    walk(file, node => { if (isLiteral(node) && !done.has(node) && looksLikeSql(fixed(node), relations)) take(node, 'fragment') })
  }
  return { texts, failures }
}

/** PostgreSQL's own tables and views belong to nobody. */
const systemTable = (name: string): boolean => /^(pg_|information_schema\.)/.test(name)
