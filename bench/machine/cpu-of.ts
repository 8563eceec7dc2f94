import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks a second of `/proc/<pid>/stat`: 100 on every Linux of ours. */
const ticks = 100

interface Stat { pid: number, parent: number, ms: number }

function statOf (pid: number): Stat | null {
  try {
    // The name may hold spaces and brackets: the fields begin after the last one.
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    // its own, and that of children it has waited for
    const sum = [11, 12, 13, 14].reduce((all, at) => all + Number(fields[at]), 0)
    return { pid, parent: Number(fields[1]), ms: sum * 1000 / ticks }
  } catch {
    return null
  }
}

/** CPU ms this process and all below it have used so far. */
export function cpuOf (pid: number): number {
  const all = readdirSync('/proc').filter(name => /^\d+$/.test(name)).flatMap(name => statOf(Number(name)) ?? [])
  const below = (parent: number): number =>
    all.filter(stat => stat.parent === parent).reduce((sum, stat) => sum + stat.ms + below(stat.pid), 0)
  return (all.find(stat => stat.pid === pid)?.ms ?? 0) + below(pid)
}

/** The process whose command line holds all of these words. */
export function processWith (...words: readonly string[]): number {
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number)
  const found = pids.find(pid => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      return words.every(word => line.includes(word))
    } catch {
      return false
    }
  })
  if (found === undefined) throw new Error(`there is no process with ${words.join(' ')}`)
  return found
}
