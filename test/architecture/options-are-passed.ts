// What a `create…` takes, the composed product gives: an option nobody passes is a promise nobody keeps.
import type { Test } from 'tap'
import ts from 'typescript'
import { walk, type Composed } from './program.ts'
import { maxOptionsForTests, maxOptionsWaiting, optionsForTests, optionsWaiting } from './waiting.ts'

const made = /^create[A-Z]/

/** `createSms.leaseMs`: every option that may be left out. */
function optional ({ checker, product }: Composed): Set<string> {
  const options = new Set<string>()
  for (const file of product) {
    walk(file, node => {
      if (!ts.isFunctionDeclaration(node) || !node.name || !made.test(node.name.text)) return
      for (const parameter of node.parameters) {
        const type = checker.getTypeAtLocation(parameter)
        // What Node's own classes take is theirs.
        const own = type.getProperties().filter(
          p => p.flags & ts.SymbolFlags.Optional && p.declarations?.some(d => product.includes(d.getSourceFile()))
        )
        for (const option of own) options.add(`${node.name.text}.${option.name}`)
      }
    })
  }
  return options
}

/** What the calls in these files pass. */
function passed ({ checker }: Composed, files: readonly ts.SourceFile[]): Set<string> {
  const given = new Set<string>()
  for (const file of files) {
    walk(file, node => {
      if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression) || !made.test(node.expression.text)) return
      for (const argument of node.arguments) {
        for (const p of checker.getTypeAtLocation(argument).getProperties()) given.add(`${node.expression.text}.${p.name}`)
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
  const options = optional(program)
  const byProduct = passed(program, program.product)
  const byTests = passed(program, program.tests)
  const missing = [...options].filter(o => !byProduct.has(o))

  t.ok(options.size > 40, 'the options are found')
  t.same(missing.filter(o => !optionsForTests.includes(o) && !(o in optionsWaiting)), [],
    'every option is passed by the product, or it waits on a list with its reason')
  t.same(optionsForTests.filter(o => !missing.includes(o)), [], 'an option passed now, or gone, leaves the list of test options')
  t.same(optionsForTests.filter(o => !byTests.has(o) && !ownerOfTests(program.tests, o)), [], 'and a test does pass it')
  t.same(Object.keys(optionsWaiting).filter(o => !missing.includes(o)), [], 'an option passed now leaves the list of waiting ones')
  t.ok(optionsForTests.length <= maxOptionsForTests && Object.keys(optionsWaiting).length <= maxOptionsWaiting, 'the lists only shrink')
}
