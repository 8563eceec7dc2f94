// Rows that are held keep all others from them: inside a transaction nobody waits for the PBX, speech, a gateway or a disk. The compiler
// knows what a call leads to, through functions of the product too; what it reaches by an interface, `refuseInsideTransaction` stops.
import ts from 'typescript'
import type { Test } from 'tap'
import { root, walk, type Composed } from './program.ts'

/** Files whose promises are another system's. */
const others = [
  /\/src\/pbx\/(?!journal\/|node-rows\/node-row-store)/, /\/src\/speech\//, /\/src\/sms\/providers/, /\/src\/disk\//,
  /\/@types\/node\/(fs|dns)\/promises\.d\.ts$/
]
const namesOfOthers = new Set(['fetch', 'send:SmsProvider'])

/** Where it is meant, and why; the list only shrinks. */
const meant: Readonly<Record<string, string>> = {
  'pbx/journal/shipper.ts': 'the row is the lock of the file that is renamed, and nobody else waits for it'
}

export function nothingWaitsInATransaction (t: Test, { checker, product, nameOf }: Composed): void {
  const isTx = (node: ts.Node): boolean => {
    const { symbol, aliasSymbol } = checker.getTypeAtLocation(node)
    return [symbol, aliasSymbol].some(s => s?.name === 'Tx')
  }
  const isPromise = (type: ts.Type): boolean => type.symbol?.name === 'Promise'
  const declarationOf = (call: ts.CallExpression): ts.SignatureDeclaration | undefined => {
    const found = checker.getResolvedSignature(call)?.getDeclaration()
    return found && !ts.isJSDocSignature(found) ? found : undefined
  }
  const namedBy = (d: ts.SignatureDeclaration): string => {
    const member = ts.isPropertySignature(d.parent) ? d.parent : d
    const holder = member.parent && ts.isInterfaceDeclaration(member.parent) ? `:${member.parent.name.text}` : ''
    return `${(member as { name?: ts.Node }).name?.getText() ?? ''}${holder}`
  }
  const isOthers = (d: ts.SignatureDeclaration): boolean =>
    others.some(file => file.test(d.getSourceFile().fileName)) || namesOfOthers.has(namedBy(d))

  /** A function of the product that answers at once keeps what it is handed for later. */
  const isForLater = (call: ts.CallExpression): boolean =>
    declarationOf(call)?.getSourceFile().fileName.startsWith(`${root}/src/`) === true && !isPromise(checker.getTypeAtLocation(call))

  /** Calls a function waits for itself, not what it leaves for after the commit: to `afterCommit`, or as the `act` of an `Outside`. */
  function * callsIn (body: ts.Node): Generator<ts.CallExpression> {
    const found: ts.CallExpression[] = []
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node)) {
        if (ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'afterCommit') return
        found.push(node)
        if (isForLater(node)) {
          ts.forEachChild(node, child => { if (!ts.isArrowFunction(child) && !ts.isFunctionExpression(child)) visit(child) })
          return
        }
      }
      if ((ts.isPropertyAssignment(node) || ts.isMethodDeclaration(node)) && node.name.getText() === 'act') return
      ts.forEachChild(node, visit)
    }
    visit(body)
    yield * found
  }

  /** A callee that is handed a transaction under another type is looked into as well: it holds the rows all the same. */
  const isLookedAt = (to: ts.SignatureDeclaration): boolean => to.parameters.some(isTx)

  const known = new Map<ts.Node, string | null>()
  /** What a function of the product waits for, as somebody would look it up; null: for nothing of others. */
  function waitsFor (fn: ts.SignatureDeclaration): string | null {
    if (isOthers(fn)) return namedBy(fn)
    const before = known.get(fn)
    if (before !== undefined) return before
    known.set(fn, null)
    const body = (fn as ts.FunctionLikeDeclaration).body
    if (!body || !fn.getSourceFile().fileName.startsWith(`${root}/src/`)) return null
    for (const call of callsIn(body)) {
      const why = waitingCall(call)
      if (why === null) continue
      known.set(fn, why)
      return why
    }
    return null
  }
  function waitingCall (call: ts.CallExpression): string | null {
    const to = declarationOf(call)
    // Who takes the transaction as one is looked at by itself.
    if (!to || !isPromise(checker.getTypeAtLocation(call)) || isLookedAt(to)) return null
    const why = waitsFor(to)
    return why === null ? null : `${call.expression.getText().replace(/\s+/g, ' ')} waits for ${why}`
  }

  let held = 0
  const waiting: string[] = []
  for (const file of product) {
    walk(file, node => {
      if (!ts.isFunctionLike(node) || !node.parameters.some(isTx)) return
      const body = (node as ts.FunctionLikeDeclaration).body
      if (!body) return
      held++
      for (const call of callsIn(body)) {
        const why = waitingCall(call)
        const { line } = file.getLineAndCharacterOfPosition(call.getStart())
        if (why !== null && !(nameOf(file) in meant)) waiting.push(`${nameOf(file)}:${line + 1}: ${why}`)
      }
    })
  }
  t.ok(held > 300, `${held} functions hold a transaction`)
  t.same([...new Set(waiting)], [], 'ask after the commit: `tx.afterCommit`')
}
