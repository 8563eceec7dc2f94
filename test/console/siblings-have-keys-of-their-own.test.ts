import { globSync, readFileSync } from 'node:fs'
import t from 'tap'
import ts from 'typescript'

/** What a JSX child shows, whichever way a condition goes: `a && <B key/>`, `c ? <D key/> : null`. */
function shown (node: ts.Node): ts.Node[] {
  if (ts.isJsxExpression(node)) return node.expression ? shown(node.expression) : []
  if (ts.isParenthesizedExpression(node)) return shown(node.expression)
  if (ts.isConditionalExpression(node)) return [...shown(node.whenTrue), ...shown(node.whenFalse)]
  if (ts.isBinaryExpression(node)) return shown(node.right)
  return ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node) ? [node] : []
}

function keyOf (node: ts.Node, file: ts.SourceFile): string | null {
  const opening = ts.isJsxElement(node) ? node.openingElement : node as ts.JsxSelfClosingElement
  const key = opening.attributes.properties.find(a => ts.isJsxAttribute(a) && a.name.getText(file) === 'key')
  // `d?.id ?? ''` is `d.id` as soon as there is a d.
  return key?.getText(file).replaceAll('?.', '.').replace(/\s*\?\?[^}]*/, '') ?? null
}

/** `file:line key=…` of every key that two siblings share: React keeps the first of them for ever. */
function shared (name: string, text: string): string[] {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isJsxElement(node) || ts.isJsxFragment(node)) {
      const keys = node.children.map(child => [...new Set(shown(child).map(n => keyOf(n, file)).filter(k => k !== null))]).flat()
      for (const key of new Set(keys.filter((k, i) => keys.indexOf(k) !== i))) {
        found.push(`${name}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${key}`)
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

await t.test('no two siblings of a page share one key: an earlier caller\'s panel would stay beside the next one\'s', async t => {
  t.same(shared('sample.tsx', '<div>{d ? <A key={d.id} /> : null}<B key={d?.id ?? \'\'} /></div>'), ['sample.tsx:1 key={d.id}'],
    'it finds one')
  t.same(shared('sample.tsx', '<div>{d ? <A key={d.id} /> : <B key={d.id} />}<C key=\'c\' /></div>'), [],
    'of two that are never shown together none is meant')
  const pages = globSync('src/console/**/*.tsx')
  t.ok(pages.length > 50)
  t.same(pages.flatMap(name => shared(name, readFileSync(name, 'utf8'))), [])
})
