import { randomBytes } from 'node:crypto'
import type { Test } from 'tap'
import { until } from '../../../src/servers/until.ts'
import { freshDatabase } from '../servers/database.ts'
import { startExchange, type Exchange } from './dialler-exchange.ts'
import { startDiallerNode, type DiallerNode } from './dialler-node.ts'

export interface DiallerOnExchange {
  exchange: Exchange
  node: DiallerNode
  /** waits until no request is left to dial */
  allFinished: (seconds: number) => Promise<void>
}

/** A dialler in this process that dials on an exchange of its own. @throws Error where there is no Asterisk */
export async function diallerOnExchange (t: Test): Promise<DiallerOnExchange> {
  const exchange = await startExchange(t)
  const { url } = await freshDatabase(t)
  const node = await startDiallerNode({
    databaseUrl: url,
    ami: exchange.ami,
    journalFile: exchange.journalFile,
    sealingKey: randomBytes(32).toString('hex'),
    channels: 60,
    callsPerSecond: 500
  })
  t.teardown(node.close)
  return {
    exchange,
    node,
    async allFinished (seconds) {
      await until(async () => (await node.db.query('select 1 from dial_request where state <> \'finished\'')).length === 0,
        { what: 'all requests are finished', seconds, everyMs: 100 })
    }
  }
}
