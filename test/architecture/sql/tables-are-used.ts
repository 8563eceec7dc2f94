// Every table is written and read by the product, every view read; what waits for a later capability says so, and the list only shrinks.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { root, texts, type Composed } from '../program.ts'
import { maxTablesWaiting, tablesWaiting } from '../waiting.ts'

/** The tables that stand after every migration. */
function tables (): string[] {
  const standing = new Set<string>()
  for (const file of readdirSync(join(root, 'migrations')).sort()) {
    const sql = readFileSync(join(root, 'migrations', file), 'utf8').replace(/--.*$/gm, '')
    for (const [
      , verb, name = '', renamed
    ] of sql.matchAll(/\b(create table|drop table|alter table)\s+(?:if (?:not )?exists\s+)?(\w+)(?:\s+rename to\s+(\w+))?/gi)) {
      if (verb?.toLowerCase() === 'create table') standing.add(name)
      else if (verb?.toLowerCase() === 'drop table' || renamed) standing.delete(name)
      if (renamed) standing.add(renamed)
    }
  }
  return [...standing].sort()
}

/** The views that stand after every migration. */
function views (): string[] {
  const standing = new Set<string>()
  for (const file of readdirSync(join(root, 'migrations')).sort()) {
    const sql = readFileSync(join(root, 'migrations', file), 'utf8').replace(/--.*$/gm, '')
    for (const [, verb, name = ''] of sql.matchAll(/\b(create (?:or replace )?view|drop view)\s+(?:if exists\s+)?(\w+)/gi)) {
      if (verb?.toLowerCase() === 'drop view') standing.delete(name)
      else standing.add(name)
    }
  }
  return [...standing]
}

/** Every table has a reader and a writer in the product, or waits on a list. */
export function tablesAreUsed (t: Test, { product }: Composed): void {
  // Only what is a statement: prose names tables too. A column list written apart still stands in a text with its verb.
  const statements = [...texts(product)]
    .map(x => x.text.replace(/\s+/g, ' '))
    .filter(text => /\b(select|insert|update|delete|from|join)\b/i.test(text))
  const has = (pattern: (table: string) => string) =>
    (table: string): boolean => statements.some(s => new RegExp(pattern(table), 'i').test(s))
  const isRead = has(name => `\\b(from|join) ${name}\\b(?!\\()`)
  const isWritten = has(name => `\\b(insert into|update|delete from) ${name}\\b`)
  const filled = /* a district's files go in by one function that is told the table */ new Set(
    [...texts(product)].filter(x => x.file.fileName.endsWith('-load.ts')).map(x => x.text))

  const all = tables()
  t.ok(all.length > 40, `${all.length} tables are found`)
  const lacking = all.filter(name => !(isRead(name) || isRead(`${name}_read`)) || !(isWritten(name) || filled.has(name)))
  t.same(lacking.filter(name => !(name in tablesWaiting)), [], 'each has a reader and a writer in the product')
  t.same(Object.keys(tablesWaiting).filter(name => !lacking.includes(name)), [], 'a table used now leaves the list')
  t.ok(views().length > 10, 'the views are found')
  t.same(views().filter(name => !isRead(name)), [], 'each view has a reader in the product')
  t.ok(Object.keys(tablesWaiting).length <= maxTablesWaiting, 'the list only shrinks')
}
