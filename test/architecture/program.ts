import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

export interface Composed {
  program: ts.Program
  checker: ts.TypeChecker
  /** the product's own files, without the browser's */
  product: readonly ts.SourceFile[]
  tests: readonly ts.SourceFile[]
  /** `features/calls/calls.ts` */
  nameOf: (file: ts.SourceFile) => string
}

/** The whole program as the compiler sees it; put together in seconds, once. */
export function composed (): Composed {
  const host = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (d: ts.Diagnostic) => { throw new Error(ts.flattenDiagnosticMessageText(d.messageText, ' ')) }
  }
  const config = ts.getParsedCommandLineOfConfigFile(join(root, 'tsconfig.json'), {}, host)
  if (!config) throw new Error('no tsconfig.json')
  const program = ts.createProgram(config.fileNames, config.options)
  const below = (folder: string) => program.getSourceFiles().filter(f => f.fileName.startsWith(`${root}/${folder}/`))
  return {
    program,
    checker: program.getTypeChecker(),
    product: below('src').filter(f => !f.fileName.startsWith(`${root}/src/console/`)),
    tests: [...below('test'), ...below('bench')],
    nameOf: file => file.fileName.slice(root.length + 1).replace(/^src\//, '')
  }
}

export function walk (node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node)
  ts.forEachChild(node, child => { walk(child, visit) })
}

/** Every literal text of the product, the fixed parts of templates joined by `?`. */
export function * texts (files: readonly ts.SourceFile[]): Generator<{ text: string, node: ts.Node, file: ts.SourceFile }> {
  for (const file of files) {
    const found: ts.Node[] = []
    walk(file, node => { if (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) found.push(node) })
    for (const node of found) {
      const text = ts.isTemplateExpression(node)
        ? [node.head.text, ...node.templateSpans.map(s => s.literal.text)].join('?')
        : (node as ts.StringLiteralLike).text
      yield { text, node, file }
    }
  }
}
