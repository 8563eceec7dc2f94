// One owner for each table, as PostgreSQL's own grammar reads the product's SQL: tables by their owner only, doors by everybody.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import ts from 'typescript'
import { freshDatabase } from '../../harness/servers/database.ts'
import { doors, owners } from './owners.ts'
import { composed, root } from '../program.ts'
import { survey } from './sql-survey.ts'
import { tablesOf } from './sql-tables.ts'
import type { Literal, Role } from './sql-texts.ts'

const { db } = await freshDatabase(t)
const standing = async (kinds: string): Promise<string[]> => (await db.query<{ name: string }>(
  "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = any($1::\"char\"[]) order by relname " +
  'collate "C"',
  [[...kinds]])).map(row => row.name)
const tables = await standing('rp')
const views = await standing('vm')
const functions = await db.query<{ name: string, known: boolean }>(`select proname as name, prosqlbody is not null as known from pg_proc
  where pronamespace = 'public'::regnamespace and prorettype not in ('trigger'::regtype, 'void'::regtype)
    and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e') order by proname collate "C"`)

t.test('every table has an owner, and every owner has its table', async t => {
  const standingDoors = [...views, ...functions.map(f => f.name)]
  t.ok(tables.length > 50, `${tables.length} tables`)
  t.same(tables.filter(name => !(name in owners)), [], 'tables without an owner')
  t.same(Object.keys(owners).filter(name => !tables.includes(name)), [], 'owners of what is no table')
  t.same(standingDoors.filter(name => !(name in doors)), [], 'doors without an owner')
  t.same(Object.keys(doors).filter(name => !standingDoors.includes(name)), [], 'owners of what is no door')
  t.same(functions.filter(f => !f.known), [], 'functions that do not say what they read: `begin atomic` does')
})

t.test('a door leads to tables of its owner alone', async t => {
  const used = await db.query<{ door: string, table: string }>(`
    select distinct coalesce(f.proname, v.relname) as door, r.relname as table
    from pg_depend d join pg_class r on r.oid = d.refobjid and d.refclassid = 'pg_class'::regclass
      and r.relnamespace = 'public'::regnamespace
      left join pg_proc f on d.classid = 'pg_proc'::regclass and f.oid = d.objid
      left join pg_rewrite w on d.classid = 'pg_rewrite'::regclass and w.oid = d.objid
      left join pg_class v on v.oid = w.ev_class and v.oid <> r.oid
    where f.oid is not null or v.oid is not null order by 1, 2`)
  t.same(Object.keys(doors).filter(name => !used.some(u => u.door === name)), [], 'each leads somewhere')
  t.same(used.filter(({ door, table }) => (owners[table] ?? doors[table]) !== doors[door]), [])
})

t.test('only files of its owner name a table', async t => {
  const { texts, failures } = survey(composed(), new Set([...tables, ...views]))
  t.same(failures, [], 'each text of SQL is found and understood')
  t.ok(texts.length > 450, `${texts.length} texts of SQL`)
  t.ok(texts.some(x => x.role === 'relation' && x.read.has('work_order')), 'parts put into statements among them')
  t.ok(texts.some(x => x.role === 'target' && x.written.has('unit')), 'tables that are named by a parameter among them')

  const past = new Set<string>()
  for (const { file, read, written } of texts) {
    const foreign = (names: ReadonlySet<string>): string[] =>
      [...names].filter(name => name in owners && !file.startsWith(`${owners[name] ?? ''}/`))
    for (const name of foreign(read)) past.add(`${file}: ${name}`)
    for (const name of foreign(written)) past.add(`${file}: ${name}, written`)
  }
  t.same([...past].sort(), [], 'ask the owner: its reads, its views, its commands')
})

t.test('docs/tables.md says the same', async t => {
  const rows = [...readFileSync(join(root, 'docs/tables.md'), 'utf8').matchAll(/^\| `(\w+)` \| `([\w/-]+)` \| (.+) \|$/gm)]
  const all: Record<string, string> = { ...owners, ...doors }
  t.same(rows.map(([, name, owner]) => [name, owner]), Object.keys(all).sort().map(name => [name, all[name]]))
  t.same(rows.filter(([, , , what = '']) => what.length < 10).map(([, name]) => name), [], 'each says what a row is')
})

t.test('the grammar tells tables from what only looks like one', async t => {
  const literal = (source: string): Literal => {
    const [first] = ts.createSourceFile('x.ts', source, ts.ScriptTarget.Latest, true).statements
    if (!first || !ts.isExpressionStatement(first)) throw new Error(source)
    return first.expression as Literal
  }
  const named = (source: string, role: Role = 'statement'): unknown => {
    const answer = tablesOf(literal(source), role)
    return typeof answer === 'string'
      ? answer
      : [[...answer.read].sort().join(' '), [...answer.written].join(' '), [...answer.holes.entries()].join(' ')]
  }
  t.same(named('"select \'from call\' from unit u, lateral (select from person where unit_id = u.id) p -- from agent"'),
    ['person unit', '', ''])
  t.same(named('"with call as (select from unit) select from call"'), ['unit', '', ''], 'a name of `with` is no table')
  t.same(named('"with call as (select from call) select from call"'), ['call', '', ''], 'but inside itself it is')
  t.same(named('"with recursive up as (select from unit union select from up) select from up"'), ['unit', '', ''])
  t.same(named('"with gone as (delete from leg using trunk returning 1) insert into call select from gone"'), ['trunk', 'leg call', ''])
  t.same(named('"update call c set x = (select from unit) from agent a where true"'), ['agent unit', 'call', ''])
  t.same(named('"select from call c join unit u on true for update of c"'), ['call unit', '', ''])
  t.same(named('"lock table call"'), ['', 'call', ''])
  /* eslint-disable no-template-curly-in-string -- sources of templates */
  t.same(named('`select ${a} from ${b} where ${c} order by ${d} limit ${e}`'), ['', '', '1,relation'],
    'a table put into a hole is followed')
  t.same(named('`insert into ${a} (${b}) select 1 from unit`'), ['unit', '', '0,target'])
  t.same(named('`left join call c on ${a}`', 'fragment'), ['call', '', ''])
  t.match(named('`select from where ${a}`'), /syntax error/)
  /* eslint-enable no-template-curly-in-string */
})
