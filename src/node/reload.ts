import type { Logger } from 'pino'
import { createAmiConnection } from '../pbx/ami/ami-connection.ts'
import type { NodeSetting } from '../pbx/nodes.ts'
import { createSwitchboard, type Switchboard } from '../pbx/switchboard.ts'

/** Longest wait for a link to the PBX beside, ms. */
const linkMs = 5000

/**
 * Has the PBX beside read files again. A link is made for each time: files change seldom, and a listener costs the PBX something at
 * every event. @throws DomainError `pbx-unavailable`
 */
export const reloadOver = (address: NodeSetting['ami'], log: Logger): Switchboard['reload'] => async module => {
  const ami = createAmiConnection({ ...address, log })
  ami.start()
  try {
    await ami.ready(linkMs)
    await createSwitchboard({ ami }).reload(module)
  } finally {
    await ami.close()
  }
}
