import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import { createAmiConnection, type AmiConnection } from '../pbx/ami-connection.ts'
import { createSwitchboard, type Switchboard } from '../pbx/switchboard.ts'

/** The link to a PBX, and what can be asked of it. */
export interface Exchange {
  ami: AmiConnection
  switchboard: Switchboard
}

export function createExchange ({ config, amiSecret, log }: { config: Config, amiSecret: string, log: Logger }): Exchange {
  const ami = createAmiConnection({ host: config.ami.host, port: config.ami.port, user: config.ami.user, secret: amiSecret, log })
  return { ami, switchboard: createSwitchboard({ ami }) }
}
