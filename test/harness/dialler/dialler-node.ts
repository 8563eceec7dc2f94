import pino from 'pino'
import { createDatabase, type Database } from '../../../src/db/database.ts'
import { createSealing } from '../../../src/db/sealing.ts'
import { createDialler, type RunningDialler } from '../../../src/dialler/dialler.ts'
import type { LegEvent } from '../../../src/dialler/dialler-types.ts'
import { isLegId } from '../../../src/domain/ids.ts'
import { legPurposes } from '../../../src/domain/telephone/legs.ts'
import { systemClock } from '../../../src/domain/time/clock.ts'
import { createAmiConnection } from '../../../src/pbx/ami/ami-connection.ts'
import { createJournal } from '../../../src/pbx/journal/journal.ts'
import { journalNodeRestart } from '../../../src/pbx/journal/node-restart.ts'
import { createShipper } from '../../../src/pbx/journal/shipper.ts'
import { createNodes } from '../../../src/pbx/nodes.ts'
import { createSwitchboard } from '../../../src/pbx/switchboard.ts'
import type { Exchange } from './dialler-exchange.ts'
import { carrier } from './dialler-world.ts'
import { permissionOfTest } from '../stories/permission.ts'

export interface DiallerNodeOptions {
  databaseUrl: string
  ami: Exchange['ami']
  journalFile: string
  /** hex */
  sealingKey: string
  channels: number
  callsPerSecond: number
}

export interface DiallerNode {
  db: Database
  dialler: RunningDialler
  heard: LegEvent[]
  close: () => Promise<void>
}

/** Dialler, journal and link to the exchange put together as the service does it; runs in a test or in a process of its own. */
export async function startDiallerNode ({
  databaseUrl, ami: address, journalFile, sealingKey, channels, callsPerSecond
}: DiallerNodeOptions): Promise<DiallerNode> {
  const db = createDatabase({ url: databaseUrl })
  const log = pino({ level: 'warn' }, pino.destination(2))
  const heard: LegEvent[] = []
  const ami = createAmiConnection(address)
  const switchboard = createSwitchboard({ ami })
  const dialler = createDialler({
    db,
    sealing: createSealing(Buffer.from(sealingKey, 'hex')),
    clock: systemClock,
    nodes: createNodes([{ name: 'pbx1', switchboard, isUp: ami.isUp }]),
    alarms: { async set () {} },
    trunks: [{ ...carrier, channels, callsPerSecond, reservedInbound: 0 }],
    timeZone: 'Asia/Shanghai',
    permission: permissionOfTest,
    sampleLoaded: async () => false,
    onTrunk: async () => {},
    catchUpJournal: async () => {
      await shipper.catchUp()
      if ((await shipper.status()).failures > 0 || !await journal.catchUp()) throw new Error('the journal is not caught up')
    },
    log
  })
  for (const purpose of legPurposes) dialler.listen({ purpose, async hear (_tx, events) { heard.push(...events) } })
  const journal = createJournal({ db, handlers: [dialler.journalHandler], clock: systemClock, log, pollMs: 50 })
  const shipper = createShipper({ db, file: journalFile, node: 'pbx1', log, pollMs: 50 })
  const fail = (error: unknown): void => { log.warn(error, 'failed') }
  ami.on('event', event => {
    if (event.event === 'OriginateResponse' && event.response === 'Failure' && isLegId(event.uniqueid ?? '')) {
      dialler.originateFailed({ legId: event.uniqueid ?? '', node: 'pbx1' })
    }
    if (event.event === 'UserEvent' && event.userevent === 'LD_LEG_END') {
      const { leg = '', cause, sip, state = '' } = event
      dialler.legOver({ legId: leg, node: 'pbx1', cause: Number(cause), sip: Number(sip), state })
    }
  })
  ami.on('up', () => {
    const loginAt = systemClock.now()
    switchboard.coreStatus().then(async ({ startedAt }) => {
      await shipper.catchUp()
      const living = (await switchboard.livingChannels()).map(channel => channel.uniqueId)
      await journalNodeRestart(db, 'pbx1', startedAt, { living, loginAt })
      await dialler.recover('pbx1')
    }).catch(fail)
  })
  await dialler.start()
  ami.start()
  const timers = dialler.sweeps.map(
    sweep => setInterval(() => { sweep.run(systemClock.now()).catch(fail) }, sweep.pace === 'emergency' ? 200 : 500)
  )
  return {
    db,
    dialler,
    heard,
    async close () {
      timers.forEach(clearInterval)
      await dialler.stop()
      await ami.close()
      await shipper.close()
      await journal.close()
      await db.close()
    }
  }
}

// Started as a process of its own, to be killed.
if (import.meta.main) await startDiallerNode(JSON.parse(process.argv[2] ?? '{}') as DiallerNodeOptions)
