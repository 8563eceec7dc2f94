// npm run bench -- <name> …: runs bench/<name>.ts, each in a process of its own; without a name says which there are.
// <name>-<number> hands that size over: mass-dial-400.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('.', import.meta.url))
// each file here is a figure; what several need stands in the folders
const names = readdirSync(folder).filter(f => f.endsWith('.ts') && f !== 'run.ts').map(f => f.slice(0, -3))
const wanted = process.argv.slice(2).map(asked => {
  const [, name = asked, size] = names.includes(asked) ? [] : /^(.+)-(\d+)$/.exec(asked) ?? []
  return { asked, name, sizes: size === undefined ? [] : [size] }
})
const unknown = wanted.find(({ name }) => !names.includes(name))?.asked
if (wanted.length === 0 || unknown !== undefined) {
  console.error(`${unknown === undefined ? '' : `there is no figure ${unknown}; `}npm run bench -- <name>, one of: ${names.join(', ')}`)
  process.exitCode = 1
} else {
  for (const { name, sizes } of wanted) {
    const { status } = spawnSync(process.execPath, [`${folder}${name}.ts`, ...sizes], { stdio: 'inherit' })
    if (status !== 0) process.exitCode = 1
  }
}
