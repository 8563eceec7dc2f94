import { isAbsolute, join, resolve } from 'node:path'
import {
  address, centres, ConfigError, dataKey, digits, extensionOr, logLevel, number, numberOrNull, orNull, outOfTown, prefixes, proxies, secret,
  timeZone, tls, trunkKeys, webAddress, webSocketUrl, windows, type Address, type Centres, type Certificate, type Env, type TrunkKeys
} from './config-readers.ts'
import { edge, type EdgeConfig } from './config-edge.ts'

/** All settings from outside, read once, checked, and handed on. */
export interface Config {
  http: Address
  /** for console, API and the browsers' telephones; null: in clear */
  tls: Certificate | null
  dataDir: string
  sip: Address
  pbxHttp: Address
  /** where a browser's telephone reaches the PBX: `wss://hotline.example:8089/ws` */
  webSocketUrl: string
  ami: Address & { user: string, secret: string | null, external: boolean }
  /** the door of the node process (节点进程) beside the PBX, where `npm run node` listens and the service asks */
  node: Address & { secret: string | null, external: boolean }
  /** folders of a PBX that is not ours, for the process beside it; null: below DATA_DIR, and no sounds */
  recordingsDir: string | null
  soundsDir: string | null
  /** where a PBX that is not ours reads its includes; null: they are kept by others */
  includesDir: string | null
  /** base64, 32 bytes; null: the one in DATA_DIR/secrets.json */
  dataKey: string | null
  /** the data keys beside that one; see docs/production.md */
  dataKeysFile: string
  /** the carrier: inbound calls come from this IP, outbound calls go to this address and port */
  trunk: Address & {
    channels: number
    reservedInbound: number
    callsPerSecond: number
    qualifySeconds: number
    callerId: string
    outOfTownPrefix: string
    localMobiles: string[]
    keys: TrunkKeys
    /** certificates by which carriers over TLS are known; null: those of the machine */
    caFile: string | null
  }
  edge: EdgeConfig
  /** prefixes of numbers not permitted by default (abroad, premium, short codes by machine); see docs/dial-permission.md */
  dialPrefixes: { byHand: string[], automatic: string[] }
  centres: Centres
  /** extension or number rung when no agent takes a citizen, first and second; null: the first two shift leaders with a telephone */
  overflow: { leader: string | null, duty: string | null }
  databaseUrl: string | null
  redisUrl: string | null
  /** name of this PBX in the journal; also prefixes the unique ids Asterisk makes up */
  pbxNode: string
  /** journal file of a PBX that is not ours, for the process beside it */
  journalFile: string | null
  timeZone: string
  hotlineNumber: string
  emergencyDutyNumber: string
  /** seconds a citizen waits before the dialplan rings the shift leader */
  queueSeconds: number
  /** seconds one agent's telephone rings before the call goes on */
  agentRingSeconds: number
  wrapUpSeconds: number
  /** seconds a citizen waits for an agent whose page or telephone is gone in mid-call, before going to the head of the queue */
  agentBackSeconds: number
  /** how often and when somebody is rung; null: as the attempt policy says */
  attempts: {
    callback: { windows: string | null, ringSeconds: number | null, attempts: number | null }
    emergency: { ringSeconds: number | null, attempts: number | null, gapSeconds: number | null }
  }
  callbacks: { keySeconds: number }
  emergency: { roomSize: number, keySeconds: number, silenceSeconds: number }
  sms: { provider: 'table' | 'http', url: string | null, token: string | null }
  speech: { url: string | null }
  /** files of orders: where clamd looks them through, null: nowhere; megabytes of one at most */
  attachments: { clamd: Address | null, maxMegabytes: number }
  /** reverse proxies whose X-Forwarded-For is believed, addresses or networks; empty: none */
  trustProxy: string[]
  /** HTTP requests a minute of one login or address; 0: unlimited */
  requestsPerMinute: number
  logLevel: string
  /** pace of the sweeps, ms; an emergency's sweep runs at the second figure */
  sweepMs: { ordinary: number, emergency: number }
}

/** @throws ConfigError with the setting's name and what would be right */
export function readConfig (env: Env = process.env): Config {
  const dataDir = env.DATA_DIR || '.hotline'
  const provider = env.SMS_PROVIDER || 'table'
  if (provider !== 'table' && provider !== 'http') throw new ConfigError('SMS_PROVIDER', provider, 'table or http')
  if (provider === 'http' && !env.SMS_URL) throw new ConfigError('SMS_URL', '', 'SMS_PROVIDER=http needs the gateway\'s address')
  const pbxHttp = address(env, 'PBX_HTTP_ADDRESS', '127.0.0.1:18088')
  const pbxNode = env.PBX_NODE || 'pbx1'
  if (!/^[a-z0-9]{1,16}$/.test(pbxNode)) throw new ConfigError('PBX_NODE', pbxNode, '1 to 16 lower-case letters and digits')
  const ami = address(env, 'AMI_ADDRESS', '127.0.0.1:15038')
  const sip = address(env, 'SIP_ADDRESS', '127.0.0.1:15060')
  const line = trunk(env)
  return {
    http: address(env, 'HTTP_ADDRESS', '127.0.0.1:9620'),
    tls: tls(env),
    dataDir: isAbsolute(dataDir) ? dataDir : resolve(join(process.cwd(), dataDir)),
    sip,
    pbxHttp,
    webSocketUrl: webSocketUrl(env, pbxHttp),
    ami: {
      ...ami,
      user: env.AMI_USER || 'liandong',
      secret: secret(env, 'AMI_SECRET'),
      external: Boolean(env.AMI_ADDRESS && (env.AMI_SECRET || env.AMI_SECRET_FILE))
    },
    node: {
      ...address(env, 'NODE_ADDRESS', '127.0.0.1:9621'),
      secret: secret(env, 'NODE_SECRET'),
      external: Boolean(env.NODE_ADDRESS && (env.NODE_SECRET || env.NODE_SECRET_FILE))
    },
    recordingsDir: orNull(env.PBX_RECORDINGS_DIR),
    soundsDir: orNull(env.PBX_SOUNDS_DIR),
    includesDir: orNull(env.PBX_INCLUDES_DIR),
    dataKey: dataKey(env),
    dataKeysFile: resolve(env.DATA_KEYS_FILE || join(dataDir, 'data-keys.json')),
    trunk: line,
    edge: edge(env, { node: pbxNode, sip, ami }),
    dialPrefixes: { byHand: prefixes(env, 'DIAL_BY_HAND_PREFIXES'), automatic: prefixes(env, 'DIAL_AUTOMATIC_PREFIXES') },
    centres: centres(env),
    overflow: { leader: extensionOr(env, 'OVERFLOW_LEADER'), duty: extensionOr(env, 'OVERFLOW_DUTY') },
    databaseUrl: secret(env, 'DATABASE_URL'),
    redisUrl: secret(env, 'REDIS_URL'),
    pbxNode,
    journalFile: orNull(env.PBX_JOURNAL_FILE),
    timeZone: timeZone(env),
    hotlineNumber: digits(env, 'HOTLINE_NUMBER', '962000'),
    emergencyDutyNumber: digits(env, 'EMERGENCY_DUTY_NUMBER', '50002100'),
    queueSeconds: number(env, 'QUEUE_SECONDS', 60, 2, 600),
    agentRingSeconds: number(env, 'AGENT_RING_SECONDS', 15, 2, 120),
    wrapUpSeconds: number(env, 'WRAP_UP_SECONDS', 30, 0, 3600),
    agentBackSeconds: number(env, 'AGENT_BACK_SECONDS', 30, 2, 300),
    attempts: attempts(env),
    callbacks: { keySeconds: number(env, 'CALLBACK_KEY_SECONDS', 10, 1, 60) },
    emergency: {
      roomSize: number(env, 'EMERGENCY_ROOM_SIZE', 25, 2, 200),
      keySeconds: number(env, 'EMERGENCY_KEY_SECONDS', 10, 1, 60),
      silenceSeconds: number(env, 'EMERGENCY_SILENCE_SECONDS', 1800, 5, 14_400)
    },
    sms: { provider, url: webAddress(env, 'SMS_URL'), token: secret(env, 'SMS_TOKEN') },
    speech: { url: webAddress(env, 'SPEECH_URL') },
    attachments: {
      clamd: env.CLAMD_ADDRESS ? address(env, 'CLAMD_ADDRESS', '127.0.0.1:3310') : null,
      maxMegabytes: number(env, 'ATTACHMENT_MAX_MB', 25, 1, 100)
    },
    trustProxy: proxies(env),
    requestsPerMinute: number(env, 'REQUESTS_PER_MINUTE', 3000, 0, 1_000_000),
    logLevel: logLevel(env),
    sweepMs: { ordinary: number(env, 'SWEEP_MS', 2000, 50, 60_000), emergency: number(env, 'EMERGENCY_SWEEP_MS', 500, 50, 5000) }
  }
}

function trunk (env: Env): Config['trunk'] {
  return {
    ...address(env, 'TRUNK_ADDRESS', '127.0.0.2:15070'),
    channels: number(env, 'TRUNK_CHANNELS', 60, 1, 5000),
    reservedInbound: number(env, 'TRUNK_RESERVED_INBOUND', 10, 0, 5000),
    callsPerSecond: number(env, 'TRUNK_CALLS_PER_SECOND', 30, 1, 5000),
    qualifySeconds: number(env, 'TRUNK_QUALIFY_SECONDS', 3, 0, 5),
    callerId: digits(env, 'TRUNK_CALLER_ID', '962000'),
    ...outOfTown(env),
    keys: trunkKeys(env),
    caFile: orNull(env.TRUNK_CA_FILE)
  }
}

function attempts (env: Env): Config['attempts'] {
  return {
    callback: {
      windows: windows(env),
      ringSeconds: numberOrNull(env, 'CALLBACK_RING_SECONDS', 2, 120),
      attempts: numberOrNull(env, 'CALLBACK_ATTEMPTS', 1, 10)
    },
    emergency: {
      ringSeconds: numberOrNull(env, 'EMERGENCY_RING_SECONDS', 2, 120),
      attempts: numberOrNull(env, 'EMERGENCY_ATTEMPTS', 1, 10),
      gapSeconds: numberOrNull(env, 'EMERGENCY_GAP_SECONDS', 0, 600)
    }
  }
}
