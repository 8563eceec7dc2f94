// Every text that an expression of the product may be, where the compiler can follow it to its parts.
import ts from 'typescript'
import type { Composed } from '../program.ts'

type Bound = ReadonlyMap<ts.Symbol, ts.Expression | string>
type Values = readonly string[] | null

/** More spellings of one statement than this are not followed. */
const maxValues = 40

const bare = (node: ts.Expression): ts.Expression =>
  ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isNonNullExpression(node)
    ? bare(node.expression)
    : node

function product (parts: readonly Values[]): Values {
  let all: string[] = ['']
  for (const part of parts) {
    if (part === null || all.length * part.length > maxValues) return null
    all = all.flatMap(head => part.map(tail => head + tail))
  }
  return all
}

const union = (parts: readonly Values[]): Values => parts.some(p => p === null) ? null : [...new Set(parts.flatMap(p => p ?? []))]

/** The texts an expression may be, or null where nobody can say. */
export function createValues ({ checker }: Pick<Composed, 'checker'>): (expression: ts.Expression) => Values {
  function declarationOf (node: ts.Node): ts.Declaration | undefined {
    let symbol = checker.getSymbolAtLocation(node)
    if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol)
    return symbol?.valueDeclaration
  }

  /** A function with one answer, and the names of what it is given. */
  function functionOf (node: ts.Expression): { params: ts.NodeArray<ts.ParameterDeclaration>, answer: ts.Expression } | null {
    const d = ts.isArrowFunction(node) ? node : declarationOf(ts.isPropertyAccessExpression(node) ? node.name : node)
    const fn = d && ts.isVariableDeclaration(d) && d.initializer ? bare(d.initializer) : d
    if (!fn || !(ts.isArrowFunction(fn) || ts.isFunctionDeclaration(fn)) || !fn.body) return null
    if (!ts.isBlock(fn.body)) return { params: fn.parameters, answer: fn.body }
    const [first] = fn.body.statements
    return fn.body.statements.length === 1 && first && ts.isReturnStatement(first) && first.expression
      ? { params: fn.parameters, answer: first.expression }
      : null
  }
  function applied (callee: ts.Expression, given: ReadonlyArray<ts.Expression | string>, bound: Bound): Values {
    const fn = functionOf(callee)
    if (fn === null) return null
    const inner = new Map(bound)
    for (const [i, p] of fn.params.entries()) {
      const symbol = checker.getSymbolAtLocation(p.name)
      const value = given[i] ?? p.initializer
      if (!symbol || value === undefined) return null
      const own = typeof value === 'string' ? value : texts(value, bound)
      if (own === null) return null
      if (typeof own === 'string') inner.set(symbol, own)
      else if (own.length === 1) inner.set(symbol, own[0] as string)
      else return null
    }
    return texts(fn.answer, inner)
  }

  /** The object written in the code that an expression stands for. */
  function objectOf (raw: ts.Expression, bound: Bound): ts.ObjectLiteralExpression | null {
    const node = bare(raw)
    if (ts.isObjectLiteralExpression(node)) return node
    const symbol = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined
    const known = symbol && bound.get(symbol)
    if (known !== undefined) return typeof known === 'string' ? null : objectOf(known, bound)
    const d = declarationOf(node)
    return d && ts.isVariableDeclaration(d) && d.initializer ? objectOf(d.initializer, bound) : null
  }

  /** The names of its properties, also of those that are spread into it. */
  function namesOf (of: ts.Expression, bound: Bound): Values {
    const names = objectOf(of, bound)?.properties.map(
      p => ts.isSpreadAssignment(p) ? namesOf(p.expression, bound) : p.name ? [p.name.getText().replace(/^'|'$/g, '')] : null
    )
    return names === undefined || names.some(n => n === null) ? null : names.flatMap(n => n ?? [])
  }

  /** The elements of a list of texts. */
  function list (raw: ts.Expression, bound: Bound): Values {
    const node = bare(raw)
    if (ts.isArrayLiteralExpression(node)) {
      const parts = node.elements.map(e => ts.isSpreadElement(e) ? list(e.expression, bound) : texts(e, bound))
      return parts.some((p, i) => p === null || (p.length !== 1 && !ts.isSpreadElement(node.elements[i] as ts.Node)))
        ? null
        : parts.flatMap(p => p ?? [])
    }
    if (ts.isIdentifier(node)) {
      const d = declarationOf(node)
      return d && ts.isVariableDeclaration(d) && d.initializer ? list(d.initializer, bound) : null
    }
    if (!ts.isCallExpression(node)) return null
    const [argument] = node.arguments
    if (ts.isIdentifier(node.expression)) {
      const fn = functionOf(node.expression)
      const parameter = fn?.params[0] && checker.getSymbolAtLocation(fn.params[0].name)
      return fn && argument && parameter ? list(fn.answer, new Map([...bound, [parameter, argument]])) : null
    }
    if (!ts.isPropertyAccessExpression(node.expression)) return null
    const { expression: of, name } = node.expression
    if (name.text === 'keys' && of.getText() === 'Object' && argument) return namesOf(argument, bound)
    if (name.text !== 'map' || !argument) return null
    const of2 = list(of, bound)
    if (of2 === null) return null
    const mapped = of2.map((text, i) => applied(argument, [text, String(i)], bound))
    return mapped.some(m => m?.length !== 1) ? null : mapped.map(m => m?.[0] ?? '')
  }

  function ofDeclaration (d: ts.Declaration | undefined, bound: Bound): Values {
    if (!d || !(ts.isVariableDeclaration(d) || ts.isPropertyAssignment(d)) || !d.initializer) return null
    if (ts.isVariableDeclaration(d) && !(d.parent.flags & ts.NodeFlags.Const)) return null
    return texts(d.initializer, bound)
  }

  function texts (raw: ts.Expression, bound: Bound): Values {
    const node = bare(raw)
    if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return [node.text]
    if (ts.isTemplateExpression(node)) {
      return product([[node.head.text], ...node.templateSpans.flatMap(s => [texts(s.expression, bound), [s.literal.text]])])
    }
    if (ts.isConditionalExpression(node)) return union([texts(node.whenTrue, bound), texts(node.whenFalse, bound)])
    if (ts.isIdentifier(node)) {
      const symbol = checker.getSymbolAtLocation(node)
      const known = symbol && bound.get(symbol)
      if (typeof known === 'string') return [known]
      if (known) return texts(known, bound)
      if (checker.getTypeAtLocation(node).flags & ts.TypeFlags.NumberLike) return ['1']
      return ofDeclaration(declarationOf(node), bound)
    }
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
      if (checker.getTypeAtLocation(node).flags & ts.TypeFlags.NumberLike) {
        const sides = [node.left, node.right].map(side => Number(texts(side, bound)?.[0]))
        return [String(sides.reduce((a, b) => a + b, 0))]
      }
      return product([texts(node.left, bound), texts(node.right, bound)])
    }
    if (ts.isPropertyAccessExpression(node)) return ofDeclaration(declarationOf(node.name), bound)
    if (ts.isElementAccessExpression(node)) {
      const d = declarationOf(node.expression)
      const object = d && ts.isVariableDeclaration(d) && d.initializer ? bare(d.initializer) : undefined
      if (!object || !ts.isObjectLiteralExpression(object)) return null
      return union(object.properties.map(p => ts.isPropertyAssignment(p) ? texts(p.initializer, bound) : null))
    }
    if (!ts.isCallExpression(node)) return null
    const callee = node.expression
    if (ts.isPropertyAccessExpression(callee)) {
      const [one, two] = node.arguments
      if (callee.name.text === 'join') {
        const elements = list(callee.expression, bound)
        const between = one ? texts(one, bound)?.[0] : ','
        return elements === null || between === undefined ? null : [elements.join(between)]
      }
      if (callee.name.text === 'toLowerCase') return texts(callee.expression, bound)?.map(text => text.toLowerCase()) ?? null
      if (callee.name.text === 'replace' && one && two && ts.isRegularExpressionLiteral(one)) {
        const [, source = '', flags] = /^\/(.*)\/(\w*)$/s.exec(one.text) ?? []
        const by = (found: string): Values => applied(two, [found], bound)
        return texts(callee.expression, bound)?.map(text => text.replace(new RegExp(source, flags), found => by(found)?.[0] ?? '?')) ?? null
      }
      if (['replace', 'replaceAll'].includes(callee.name.text) && one && two) {
        const [of, what, by] = [texts(callee.expression, bound), texts(one, bound), texts(two, bound)]
        if (of === null || what?.length !== 1 || by?.length !== 1) return null
        return of.map(text => callee.name.text === 'replace'
          ? text.replace(what[0] as string, by[0] as string)
          : text.replaceAll(what[0] as string, by[0] as string))
      }
    }
    return applied(callee, node.arguments, bound)
  }

  return expression => texts(expression, new Map())
}
