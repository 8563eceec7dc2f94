import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const source = join(root, 'src/console')
const target = join(root, 'dist/console')
const vite = join(root, 'node_modules/vite/bin/vite.js')
const buildSeconds = 180

const newest = (folder: string): number =>
  Math.max(...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => statSync(join(folder, name)).mtimeMs))

/** Builds the pages beside the old ones and then swaps the folders: a reader finds the old or the new ones, complete. */
export async function buildConsole (): Promise<void> {
  const beside = join(root, `dist/.console-${process.pid}`)
  const old = `${beside}-old`
  mkdirSync(join(root, 'dist'), { recursive: true })
  try {
    await promisify(execFile)(process.execPath, [vite, 'build', '--outDir', beside, '--emptyOutDir', '--logLevel', 'warn'],
      { cwd: root, timeout: buildSeconds * 1000 })
    if (existsSync(target)) renameSync(target, old)
    renameSync(beside, target)
  } finally {
    for (const folder of [beside, old]) rmSync(folder, { recursive: true, force: true })
  }
}

/** Builds the pages when they are missing or older than their sources. Without Vite the existing ones stay. */
export async function ensureConsole (): Promise<void> {
  const page = join(target, 'index.html')
  const built = existsSync(page) ? statSync(page).mtimeMs : 0
  if (built > 0 && (!existsSync(source) || !existsSync(vite) || newest(source) <= built)) return
  if (!existsSync(vite)) throw new Error('the console is not built and Vite is not installed: npm install --include=dev')
  await buildConsole()
}
