/** A list of steps on the terminal, each with its time; on a terminal the running step is shown while it runs. */
export interface Progress {
  step: <T>(name: string, work: () => Promise<T>) => Promise<T>
  /** a running step's own message; shown on a terminal only */
  detail: (text: string) => void
}

export function createProgress (out: NodeJS.WriteStream = process.stdout): Progress {
  const live = out.isTTY
  const running = new Set<string>()
  const width = (): number => (out.columns ?? 80) - 1
  const clear = (): void => { if (live) out.write('\r\x1b[K') }
  const show = (text = ''): void => {
    if (!live || running.size === 0) return
    clear()
    out.write(`  … ${[...running].join(', ')} ${text}`.slice(0, width()))
  }
  return {
    detail: show,
    async step (name, work) {
      const began = performance.now()
      running.add(name)
      show()
      const end = (mark: string): void => {
        running.delete(name)
        clear()
        out.write(`  ${mark} ${name} ${((performance.now() - began) / 1000).toFixed(1)} s\n`)
        show()
      }
      try {
        const result = await work()
        end('✓')
        return result
      } catch (error) {
        end('✗')
        throw error
      }
    }
  }
}
