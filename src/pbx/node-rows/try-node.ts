import { DomainError } from '../../domain/errors.ts'
import { createAmiConnection } from '../ami/ami-connection.ts'
import { inOurTime } from '../journal/node-restart.ts'
import { createNodeDoorClient } from '../node-client.ts'
import type { NodeSetting } from '../nodes.ts'
import { createSwitchboard, type Switchboard } from '../switchboard.ts'
import type { TriedNode } from './rules/new-node.ts'

/** Connecting and logging in, no longer than a connection tries. ms */
const loginMs = 5000

/**
 * Asks a PBX over a link of its own, which is closed afterwards.
 * @throws DomainError `pbx-unavailable`, `pbx-login-refused`
 */
export async function askNode<T> (
  { name, ami: address }: Pick<NodeSetting, 'name' | 'ami'>, ask: (pbx: Switchboard) => Promise<T>
): Promise<T> {
  const ami = createAmiConnection(address)
  const refused = new Promise<never>((_resolve, reject) => {
    ami.on('refused', () => {
      reject(new DomainError('pbx-login-refused', 'this telephone system refuses user or secret', { node: name }))
    })
  })
  // With the link up nobody waits for it.
  refused.catch(() => {})
  ami.start()
  try {
    await Promise.race([ami.ready(loginMs), refused])
    return await ask(createSwitchboard({ ami }))
  } finally {
    await ami.close()
  }
}

/** The PBX and the process beside it, as they say of themselves. @throws DomainError as `askNode`, and `node-unavailable` */
export async function tryNode (setting: NodeSetting): Promise<TriedNode> {
  const { name, door } = setting
  const said = await askNode(setting, async pbx => ({
    systemName: await pbx.systemName(), aheadMs: await pbx.clockAhead(), ...await pbx.coreStatus()
  }))
  const besides = door === null ? null : (await createNodeDoorClient(name, door).state()).node
  return { systemName: said.systemName, startedAt: inOurTime(said.startedAt, said.aheadMs), besides }
}
