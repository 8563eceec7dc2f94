// The telephone's keys stand above every page: no desk may have one of them for something else.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const root = fileURLToPath(new URL('../../src/console', import.meta.url))

/** Shortcuts as they are written in the pages of a folder; `Alt+${i + 1}` counts as all figures. */
function keysIn (folder: string): Set<string> {
  const found = new Set<string>()
  for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter(name => /\.tsx?$/.test(name))) {
    const text = readFileSync(join(root, folder, name), 'utf8')
    for (const [, keys = ''] of text.matchAll(/'((?:(?:Ctrl|Alt|Shift)\+)+[A-Za-z0-9]+|F\d{1,2})'/g)) found.add(keys)
    for (const [, before = ''] of text.matchAll(/`((?:(?:Ctrl|Alt|Shift)\+)+)\$\{i \+ 1\}/g)) for (let figure = 1; figure <= 9; figure++) found.add(`${before}${figure}`)
  }
  return found
}

const telephone = keysIn('phone')
t.ok(['F2', 'F4', 'Alt+Shift+1'].every(keys => telephone.has(keys)), 'the telephone\'s keys are found')
for (const desk of readdirSync(join(root, 'desks'))) t.same([...keysIn(`desks/${desk}`)].filter(keys => telephone.has(keys)), [], `${desk} leaves the telephone its keys`)
// What is done with an order has Alt and a figure too; in a call and in wrap-up the telephone appears last and has them for itself.
t.same([...keysIn('orders')].filter(keys => telephone.has(keys) && !/^Alt\+\d$/.test(keys)), [])
