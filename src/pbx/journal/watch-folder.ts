import { watch, type FSWatcher } from 'node:fs'

/** Calls `changed` when a file of the folder changes. The poll finds what the system does not report; watching is only faster. */
export function watchFolder (folder: string, changed: () => void): () => void {
  let watcher: FSWatcher | null = null
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  const later = (): void => {
    watcher?.close()
    watcher = null
    if (!stopped) timer = setTimeout(begin, 1000)
  }
  function begin (): void {
    try {
      watcher = watch(folder, changed)
      watcher.on('error', later)
      changed()
    } catch {
      later()
    }
  }
  begin()
  return () => {
    stopped = true
    clearTimeout(timer)
    watcher?.close()
  }
}
