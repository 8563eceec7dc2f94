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

function signal (pid: number, name: NodeJS.Signals): void {
  for (const one of family(pid)) {
    try {
      process.kill(one, name)
    } catch { /* gone in between */ }
  }
}

/** A server that hangs is not dead: its connections stay, and nothing comes back on them. */
export const freeze = (pid: number): void => { signal(pid, 'SIGSTOP') }
export const thaw = (pid: number): void => { signal(pid, 'SIGCONT') }
