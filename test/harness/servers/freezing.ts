import { readdirSync, readFileSync } from 'node:fs'

/** Process ids of a server and of what it started. */
function family (pid: number): number[] {
  const children = readdirSync('/proc').filter(name => /^\d+$/.test(name)).filter(name => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid
    } catch {
      return false
    }
  })
  return [pid, ...children.map(Number)]
}

function signal (pids: readonly number[], name: NodeJS.Signals): void {
  for (const one of pids) {
    try {
      process.kill(one, name)
    } catch { /* gone in between */ }
  }
}

/** A server that hangs is not dead: its connections stay, and nothing comes back on them. @returns all that was frozen */
export function freeze (pid: number): number[] {
  const all = family(pid)
  signal(all, 'SIGSTOP')
  return all
}
export const thaw = (pid: number): void => { signal(family(pid), 'SIGCONT') }
/** Children whose server is gone end when they go on. */
export const thawEach = (pids: readonly number[]): void => { signal(pids, 'SIGCONT') }
