// Documents are easy to read: lines of 140 characters at most, and people are they.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { root } from '../architecture/program.ts'

/** Written by code, from rules and texts that have a limit of their own; their rows grow with the rule. */
const writtenByCode = ['docs/dial-permission.md', 'docs/pbx-contract.md', 'docs/who-sees-what.md', 'docs/whose-fault.md']
const written = [
  'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map(name => `docs/${name}`)
    .filter(name => name.endsWith('.md') && !writtenByCode.includes(name))
]
const linesOf = (name: string): string[] => readFileSync(join(root, name), 'utf8').split('\n')

t.test('no line is longer than 140 characters', async t => {
  // The address of a link is not read, and cannot be broken.
  const long = written.flatMap(name => linesOf(name).map((line, at) => ({ at: `${name}:${at + 1}`, line: line.replace(/\]\([^)]*\)/g, ']') })))
    .filter(({ line }) => line.length > 140).map(({ at, line }) => `${at}: ${line.length}`)
  t.same(long, [])
})

const fileOfThisTest = 'test/contract/documents-are-plain.test.ts'
const code = ['src', 'test', 'bench', 'dialplans'].flatMap(folder =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(name => `${folder}/${name}`)
    .filter(name => /\.(tsx?|conf|css)$/.test(name) && !name.endsWith('.d.ts') && name !== fileOfThisTest))

t.test('people are they, or named by their role: in documents, titles and comments', async t => {
  const words = /\b(he|his|him|himself|she|her|hers|whoever)\b/i
  t.ok(code.length > 600, 'all code is read')
  const found = [...written, ...code].flatMap(name => linesOf(name).flatMap((line, at) =>
    words.test(line) ? [`${name}:${at + 1}: ${words.exec(line)?.[0] ?? ''}`] : []))
  t.same(found, [])
})
