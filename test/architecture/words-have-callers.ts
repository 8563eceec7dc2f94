// A leg purpose, an alarm family and a script each have somebody who uses them: a word nobody says is a promise nobody keeps.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import ts from 'typescript'
import { legPurposes } from '../../src/domain/telephone/legs.ts'
import { alarmFamilies } from '../../src/queue/alarms.ts'
import { root, walk, type Composed } from './program.ts'

/**
 * Where `name: 'word'` (or the shorthand of a variable of one of a few words) stands in an object of the product. What may be any of
 * `words` only hands one on.
 */
function said ({ checker, product, nameOf }: Composed, name: string, words: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const file of product) {
    walk(file, node => {
      if (!ts.isPropertyAssignment(node) && !ts.isShorthandPropertyAssignment(node)) return
      if (node.name.getText() !== name) return
      const type = ts.isPropertyAssignment(node) ? checker.getTypeAtLocation(node.initializer) : checker.getTypeAtLocation(node)
      const literals = (type.isUnion() ? type.types : [type]).flatMap(part => part.isStringLiteral() ? [part.value] : [])
      if (words.every(word => literals.includes(word))) return
      for (const word of literals) found.set(word, [...found.get(word) ?? [], nameOf(file)])
    })
  }
  return found
}

/** Each leg purpose, alarm family and script has somebody who uses it. */
export async function wordsHaveCallers (t: Test, program: Composed): Promise<void> {
  const { checker, product } = program
  await t.test('leg purposes', async t => {
    const by = said(program, 'purpose', legPurposes)
    for (const purpose of legPurposes) {
      t.ok((by.get(purpose) ?? []).some(file => /^(features|dialler\/trunks)\//.test(file)), `${purpose}: some feature dials or hears for it`)
    }
  })

  await t.test('alarm families are set and heard', async t => {
    const set = new Set<string>()
    const heard = new Set<string>()
    for (const file of product) {
      walk(file, node => {
        if (ts.isObjectLiteralExpression(node)) {
          const type = checker.getTypeAtLocation(node)
          const family = type.getProperty('family')
          const word = family && checker.getTypeOfSymbolAtLocation(family, node)
          if (!word?.isStringLiteral()) return
          if (type.getProperty('ring')) heard.add(word.value)
          if (type.getProperty('payload')) set.add(word.value)
        } else if (
          ts.isCallExpression(node) && node.expression.getText() === 'alarm' && node.arguments[0] && ts.isStringLiteral(node.arguments[0])
        ) {
          heard.add(node.arguments[0].text)
        }
      })
    }
    t.same([...set].sort(), [...alarmFamilies].sort(), 'set')
    t.same([...heard].sort(), [...alarmFamilies].sort(), 'heard')
  })

  await t.test('every dialplan script is requested, and every requested script exists', async t => {
    const folder = join(root, 'dialplans/extensions')
    const dialplan = readdirSync(folder).map(name => readFileSync(join(folder, name), 'utf8')).join('\n')
    const scripts = [...dialplan.matchAll(/^\[script-([a-z-]+)\]/gm)].map(m => m[1] ?? '').sort()
    const asked = new Set<string>()
    for (const file of product) {
      walk(file, node => {
        if (!ts.isObjectLiteralExpression(node)) return
        const type = checker.getTypeAtLocation(node)
        const name = type.getProperty('variables') && type.getProperty('name')
        const value = name && checker.getTypeOfSymbolAtLocation(name, node)
        for (const part of value?.isUnion() ? value.types : value ? [value] : []) if (part.isStringLiteral()) asked.add(part.value)
      })
    }
    t.same([...asked].sort(), scripts)
  })
}
