// The type of a row is what PostgreSQL says of the statement: each statement is described by the server, and compared with the type the
// compiler gives its rows.
import t from 'tap'
import ts from 'typescript'
import pg from 'pg'
import { freshDatabase } from '../../harness/servers/database.ts'
import { composed, walk } from '../program.ts'
import { createValues } from './sql-values.ts'

interface Column { name: string, dataTypeID: number, tableID: number, columnID: number }

const { url, db } = await freshDatabase(t)
const client = new pg.Client({ connectionString: url })
await client.connect()
t.teardown(async () => { await client.end() })

/** What the server says a statement answers, without running it. */
async function described (text: string): Promise<Column[] | Error> {
  return await new Promise(resolve => {
    let columns: Column[] = []
    client.query({
      submit (connection: { parse: (q: object) => void, describe: (m: object) => void, sync: () => void }) {
        connection.parse({ text, name: '', types: [] })
        connection.describe({ type: 'S', name: '' })
        connection.sync()
      },
      handleRowDescription ({ fields }: { fields: Column[] }) { columns = fields },
      // After an error the client tells nothing more of this statement.
      handleError (error: Error) { resolve(error) },
      handleReadyForQuery () { resolve(columns) }
    } as unknown as pg.Submittable)
  })
}

const types = new Map((await db.query<{ oid: number, name: string, base: string, kind: string }>(`
  select t.oid::int as oid, t.typname as name, coalesce(b.typname, t.typname) as base, t.typcategory::text as kind
  from pg_type t left join pg_type b on b.oid = t.typbasetype and t.typbasetype <> 0`)).map(row => [row.oid, row]))
const nullable = new Map((await db.query<{ id: string, name: string }>(`
  select attrelid::int || '.' || attnum as id, attname as name from pg_attribute a join pg_class c on c.oid = a.attrelid
  where attnum > 0 and not attnotnull and c.relkind = 'r' and not exists (
    select from pg_type t where t.oid = a.atttypid and t.typnotnull)`)).map(row => [row.id, row.name]))

const scalar: Record<string, string> = {
  int2: 'number',
  int4: 'number',
  int8: 'number',
  float4: 'number',
  float8: 'number',
  numeric: 'number',
  oid: 'number',
  bool: 'boolean',
  text: 'string',
  varchar: 'string',
  bpchar: 'string',
  name: 'string',
  uuid: 'string',
  date: 'string',
  char: 'string',
  inet: 'string',
  timestamptz: 'Date',
  timestamp: 'Date',
  bytea: 'Buffer',
  json: 'any',
  jsonb: 'any',
  interval: 'any',
  record: 'any',
  void: 'any'
}
const wordOf = (oid: number): string => {
  const type = types.get(oid)
  if (!type) return '?'
  const name = type.base
  return name.startsWith('_') ? `${scalar[name.slice(1)] ?? '?'}[]` : scalar[name] ?? '?'
}

const program = composed()
const { checker, product, nameOf } = program
const valuesOf = createValues(program)

/** The word of a type without null: `string` for its literals, too. */
function wordsOf (type: ts.Type): Set<string> {
  const parts = type.isUnion() ? type.types : [type]
  return new Set(parts.flatMap((part): string[] => {
    if (part.flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)) return []
    if (part.flags & ts.TypeFlags.StringLike) return ['string']
    if (part.flags & ts.TypeFlags.NumberLike) return ['number']
    if (part.flags & ts.TypeFlags.BooleanLike) return ['boolean']
    if (part.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return ['any']
    if (part.isIntersection()) return [...wordsOf(part.types.find(x => x.flags & ts.TypeFlags.StringLike) ?? part.types[0] as ts.Type)]
    const name = part.symbol?.name ?? ''
    if (name === 'Date' || name === 'Buffer') return [name]
    if (checker.isArrayType(part)) {
      const [element] = checker.getTypeArguments(part as ts.TypeReference)
      return element ? [...wordsOf(element)].map(word => `${word}[]`) : ['any']
    }
    return ['any']
  }))
}

const maybe = (type: ts.Type): boolean => (type.isUnion() ? type.types : [type]).some(
  p => p.flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined | ts.TypeFlags.Any | ts.TypeFlags.Unknown))

interface Statement { place: string, texts: readonly string[] | null, row: ts.Type, node: ts.CallExpression }
const statements: Statement[] = []
for (const file of product) {
  walk(file, node => {
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression) || node.expression.name.text !== 'query') return
    const [text] = node.arguments
    const declaration = checker.getResolvedSignature(node)?.declaration
    if (!text || !declaration?.getSourceFile().fileName.endsWith('/src/db/database.ts')) return
    if (nameOf(file) === 'db/database.ts') return
    const [rows] = checker.getTypeArguments(checker.getTypeAtLocation(node) as ts.TypeReference)
    const [row] = rows ? checker.getTypeArguments(rows as ts.TypeReference) : []
    if (!row || checker.typeToString(row) === 'Record<string, unknown>') return
    const { line } = file.getLineAndCharacterOfPosition(node.getStart())
    statements.push({ place: `${nameOf(file)}:${line + 1}`, texts: valuesOf(text), row, node })
  })
}

/** Whether the statement itself leaves rows out where this column is null. */
const leavesOut = (text: string, column: string): boolean => new RegExp(`\\b${column} (?:is not null|=|<=|>=|<|>|in) ?`).test(text) ||
  new RegExp(`\\bon (?:\\w+\\.)?\\w+ = (?:\\w+\\.)?${column}\\b`).test(text)

const unknown: string[] = []
const faults: string[] = []
let compared = 0
for (const { place, texts, row, node } of statements) {
  if (texts === null) { unknown.push(place); continue }
  for (const text of texts) {
    const columns = await described(text)
    if (columns instanceof Error) { faults.push(`${place}: ${columns.message}`); continue }
    compared++
    const wanted = new Map(checker.getPropertiesOfType(row).map(p => [p.name, checker.getTypeOfSymbolAtLocation(p, node)]))
    for (const [name, type] of wanted) {
      const column = columns.find(c => c.name === name)
      if (!column) { if (!maybe(type)) faults.push(`${place}: no column ${name}`); continue }
      const [says, words] = [wordOf(column.dataTypeID), wordsOf(type)]
      if (says !== 'any' && !words.has('any') && !words.has(says) && words.size > 0) {
        faults.push(`${place}: ${name} is ${says}, typed ${[...words].join(' | ')}`)
      }
      const empty = nullable.get(`${column.tableID}.${column.columnID}`)
      if (empty !== undefined && !maybe(type) && !leavesOut(text, empty)) faults.push(`${place}: ${name} may be null`)
    }
    for (const { name } of columns) if (!wanted.has(name)) faults.push(`${place}: ${name} is not in the type`)
  }
}

/** Statements that are put together from what is asked for: lists with filters and boards. They only become fewer. */
const maxUnknown = 12

t.ok(compared > 190, `${compared} statements are compared`)
t.comment(unknown.join(', '))
t.ok(unknown.length <= maxUnknown, `${unknown.length} are put together while running`)
t.same([...new Set(faults)], [], 'each row is of the type it is given')
