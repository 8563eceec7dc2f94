/** Ends in order at the first Ctrl-C or SIGTERM; at once when another comes after a while. */
export function onEnd (end: () => Promise<void>): { begun: () => boolean, cancel: () => void } {
  let began: number | undefined
  const hear = (): void => {
    // npm and the terminal may both send the same Ctrl-C
    if (began !== undefined) {
      if (performance.now() - began > 2000) process.exit(130)
      return
    }
    began = performance.now()
    end().then(
      () => process.exit(0),
      error => {
        console.error(error instanceof Error ? error.message : String(error))
        process.exit(1)
      }
    )
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, hear)
  return {
    begun: () => began !== undefined,
    cancel: () => { for (const signal of signals) process.off(signal, hear) }
  }
}
