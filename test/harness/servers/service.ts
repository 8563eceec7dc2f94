import { fork, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { until } from '../../../src/servers/until.ts'
import { plainEnvironment, plainNode } from './run-folder.ts'
import type { FromChild, ToChild } from './service-child.ts'

export type StartOptions = Extract<ToChild, { do: 'start' }>['options']

/** Root without the right to read what is another user's: the same user, so that it may read the project wherever that lies. */
export const asOrdinary = [
  'setpriv', '--inh-caps=-dac_override,-dac_read_search', '--bounding-set=-dac_override,-dac_read_search'
] as const

export interface ServiceUnderTest {
  address: () => string
  /** of its process now; 0: it does not run */
  pid: () => number
  /** moves the service's clock forward; follow it with `settle` */
  advance: (ms: number) => Promise<void>
  /** everything that is due now is done when it resolves */
  settle: () => Promise<void>
  /** begins a session of this login; answers its cookie */
  session: (login: string) => Promise<string>
  stop: () => Promise<void>
  /** SIGKILL */
  kill: () => Promise<void>
  /** starts it again after `stop` or `kill`, its clock where it was */
  start: () => Promise<void>
  log: () => string
}

/**
 * The service, or parts of it, in a process of its own. A failing test shows the end of its log.
 * @param confined it may read no folder of another user; only root may start it so
 */
export async function startService (t: Test, folder: string, options: StartOptions, confined = false): Promise<ServiceUnderTest> {
  const logFile = join(folder, `${options.parts?.join('-') ?? 'service'}.log`)
  let child: ChildProcess | null = null
  let address = ''
  let offset = 0
  let orders = 0

  async function tell (order: ToChild, seconds = 60): Promise<FromChild> {
    const to = child
    if (!to?.connected) throw new Error(`the service does not run and cannot ${order.do}`)
    const id = ++orders
    return await new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer)
        to.off('message', hear)
        to.off('exit', gone)
      }
      const hear = (answer: FromChild): void => {
        if (answer.done !== id) return
        end()
        if (answer.error) reject(new Error(answer.error))
        else resolve(answer)
      }
      const gone = (): void => {
        end()
        reject(new Error(`the service ended before it did ${order.do}:\n${tail(10)}`))
      }
      const timer = setTimeout(() => {
        end()
        reject(new Error(`the service did not ${order.do} within ${seconds} s:\n${tail(10)}`))
      }, seconds * 1000)
      to.on('message', hear)
      to.on('exit', gone)
      to.send({ ...order, id })
    })
  }
  const log = (): string => readFileSync(logFile, 'utf8')
  const tail = (lines: number): string => log().trim().split('\n').slice(-lines).join('\n')

  async function ended (seconds: number): Promise<void> {
    const leaving = child
    child = null
    if (leaving) await until(() => leaving.exitCode !== null || leaving.signalCode !== null, { what: 'the service ends', seconds })
  }
  const service: ServiceUnderTest = {
    address: () => address,
    pid: () => child?.pid ?? 0,
    log,
    async start () {
      const out = openSync(logFile, 'a')
      child = fork(fileURLToPath(new URL('service-child.ts', import.meta.url)), {
        execPath: confined ? asOrdinary[0] : plainNode.command,
        execArgv: [...(confined ? [...asOrdinary.slice(1), plainNode.command] : []), ...plainNode.first],
        env: plainEnvironment(),
        stdio: ['ignore', out, out, 'ipc']
      })
      closeSync(out)
      if (offset > 0) await tell({ do: 'advance', ms: offset })
      address = (await tell({ do: 'start', options })).answer ?? ''
    },
    async advance (ms) {
      offset += ms
      if (child) await tell({ do: 'advance', ms })
    },
    settle: async () => { await tell({ do: 'settle' }) },
    session: async login => (await tell({ do: 'session', login })).answer ?? '',
    async stop () {
      if (!child) return
      await tell({ do: 'stop' }, 60)
      child.disconnect()
      await ended(30)
    },
    async kill () {
      child?.kill('SIGKILL')
      await ended(30)
    }
  }
  t.teardown(async () => {
    if (!t.passing()) t.comment(`end of the service's log:\n${tail(40)}`)
    await service.stop().catch(async () => await service.kill())
  })
  await service.start()
  return service
}
