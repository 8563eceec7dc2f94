// What a `create…` takes, the composed product gives: an option nobody passes is a promise nobody keeps.
import type { Test } from 'tap'
import ts from 'typescript'
import { walk, type Composed } from './program.ts'
import { maxOptionsForTests, maxOptionsWaiting, optionsForTests, optionsWaiting } from './waiting.ts'

const isMaker = /^create[A-Z]/

/** What a file makes by this name: `function createX` or `const createX = … =>`. */
function maker (node: ts.Node): { name: string, parameters: readonly ts.ParameterDeclaration[] } | null {
  if (ts.isFunctionDeclaration(node) && node.name) return { name: node.name.text, parameters: [...node.parameters] }
  if (!ts.isVariableDeclaration(node) || !ts.isIdentifier(node.name) || !node.initializer) return null
  const { initializer } = node
  return ts.isArrowFunction(initializer) ? { name: node.name.text, parameters: [...initializer.parameters] } : null
}

/** Two capabilities may each have a `createDialling`: with the file it is declared in. */
const keyOf = (file: ts.SourceFile | undefined, name: string, option: string): string => `${file?.fileName}: ${name}.${option}`

/** Every `create…`, and every option of it that may be left out, as the lists say it: `createSms.leaseMs`. */
function optional ({ checker, product }: Composed): { makers: Set<string>, options: Map<string, string> } {
  const makers = new Set<string>()
  const options = new Map<string, string>()
  for (const file of product) {
    walk(file, node => {
      const found = maker(node)
      if (!found || !isMaker.test(found.name)) return
      makers.add(keyOf(file, found.name, ''))
      for (const parameter of found.parameters) {
        const type = checker.getTypeAtLocation(parameter)
        // What Node's own classes take is theirs.
        const own = type.getProperties().filter(
          p => p.flags & ts.SymbolFlags.Optional && p.declarations?.some(d => product.includes(d.getSourceFile()))
        )
        for (const option of own) options.set(keyOf(file, found.name, option.name), `${found.name}.${option.name}`)
      }
    })
  }
  return { makers, options }
}

/** What the calls in these files pass. */
function passed ({ checker }: Composed, files: readonly ts.SourceFile[]): Set<string> {
  const given = new Set<string>()
  for (const file of files) {
    walk(file, node => {
      if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression) || !isMaker.test(node.expression.text)) return
      const imported = checker.getSymbolAtLocation(node.expression)
      const made = imported && imported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(imported) : imported
      const from = made?.declarations?.[0]?.getSourceFile()
      for (const argument of node.arguments) {
        for (const p of checker.getTypeAtLocation(argument).getProperties()) given.add(keyOf(from, made?.name ?? '', p.name))
      }
    })
  }
  return given
}

/** Options of one `create…` are handed on by another's: `createFeedClients` by the routes of the feed. */
function ownerOfTests (tests: readonly ts.SourceFile[], option: string): boolean {
  const name = option.split('.')[1] ?? ''
  // Not in the list itself.
  return tests.some(file => !file.fileName.includes('/test/architecture/') && new RegExp(`\\b${name}\\b`).test(file.text))
}

/** Every option of a `create…` is passed by the product, or waits on a list. */
export function optionsArePassed (t: Test, program: Composed): void {
  const { makers, options } = optional(program)
  const byProduct = passed(program, program.product)
  const byTests = new Set([...passed(program, program.tests)].flatMap(key => options.get(key) ?? []))
  const missing = [...options].filter(([key]) => !byProduct.has(key)).map(([, option]) => option)

  t.ok(makers.size > 120 && options.size > 42, `${makers.size} functions and ${options.size} options are found`)
  t.same(missing.filter(o => !optionsForTests.includes(o) && !(o in optionsWaiting)), [],
    'every option is passed by the product, or it waits on a list with its reason')
  t.same(optionsForTests.filter(o => !missing.includes(o)), [], 'an option passed now, or gone, leaves the list of test options')
  t.same(optionsForTests.filter(o => !byTests.has(o) && !ownerOfTests(program.tests, o)), [], 'and a test does pass it')
  t.same(Object.keys(optionsWaiting).filter(o => !missing.includes(o)), [], 'an option passed now leaves the list of waiting ones')
  t.ok(optionsForTests.length <= maxOptionsForTests && Object.keys(optionsWaiting).length <= maxOptionsWaiting, 'the lists only shrink')
}
