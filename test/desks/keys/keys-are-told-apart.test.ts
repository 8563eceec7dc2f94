// The telephone bar is on every page: no desk may use one of its keys for something else.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import ts from 'typescript'

const root = fileURLToPath(new URL('../../../src/console', import.meta.url))
const shortcut = /^((Ctrl|Alt|Shift)\+)+([A-Z0-9]|Enter)$|^F\d{1,2}$/
const figures = Array.from({ length: 9 }, (_, i) => String(i + 1))

const wordsIn = (list: ts.ArrayLiteralExpression): string[] => list.elements.flatMap(e => ts.isStringLiteralLike(e) ? e.text : [])

/**
 * Every shortcut of a file: a literal, or built from a list in this file or from an index. An expression that cannot be resolved is
 * returned as it is.
 */
function keysOf (name: string, text: string): { keys: string[], unread: string[] } {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  const lists = new Map<string, string[]>()
  const keys: string[] = []
  const unread: string[] = []
  const learn = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer && ts.isArrayLiteralExpression(node.initializer)) {
      lists.set(node.name.text, wordsIn(node.initializer))
    }
    ts.forEachChild(node, learn)
  }
  const ends = (expression: ts.Expression): string[] | undefined => {
    if (/^\w+ \+ 1$/.test(expression.getText(file))) return figures
    const list = /^(\w+)\[\w+\]( \?\? '')?$/.exec(expression.getText(file))?.[1]
    return list === undefined ? undefined : lists.get(list)
  }
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && shortcut.test(node.text)) keys.push(node.text)
    if (ts.isTemplateExpression(node) && /^((Ctrl|Alt|Shift)\+)*(Ctrl|Alt|Shift)\+$|^F$/.test(node.head.text)) {
      const [span, ...more] = node.templateSpans
      const found = span && more.length === 0 && span.literal.text === '' ? ends(span.expression) : undefined
      if (found) keys.push(...found.map(end => node.head.text + end))
      else unread.push(`${name}: ${node.getText(file)}`)
    }
    // Concatenation with plus is not resolved.
    if (ts.isStringLiteralLike(node) && /^((Ctrl|Alt|Shift)\+)+$/.test(node.text)) unread.push(`${name}: ${node.parent.getText(file)}`)
    ts.forEachChild(node, visit)
  }
  learn(file)
  visit(file)
  return { keys, unread }
}

function keysIn (folder: string): Set<string> {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter(name => /\.tsx?$/.test(name))
  const found = files.map(name => keysOf(`${folder}/${name}`, readFileSync(join(root, folder, name), 'utf8')))
  t.same(found.flatMap(f => f.unread), [], `${folder}: every key can be read`)
  return new Set(found.flatMap(f => f.keys))
}

/* eslint-disable no-template-curly-in-string -- samples of source */
const read = (text: string): unknown => keysOf('sample.tsx', text)
t.same(read('const a = <K keys="Alt+A" />; const b = <K keys={`F2`} />'), { keys: ['Alt+A', 'F2'], unread: [] }, 'in any quotes')
t.same(read('const k = ["Y", "U"]; const a = <K keys={`Alt+Shift+${k[i] ?? \'\'}`} />'),
  { keys: ['Alt+Shift+Y', 'Alt+Shift+U'], unread: [] }, 'from a list')
t.same((read('const a = <K keys={`Alt+${i + 1}`} />') as { keys: string[] }).keys.length, 9, 'by a place in a list')
t.same(read('const a = <K keys={`Alt+${letter(r)}`} />'), { keys: [], unread: ['sample.tsx: `Alt+${letter(r)}`'] },
  'by something else: not')
t.same(read('const a = <K keys={"Alt+" + r} />'), { keys: [], unread: ['sample.tsx: "Alt+" + r'] })
/* eslint-enable no-template-curly-in-string */

const telephone = keysIn('phone')
t.ok(['F2', 'F4', 'Alt+1', 'Alt+Shift+1', 'Alt+Shift+9'].every(keys => telephone.has(keys)), 'the telephone\'s keys are found')
for (const desk of readdirSync(join(root, 'desks'))) {
  const own = keysIn(`desks/${desk}`)
  t.same([...own].filter(keys => telephone.has(keys)), [], `${desk} leaves the telephone its keys`)
}
t.ok(['Alt+Shift+Y', 'Alt+Shift+P'].every(keys => keysIn('desks/callbacks').has(keys)), 'also those that come from a list')
// Orders may use Alt with a figure too: in a call and in wrap-up the telephone is mounted last and gets these keys.
t.same([...keysIn('orders')].filter(keys => telephone.has(keys) && !/^Alt\+\d$/.test(keys)), [])
