// Each setting has a test of its effect: the table says where, the test there must name it, and what has none waits on a list.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { root } from './program.ts'
import { settingsDocumented, settingsRead } from './settings-read.ts'
import { maxSettingsWaiting, settingsWaiting } from './waiting.ts'

const effects = 'test/contract/settings-effects.test.ts'
const composed = 'test/contract/settings-of-the-service.test.ts'
const ofAProcess = 'test/contract/settings-of-a-process.test.ts'
const ofTheNode = 'test/features/node/node-settings.test.ts'
const filesOfAnOrder = 'test/features/attachments/files-of-an-order.test.ts'
const journey = (name: string): string => `test/journeys/${name}.test.ts`

/** Setting → the test that fails when it does nothing. */
const shownIn: Record<string, string> = {
  SIP_ADDRESS: effects,
  PBX_HTTP_ADDRESS: effects,
  TLS_CERT_FILE: effects,
  TLS_KEY_FILE: effects,
  TRUST_PROXY: effects,
  TRUNK_ADDRESS: effects,
  TRUNK_CHANNELS: effects,
  TRUNK_QUALIFY_SECONDS: effects,
  TRUNK_CALLER_ID: effects,
  TRUNK_CA_FILE: effects,
  TRUNK_KEYS: effects,
  AMI_ADDRESS: effects,
  AMI_USER: effects,
  AMI_SECRET: effects,
  PBX_NODE: effects,
  TIME_ZONE: effects,
  SMS_PROVIDER: effects,
  SMS_URL: effects,
  SMS_TOKEN: effects,
  REQUESTS_PER_MINUTE: effects,
  EMERGENCY_DUTY_NUMBER: effects,
  QUEUE_SECONDS: effects,
  AGENT_RING_SECONDS: effects,
  WRAP_UP_SECONDS: effects,
  AGENT_BACK_SECONDS: effects,
  CENTRE_POLICE: composed,
  CENTRE_FIRE: composed,
  CENTRE_AMBULANCE: composed,
  OVERFLOW_LEADER: composed,
  OVERFLOW_DUTY: composed,
  TRUNK_CALLS_PER_SECOND: composed,
  HOTLINE_NUMBER: composed,
  CALLBACK_ATTEMPTS: composed,
  CALLBACK_KEY_SECONDS: composed,
  SPEECH_URL: composed,
  CLAMD_ADDRESS: filesOfAnOrder,
  ATTACHMENT_MAX_MB: filesOfAnOrder,
  PBX_WEBSOCKET_URL: composed,
  PBX_JOURNAL_FILE: composed,
  PBX_RECORDINGS_DIR: ofTheNode,
  PBX_SOUNDS_DIR: ofTheNode,
  PBX_INCLUDES_DIR: ofTheNode,
  DATA_KEY: ofTheNode,
  DATA_KEYS_FILE: 'test/features/keys/data-keys.test.ts',
  NODE_ADDRESS: ofTheNode,
  NODE_SECRET: ofTheNode,
  SWEEP_MS: composed,
  EMERGENCY_SWEEP_MS: composed,
  DATABASE_URL: ofAProcess,
  REDIS_URL: ofAProcess,
  LOG_LEVEL: ofAProcess,
  XDG_CACHE_HOME: ofAProcess,
  DEBIAN_MIRROR: ofAProcess,
  TRUNK_RESERVED_INBOUND: journey('callbacks/citizens-go-before-callbacks'),
  TRUNK_OUT_OF_TOWN_PREFIX: journey('callbacks/a-prefix-before-mobiles-of-other-places'),
  TRUNK_LOCAL_MOBILES_FILE: journey('callbacks/a-prefix-before-mobiles-of-other-places'),
  DIAL_BY_HAND_PREFIXES: journey('inbound/dial-permission'),
  DIAL_AUTOMATIC_PREFIXES: journey('inbound/dial-permission'),
  CENTRE_TRAFFIC: journey('inbound/dial-permission'),
  CALLBACK_WINDOWS: journey('broken/broken-callbacks-never-at-night'),
  CALLBACK_RING_SECONDS: journey('callbacks/unanswered-callbacks-end-unreachable'),
  EMERGENCY_RING_SECONDS: journey('emergency/emergency-one-after-another'),
  EMERGENCY_ATTEMPTS: journey('emergency/emergency-one-after-another'),
  EMERGENCY_GAP_SECONDS: journey('emergency/emergency-one-after-another'),
  EMERGENCY_ROOM_SIZE: journey('emergency/emergency-survives-kills'),
  EMERGENCY_KEY_SECONDS: journey('emergency/emergency-without-a-key'),
  EMERGENCY_SILENCE_SECONDS: journey('emergency/emergency-awkward-lines'),
  EDGE_SERVER: journey('edge/the-edge-goes-and-calls-stay'),
  EDGE_SECRET: journey('edge/the-edge-goes-and-calls-stay'),
  EDGE_SERVER_CA_FILE: journey('edge/the-link-by-tls'),
  EDGE_NAME: journey('edge/the-edge-alone'),
  EDGE_NODES: journey('edge/a-node-of-two-is-killed'),
  EDGE_ADDRESSES: journey('edge/the-direct-door'),
  EDGE_AMI_SECRET: journey('edge/the-direct-door'),
  EDGE_CALLS: journey('edge/refused-at-the-edge'),
  EDGE_RESERVE: journey('edge/refused-at-the-edge'),
  EDGE_CALLS_PER_NUMBER: journey('edge/the-edge-alone'),
  EDGE_UNLIMITED_NUMBERS: journey('edge/the-edge-alone'),
  EDGE_TEST_CALL_SECONDS: journey('edge/the-direct-door'),
  DATA_DIR: 'test/servers/up-keeps-its-servers.test.ts',
  HTTP_ADDRESS: 'test/servers/up-keeps-its-servers.test.ts'
}

// A setting that is not documented yet is asked for, too.
const settings = [...new Set([...settingsRead, ...settingsDocumented])]
const names = (file: string, setting: string): boolean =>
  existsSync(join(root, file)) && new RegExp(`\\b${setting}\\b`).test(readFileSync(join(root, file), 'utf8'))

t.ok(settings.length > 40, 'the settings are found')
t.same(settings.filter(s => !(s in shownIn) && !(s in settingsWaiting)), [], 'every setting has a test of its effect, or waits for one')
t.same(Object.entries(shownIn).filter(([setting, file]) => !names(file, setting)), [], 'the test named names the setting')
t.same([...Object.keys(shownIn), ...Object.keys(settingsWaiting)].filter(s => !settings.includes(s)), [], 'no setting that is gone')
t.same(Object.keys(settingsWaiting).filter(s => s in shownIn), [], 'a setting with its test leaves the list')
t.ok(Object.keys(settingsWaiting).length <= maxSettingsWaiting, 'the list only shrinks')
