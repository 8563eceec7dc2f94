import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { pbxPaths } from '../../src/pbx/render-config.ts'
import { until } from '../../src/servers/until.ts'
import type { ApiClient } from '../../test/harness/api-client.ts'
import { asteriskImage } from '../../test/harness/telephones/network.ts'
import { temporaryFolder } from '../../test/harness/servers/run-folder.ts'
import { startStack, type Stack } from '../../test/harness/servers/stack.ts'
import { startBareScript } from './bare-script.ts'
import { everybodyHasHungUp, machineIsIdle } from '../machine/machine-is-idle.ts'

/** The telephones press their key this long after they answered. */
export const pressesAfterMs = 200
/**
 * SendDTMF keeps quiet for so long first. Without `i` an Answer waits half a second for the other side's first sound: a silent side
 * would be pressed at later.
 */
const quietMs = 100
/** Seconds after which they press once more, as people do: on a busy machine a key may come before the PBX has taken the answer up. */
const pressesAgainAfter = 5

export interface OwnRun {
  /** from the request to the last join by the PBX's clock, ms */
  lastJoinMs: number
  /** from the last join until every join stands on the timeline, ms */
  timelineMs: number
}

export interface MassDialStage {
  stack: Stack
  coordinator: ApiClient
  bare: (people: number) => Promise<number>
  ours: (people: number) => Promise<OwnRun>
  stop: () => Promise<void>
}

const numbersOf = (people: number): string[] => Array.from({ length: people }, (_, i) => `137${String(10_000_000 + i)}`)

/** Silence in place of every sentence: the telephones press whatever is said, and the bare script says nothing. */
function fallSilent (folder: string): void {
  // 20 ms: a sound without anything in it is refused
  const header = Buffer.concat([
    Buffer.from('524946466401000057415645666d74201000000001000100401f0000803e0000020010006461746140010000', 'hex'),
    Buffer.alloc(320)
  ])
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(n => n.endsWith('.wav'))) {
    writeFileSync(join(folder, name), header)
  }
}

/** Both PBXs and the telephones they ring, on one machine. */
export async function startMassDial (): Promise<MassDialStage> {
  const ends: Array<() => unknown> = []
  // what the harness asks of a test: to be told when it is over
  const t = { teardown: (end: () => unknown) => { ends.push(end) }, passing: () => true, comment: () => {} } as unknown as Test
  const stop = async (): Promise<void> => { for (const end of ends.reverse()) await end() }
  try {
    const stack = await startStack(t, {
      desks: [],
      settings: {
        TRUNK_CHANNELS: '2000',
        TRUNK_RESERVED_INBOUND: '0',
        TRUNK_CALLS_PER_SECOND: '5000',
        EMERGENCY_RING_SECONDS: '30',
        EMERGENCY_KEY_SECONDS: '30',
        LOG_LEVEL: 'warn',
        SPEECH_URL: 'http://127.0.0.1:9/'
      }
    })
    const { network, pbx, db } = stack
    fallSilent(pbxPaths(pbx.config.dataDir).soundsDir)
    for (const [i, step] of [
      'Answer(0,i)',
      `Wait(${(pressesAfterMs - quietMs) / 1000})`,
      'SendDTMF(2,,100)',
      `Wait(${pressesAgainAfter})`,
      'SendDTMF(2,,100)',
      'Wait(3600)'
    ].entries()) {
      await network.console(`dialplan add extension _137X.,${i + 1},${step} into rung`)
    }
    const script = await startBareScript(await temporaryFolder('bare'), await asteriskImage(), pbx.config.trunk)
    const coordinator = await stack.as('coordinator 8201')
    const quiet = async (): Promise<void> => {
      await everybodyHasHungUp(network)
      await machineIsIdle()
    }
    let nth = 0
    return {
      stack,
      coordinator,
      stop,
      async bare (people) {
        const took = await script.run(numbersOf(people))
        await quiet()
        return took
      },
      async ours (people) {
        const members = numbersOf(people).map((number, i) => ({ name: `成员${i + 1}`, number }))
        const begun = Date.now()
        const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
          { members, title: `点名${++nth}`, reason: '测试', mode: 'simultaneous' })
        await until(async () => {
          const [row] = await db.query<{ joined: number }>(
            'select count(*)::int joined from incident_event where incident_id = $1 and kind = \'entered\'',
            [incidentId]
          )
          return row?.joined === people
        }, { what: 'everybody has joined', seconds: 60, everyMs: 200 })
        const told = Date.now()
        // the PBX's own clock, from its journal: a second listener at its door would cost it time
        const last = await until(async () => {
          const [row] = await db.query<{ seated: number, last: Date }>(`select count(*)::int seated, max(at) last from pbx_journal
            where event = 'BRIDGE_ENTER' and unique_id like 'leg-%' and at >= $1`, [new Date(begun)])
          return row !== undefined && row.seated >= people ? row.last.getTime() : null
        }, { what: 'the PBX has told of every join', seconds: 20, everyMs: 100 })
        await coordinator.post(`/api/incidents/${incidentId}/end`)
        await quiet()
        return { lastJoinMs: last - begun, timelineMs: told - last }
      }
    }
  } catch (error) {
    await stop()
    throw error
  }
}
