// How the SIP edge's settings are read from the environment and checked.
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { address, ConfigError, number, secret, type Address, type Env } from './config-readers.ts'
import { callerNumber } from './domain/telephone/phone-number.ts'

/** A PBX as the edge knows it. */
export interface EdgeNode { name: string, sip: Address, ami: Address }

export interface EdgeConfig {
  /** its name among several */
  name: string
  /** drachtio-server; null: no edge is wanted here */
  server: (Address & { secret: string, authority: string | null }) | null
  nodes: EdgeNode[]
  /** of the user `edge` of each PBX's manager interface */
  amiSecret: string | null
  /** calls at once on all nodes, and how many of them only duty line and conference may use; null: by the rows of trunks */
  calls: number | null
  reserve: number | null
  callsPerNumber: number
  /** numbers that may have any number of calls, beside centres and units */
  unlimitedNumbers: string[]
  testCallSeconds: number
  /** where edges stand, for a PBX: it believes their trunk header */
  addresses: string[]
}

const listOf = (env: Env, name: string): string[] => (env[name] ?? '').split(',').map(part => part.trim()).filter(part => part !== '')
const isName = (text: string): boolean => /^[a-z0-9-]{1,16}$/.test(text)

function nodes (env: Env, fallback: EdgeNode): EdgeNode[] {
  const found = listOf(env, 'EDGE_NODES').map(text => {
    const [name = '', sip = '', ami = '', ...more] = text.split(/\s+/)
    if (!isName(name) || sip === '' || ami === '' || more.length > 0) {
      throw new ConfigError('EDGE_NODES', text, 'name, SIP address and AMI address: pbx1 10.1.2.3:5060 10.1.2.3:5038')
    }
    const at = (value: string): Address => address({ EDGE_NODES: value }, 'EDGE_NODES', '10.1.2.3:5060')
    return { name, sip: at(sip), ami: at(ami) }
  })
  const twice = found.find((node, i) => found.findIndex(other => other.name === node.name) < i)
  if (twice) throw new ConfigError('EDGE_NODES', twice.name, 'each PBX once')
  return found.length > 0 ? found : [fallback]
}

function addresses (env: Env): string[] {
  const list = listOf(env, 'EDGE_ADDRESSES')
  const wrong = list.find(one => isIP(one) === 0)
  if (wrong !== undefined) throw new ConfigError('EDGE_ADDRESSES', wrong, 'IP addresses, such as 10.1.2.9')
  return list
}

function unlimitedNumbers (env: Env): string[] {
  const list = listOf(env, 'EDGE_UNLIMITED_NUMBERS')
  const wrong = list.find(one => callerNumber(one) === null)
  if (wrong !== undefined) throw new ConfigError('EDGE_UNLIMITED_NUMBERS', wrong, 'telephone numbers, such as 021-50008001')
  return list
}

/** The certificate authority of the server's TLS door, PEM; null: the link is plain. */
function authority (env: Env): string | null {
  const file = env.EDGE_SERVER_CA_FILE
  if (!file) return null
  let text = ''
  try {
    text = readFileSync(file, 'utf8')
  } catch {}
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new ConfigError('EDGE_SERVER_CA_FILE', file, 'a readable file with the certificate in PEM, such as /etc/liandong/drachtio-ca.pem')
  }
  return text
}

function server (env: Env): EdgeConfig['server'] {
  if (!env.EDGE_SERVER) return null
  const password = secret(env, 'EDGE_SECRET')
  if (password === null) throw new ConfigError('EDGE_SECRET', '', 'the secret of drachtio-server, where EDGE_SERVER names one')
  return { ...address(env, 'EDGE_SERVER', '127.0.0.1:9022'), secret: password, authority: authority(env) }
}

/** @throws ConfigError */
export function edge (
  env: Env, known: { node: string, sip: Address, ami: Address }
): EdgeConfig {
  const name = env.EDGE_NAME || 'edge1'
  if (!isName(name)) throw new ConfigError('EDGE_NAME', name, '1 to 16 lower-case letters, digits and hyphens')
  const calls = env.EDGE_CALLS ? number(env, 'EDGE_CALLS', 1, 1, 100_000) : null
  const list = addresses(env)
  const amiSecret = secret(env, 'EDGE_AMI_SECRET')
  if (list.length > 0 && amiSecret === null) {
    throw new ConfigError('EDGE_AMI_SECRET', '', 'what an edge reads the PBX with, where EDGE_ADDRESSES names edges')
  }
  return {
    name,
    server: server(env),
    nodes: nodes(env, { name: known.node, sip: known.sip, ami: known.ami }),
    amiSecret,
    calls,
    reserve: env.EDGE_RESERVE ? number(env, 'EDGE_RESERVE', 0, 0, (calls ?? 100_000) - 1) : null,
    callsPerNumber: number(env, 'EDGE_CALLS_PER_NUMBER', 3, 1, 1000),
    unlimitedNumbers: unlimitedNumbers(env),
    testCallSeconds: number(env, 'EDGE_TEST_CALL_SECONDS', 60, 1, 3600),
    addresses: list
  }
}
