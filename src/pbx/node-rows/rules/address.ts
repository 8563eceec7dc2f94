/** A host and a port. */
export interface Address { host: string, port: number }

/** `10.0.0.3:5060`, `pbx2.example:5060`, `[fd00::3]:5060`. Nothing in it could end a line of a configuration. */
export const addressPattern = '^(?:[A-Za-z0-9][A-Za-z0-9.-]{0,99}|\\[[0-9A-Fa-f:.]{2,45}\\]):[0-9]{1,5}$'

/** `wss://pbx2.example:8089/ws`: each page may connect there, so it names one host. */
export const webSocketPattern =
  '^wss?://(?:[A-Za-z0-9][A-Za-z0-9.-]{0,99}|\\[[0-9A-Fa-f:.]{2,45}\\])(?::[1-9][0-9]{0,4})?(?:/[\\w./~-]{0,100})?$'

/** @returns null for what is no address; the port is 1 to 65535, and a host of figures and dots, or in brackets, is an IP address */
export function readAddress (text: string): Address | null {
  if (!new RegExp(addressPattern).test(text)) return null
  const host = URL.parse(`http://${text}`)?.hostname
  if (host === undefined || (/^[\d.]+$/.test(host) && !text.startsWith(`${host}:`))) return null
  const at = text.lastIndexOf(':')
  const port = Number(text.slice(at + 1))
  return port < 1 || port > 65_535 ? null : { host: text.slice(0, at).replace(/^\[|\]$/g, ''), port }
}

export const addressText = ({ host, port }: Address): string => `${host.includes(':') ? `[${host}]` : host}:${port}`

/** Both parts of a `host:port` that stands in a row; the host in small letters and without brackets. */
export function splitAddress (address: string): { host: string, port: string } {
  const end = address.lastIndexOf(':')
  return { host: address.slice(0, end).replace(/[[\]]/g, '').toLowerCase(), port: address.slice(end + 1) }
}

/** The host of `host:port`, without brackets. */
export const hostOf = (address: string): string => splitAddress(address).host
