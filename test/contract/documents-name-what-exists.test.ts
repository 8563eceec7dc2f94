// Every document names only what exists: files, folders, links, commands, settings, parts of readiness, and the glossary's identifiers.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { root } from '../architecture/program.ts'

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const below = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(name => `${folder}/${name}`)

const sources = ['src', 'dialplans', 'migrations', 'test', 'docs', 'bench'].flatMap(below)
const documents = ['README.md', 'CONTRIBUTING.md', ...below('docs').filter(name => name.endsWith('.md'))]
/** Words between code marks, of which files, settings and commands are looked up. */
const marked = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(m => m[1] ?? '')

t.test('links lead somewhere', async t => {
  const broken = documents.flatMap(name => [...read(name).matchAll(/\]\((?!\w+:)([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map(m => m[1] ?? '').filter(link => !existsSync(join(root, dirname(name), link))).map(link => `${name}: ${link}`))
  t.same(broken, [])
})

t.test('files and folders that are named exist', async t => {
  const isFile = /^[\w./-]+\.(ts|tsx|sql|conf|txt|md|json)$/
  // an example's number, files of an installation, recordings an operator brings
  const elsewhere = /NNNN|secrets\.json|data-keys\.json|logins\.json|zh-CN\//
  const isFolder = /^(src|test|docs|dialplans|migrations|bench)\/[\w./-]*\/$/
  for (const page of documents) {
    const named = marked(read(page)).filter(word => (isFile.test(word) || isFolder.test(word)) && !elsewhere.test(word))
    const missing = named.filter(word => !existsSync(join(root, word)) && !sources.some(name => name.endsWith(`/${word}`)))
    t.same(missing, [], page)
  }
})

t.test('the map lists every capability', async t => {
  const listed = /^The capabilities below `src\/features\/`: ([^.]+)\./m.exec(read('docs/architecture.md'))?.[1] ?? ''
  t.same(listed.split(/,\s+/), readdirSync(join(root, 'src/features')).sort())
})

t.test('commands and settings that are named exist', async t => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  // Channels are rows; the first stand in a migration.
  const channels = sources.filter(name => name.endsWith('.sql')).map(read).flatMap(sql => /insert into channel_policy[^;]*;/.exec(sql) ?? [])
  const code = sources.filter(name => /^(src|dialplans)\/.*\.(ts|conf)$/.test(name)).map(read)
  const words = [...code, ...channels, read('.env.example')].join('\n')
  for (const page of documents) {
    const text = read(page)
    t.same([...text.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(m => m[1] ?? '').filter(name => scripts[name] === undefined), [],
      `${page}: npm run`)
    const named = [...marked(text).join(' ').matchAll(/\b[A-Z]+(?:_[A-Z]+)+(?==|\b)/g)].map(m => m[0])
    t.same(named.filter(name => !words.includes(name)), [], `${page}: words in capitals`)
  }
})

t.test('every identifier of the glossary exists in code or schema', async t => {
  const schema = sources.filter(name => /^migrations\/.*\.sql$/.test(name)).map(read).join('\n').replace(/--.*$/gm, '')
  const code = sources.filter(name => /^src\/.*\.tsx?$|^dialplans\/.*\.conf$/.test(name)).map(read).join('\n') + read('.env.example')
  const known = new Set((code + schema).match(/[A-Za-z_][\w-]*/g))
  const isColumn = (table: string, column: string): boolean =>
    [...schema.matchAll(new RegExp(`^(?:create|alter) table ${table}\\b[^;]*;`, 'gm'))].some(m => new RegExp(`\\b${column}\\b`).test(m[0]))
  const exists = (word: string): boolean => {
    const [table = '', column] = word.split('.')
    if (column !== undefined && (code.includes(`'${word}'`) || isColumn(table, column))) return true
    return column === undefined && known.has(word)
  }
  const rows = read('docs/glossary.md').split('\n').filter(line => line.startsWith('| ') && !line.startsWith('| Chinese'))
  const words = rows.flatMap(row => marked(row.split('|')[3] ?? ''))
  t.ok(words.length > 200, `${words.length} identifiers are found`)
  t.same(rows.filter(row => marked(row.split('|')[3] ?? '').length === 0), [], 'every row has one')
  t.same(words.filter(word => !exists(word)), [])
})

t.test('every decision is on the list, with its title', async t => {
  const records = below('docs/decisions').filter(name => !name.endsWith('README.md')).sort()
  const list = read('docs/decisions/README.md')
  for (const name of records) {
    const file = name.split('/').at(-1) ?? ''
    const title = /^# (\d{4}\. \S.*)\n/.exec(read(name))?.[1] ?? `no title "# NNNN. …" in ${name}`
    t.equal(title.slice(0, 4), file.slice(0, 4), `${file}: number`)
    t.ok(list.includes(`| [${file.slice(0, 4)}](${file}) | ${title.slice(6)} | `), `${file} is listed as "${title}"`)
  }
  t.equal([...list.matchAll(/^\| \[/gm)].length, records.length, 'nothing else is listed')
})
