// Where the product's SQL stands: each literal that reaches the database, and each that is put into one.
import ts from 'typescript'
import { walk, type Composed } from '../program.ts'

export type Literal = ts.StringLiteralLike | ts.TemplateExpression

/** What a literal is: a whole statement, a relation of a `from`, the table that is written to, or any other part of a statement. */
export type Role = 'statement' | 'relation' | 'target' | 'fragment'

/** The database itself passes on the texts that it is given. */
const passesOn = 'db/database.ts'

/** Methods of a text whose result is the text still, with other values or columns in it. */
const keepsText = new Set(['replace', 'replaceAll', 'trim'])

export interface Resolver {
  /** the literals that an expression may be; `complete` is false when it may be something else as well */
  literals: (expression: ts.Expression) => { found: Set<Literal>, complete: boolean }
  /** the expressions given to the database as a text */
  given: ts.Expression[]
}

export const isLiteral = (node: ts.Node): node is Literal => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)

const isEither = (kind: ts.SyntaxKind): boolean => kind === ts.SyntaxKind.QuestionQuestionToken || kind === ts.SyntaxKind.BarBarToken

/** An expression without its parentheses and what is said of its type. */
function bare (node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isNonNullExpression(node)
    ? bare(node.expression)
    : node
}

/** What a function answers: its body, or each `return` of its own. */
function answers (body: ts.ConciseBody): ts.Expression[] {
  if (!ts.isBlock(body)) return [body]
  const found: ts.Expression[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return
    if (ts.isReturnStatement(node) && node.expression) found.push(node.expression)
    ts.forEachChild(node, visit)
  }
  visit(body)
  return found
}

/** Follows names, parameters, properties and calls back to the literals they stand for. */
export function createResolver ({ checker, product, nameOf }: Composed): Resolver {
  const byName = new Map<string, ts.CallExpression[]>()
  const given: ts.Expression[] = []
  for (const file of product) {
    walk(file, node => {
      if (!ts.isCallExpression(node)) return
      const { expression: callee, arguments: [text] } = node
      const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : ts.isIdentifier(callee) ? callee.text : ''
      byName.set(name, [...byName.get(name) ?? [], node])
      if (!['query', 'write'].includes(name) || !text || nameOf(file) === passesOn) return
      const declaration = checker.getResolvedSignature(node)?.declaration
      if (/\/src\/db\/database\.ts$|\/@types\/pg\//.test(declaration?.getSourceFile().fileName ?? '')) given.push(text)
    })
  }
  const declared = new Map<ts.CallExpression, ts.Node | undefined>()
  const declarationOf = (call: ts.CallExpression): ts.Node | undefined => {
    if (!declared.has(call)) declared.set(call, checker.getResolvedSignature(call)?.declaration)
    return declared.get(call)
  }
  /** The calls of a function, wherever it is called by its name. */
  function callsOf (called: ts.SignatureDeclaration): ts.CallExpression[] {
    const holder = called.parent
    const named = called.name ?? (ts.isVariableDeclaration(holder) || ts.isPropertyAssignment(holder) ? holder.name : undefined)
    return (byName.get(named?.getText() ?? '') ?? []).filter(call => declarationOf(call) === called)
  }

  function literals (expression: ts.Expression): { found: Set<Literal>, complete: boolean } {
    const found = new Set<Literal>()
    const seen = new Set<ts.Node>()
    let complete = true
    const unknown = (): void => { complete = false }

    const ofDeclaration = (declaration: ts.Declaration | undefined): void => {
      if (declaration === undefined) return unknown()
      if (ts.isParameter(declaration)) {
        const index = declaration.parent.parameters.indexOf(declaration)
        const sites = callsOf(declaration.parent)
        if (declaration.initializer) follow(declaration.initializer)
        if (sites.length === 0) return unknown()
        for (const site of sites) {
          const argument = site.arguments[index]
          if (argument) follow(argument)
          else if (!declaration.initializer && !declaration.questionToken) unknown()
        }
      } else if ((ts.isVariableDeclaration(declaration) || ts.isPropertyAssignment(declaration)) && declaration.initializer) {
        // A variable that is set again may hold another text.
        if (ts.isVariableDeclaration(declaration) && !(declaration.parent.flags & ts.NodeFlags.Const)) unknown()
        follow(declaration.initializer)
      } else if (ts.isFunctionDeclaration(declaration) && declaration.body) ofFunction(declaration.body)
      else unknown()
    }
    const ofFunction = (body: ts.ConciseBody): void => { for (const answer of answers(body)) follow(answer) }

    const ofProperty = (p: ts.ObjectLiteralElementLike): void => { if (ts.isPropertyAssignment(p)) follow(p.initializer); else unknown() }

    function follow (raw: ts.Expression): void {
      const node = bare(raw)
      if (seen.has(node)) return
      seen.add(node)
      if (isLiteral(node)) found.add(node)
      else if (ts.isConditionalExpression(node)) [node.whenTrue, node.whenFalse].forEach(follow)
      else if (ts.isBinaryExpression(node) && isEither(node.operatorToken.kind)) [node.left, node.right].forEach(follow)
      else if (ts.isIdentifier(node)) {
        let symbol = checker.getSymbolAtLocation(node)
        if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol)
        ofDeclaration(symbol?.valueDeclaration)
      } else if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) ofFunction(node.body)
      else if (ts.isObjectLiteralExpression(node)) node.properties.forEach(ofProperty)
      else if (ts.isElementAccessExpression(node)) follow(node.expression)
      else if (ts.isPropertyAccessExpression(node)) ofDeclaration(checker.getSymbolAtLocation(node.name)?.valueDeclaration)
      else if (ts.isCallExpression(node)) {
        const callee = node.expression
        if (ts.isPropertyAccessExpression(callee) && keepsText.has(callee.name.text)) follow(callee.expression)
        else follow(callee)
      } else unknown()
    }
    follow(expression)
    return { found, complete }
  }
  return { literals, given }
}

/** Whether a literal that nobody was seen to put into a statement must be read as SQL all the same. */
export function looksLikeSql (text: string, relations: ReadonlySet<string>): boolean {
  if (/^\s*(select|insert into|update|delete from|with)\b.*\b(from|values|set|as)\b/is.test(text)) return true
  return [...text.matchAll(/\b(?:from|join|into|update|using|only)\s+"?(\w+)/gi)].some(([, name = '']) => relations.has(name))
}

/** The fixed parts of a literal; between each two stands a hole. */
export const piecesOf = (node: Literal): string[] =>
  ts.isTemplateExpression(node) ? [node.head.text, ...node.templateSpans.map(s => s.literal.text)] : [node.text]
