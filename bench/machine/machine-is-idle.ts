import { cpus } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { until } from '../../src/servers/until.ts'

const times = (): { idle: number, all: number } => cpus().reduce((sum, { times }) => ({
  idle: sum.idle + times.idle,
  all: sum.all + Object.values(times).reduce((a, b) => a + b, 0)
}), { idle: 0, all: 0 })

/** Waits until nobody works on this machine: what one side has left to do must not cost the other its time. */
export async function machineIsIdle (): Promise<void> {
  await until(async () => {
    const before = times()
    await wait(500)
    const now = times()
    return (now.idle - before.idle) / (now.all - before.all) > 0.9
  }, { what: 'the machine is idle', seconds: 60 })
}

/** Waits until this Asterisk has no channel left. */
export async function everybodyHasHungUp ({ console }: { console: (command: string) => Promise<string> }): Promise<void> {
  await until(async () => /^0 active channels/m.test(await console('core show channels count')),
    { what: 'everybody has hung up', seconds: 60, everyMs: 200 })
}
