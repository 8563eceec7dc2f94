import type { Sealing } from '../../db/sealing.ts'
import type { NodeSetting } from '../nodes.ts'
import type { NodeRow } from './node-row-store.ts'
import { addressText, readAddress, type Address } from './rules/address.ts'

function addressOf (text: string): Address {
  const address = readAddress(text)
  if (address === null) throw new Error(`a row of pbx_node has an address that is none: ${text}`)
  return address
}

/** @throws when its secrets are sealed under another key */
export function settingOf (sealing: Sealing, row: NodeRow): NodeSetting {
  const { name, sip, ami, amiUser, amiSecretSealed, webSocketUrl, door, doorSecretSealed } = row
  return {
    name,
    sip: addressOf(sip),
    webSocketUrl,
    ami: { ...addressOf(ami), user: amiUser, secret: sealing.open(amiSecretSealed) },
    door: door === null || doorSecretSealed === null ? null : { ...addressOf(door), secret: sealing.open(doorSecretSealed) }
  }
}

export type NodeAddressColumns = Pick<NodeRow,
  'name' | 'sip' | 'ami' | 'amiUser' | 'amiSecretSealed' | 'webSocketUrl' | 'door' | 'doorSecretSealed'>

export function columnsOf (sealing: Sealing, { name, sip, webSocketUrl, ami, door }: NodeSetting): NodeAddressColumns {
  return {
    name,
    sip: addressText(sip),
    ami: addressText(ami),
    amiUser: ami.user,
    amiSecretSealed: sealing.seal(ami.secret),
    webSocketUrl,
    door: door && addressText(door),
    doorSecretSealed: door && sealing.seal(door.secret)
  }
}

/** A setting as a text: two that are equal are one PBX. */
export const settingText = ({ name, sip, webSocketUrl, ami, door }: NodeSetting): string => JSON.stringify([
  name, sip.host, sip.port, webSocketUrl, ami.host, ami.port, ami.user, ami.secret, door && [door.host, door.port, door.secret]
])
