import type { AmiConnection } from './ami/ami-connection.ts'
import type { Switchboard } from './switchboard.ts'

/** How busy a PBX is: what it said last, and what was given to it since. */
export interface NodeLoad {
  /** channels it has; null: it has not said since the last login */
  channels: () => number | null
  /** when it started, to the second; null: it has not said since the last login */
  startedAt: () => Date | null
  /** for a comparison with others */
  busy: () => number
  /** Something new is given to it. */
  given: () => void
  close: () => void
}

/** It is asked so often, ms. */
const askMs = 1000

/** Asks while there is a link. */
export function createNodeLoad (
  { ami, switchboard }: { ami: Pick<AmiConnection, 'on'>, switchboard: Pick<Switchboard, 'coreStatus'> }
): NodeLoad {
  let said: { startedAt: Date, channels: number } | null = null
  let given = 0
  let timer: NodeJS.Timeout | undefined
  const again = (): void => { timer = setTimeout(() => { void ask() }, askMs).unref() }
  async function ask (): Promise<void> {
    const mine = timer
    const before = given
    const status = await switchboard.coreStatus().catch(() => null)
    // The link was lost, or a newer one asks.
    if (timer !== mine) return
    if (status !== null) {
      said = { startedAt: status.startedAt, channels: status.calls }
      given -= before
    }
    again()
  }
  const stops = [
    ami.on('up', () => {
      clearTimeout(timer)
      timer = setTimeout(() => { void ask() }, 0)
    }),
    ami.on('down', () => {
      clearTimeout(timer)
      timer = undefined
      said = null
      given = 0
    })
  ]
  return {
    channels: () => said?.channels ?? null,
    startedAt: () => said?.startedAt ?? null,
    busy: () => (said?.channels ?? 0) + given,
    given: () => { given++ },
    close () {
      clearTimeout(timer)
      timer = undefined
      for (const stop of stops) stop()
    }
  }
}
