import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { until } from '../../../src/servers/until.ts'
import { freePort } from '../servers/ports.ts'
import { temporaryFolder } from '../servers/run-folder.ts'
import { sipPeer } from './sip-peer.ts'

interface Address { host: string, port: number }

/** A carrier's switch: Debian's Kamailio with two routes in, as docs/edge.md asks it to be set. */
export interface CarrierSwitch {
  /** where telephones of the carrier's send their calls */
  address: Address
}

/** An answer or none within this time, ms: then it moves on. */
const patienceMs = 2000

const head = ({ host, port }: Address): string => `#!KAMAILIO
debug=0
log_stderror=yes
children=2
disable_tcp=yes
auto_aliases=no
listen=udp:${host}:${port}
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "siputils.so"
modparam("tm", "fr_timer", ${patienceMs})
modparam("tm", "fr_inv_timer", 60000)
`

/** Within a dialogue, and a CANCEL: they follow what they belong to. */
const following = `
  if (has_totag()) {
    if (loose_route()) { t_relay(); exit; }
    if (method == "ACK") { if (t_check_trans()) { t_relay(); } exit; }
    sl_send_reply("404", "Not Here");
    exit;
  }
  if (method == "CANCEL") { if (t_check_trans()) { t_relay(); } exit; }
`

const twoRoutes = (address: Address, folder: string): string => `${head(address)}
loadmodule "dispatcher.so"
modparam("dispatcher", "list_file", "${folder}/routes")
modparam("dispatcher", "flags", 2)

request_route {
  ${following}
  if (method == "OPTIONS") { sl_send_reply("200", "OK"); exit; }
  t_check_trans();
  record_route();
  if (!ds_select_domain("1", "8")) { sl_send_reply("503", "No Route"); exit; }
  t_on_failure("NEXT_ROUTE");
  t_relay();
}

failure_route[NEXT_ROUTE] {
  if (t_is_canceled()) { exit; }
  if (t_check_status("503") || (t_branch_timeout() && !t_branch_replied())) {
    if (ds_next_domain()) { t_on_failure("NEXT_ROUTE"); t_relay(); exit; }
  }
}
`

/** A proxy by which calls leave: it takes the Route that names it away, and stays in the dialogue. */
const proxyOut = (address: Address): string => `${head(address)}
request_route {
  ${following}
  t_check_trans();
  loose_route();
  if (uri == myself) { sl_send_reply("200", "OK"); exit; }
  if (method == "INVITE") { record_route(); }
  t_relay();
}
`

/** @param host its address, by which edge and PBX know it */
export async function kamailio (t: Test, host: string, routes: { first: Address, second: Address }): Promise<CarrierSwitch> {
  const folder = await temporaryFolder('kamailio')
  const line = ({ host, port }: Address, priority: number): string => `1 sip:${host}:${port} 0 ${priority}\n`
  writeFileSync(join(folder, 'routes'), line(routes.first, 10) + line(routes.second, 5))
  return await start(t, folder, host, address => twoRoutes(address, folder))
}

/** @param host the one address that carriers know us by */
export async function outboundProxy (t: Test, host: string): Promise<CarrierSwitch> {
  return await start(t, await temporaryFolder('kamailio'), host, proxyOut)
}

async function start (t: Test, folder: string, host: string, settings: (address: Address) => string): Promise<CarrierSwitch> {
  const address = { host, port: await freePort(host) }
  writeFileSync(join(folder, 'kamailio.cfg'), settings(address))
  let said = ''
  const child = spawn('kamailio', ['-f', 'kamailio.cfg', '-DD', '-E', '-m', '32', '-M', '4', '-Y', folder, '-w', folder], { cwd: folder })
  const ended = new Promise(resolve => child.on('exit', resolve))
  for (const stream of [child.stdout, child.stderr]) stream.on('data', data => { said += String(data) })
  t.teardown(async () => {
    child.kill('SIGTERM')
    await ended
    if (!t.passing()) t.comment(`Kamailio said:\n${said.slice(-4000)}`)
  })
  const asking = await sipPeer(t)
  await until(async () => {
    if (child.exitCode !== null) throw new Error(said)
    const asked = asking.send('OPTIONS', `sip:${host}:${address.port}`, address)
    return await until(() => asked.statuses().includes(200), { what: 'its answer', seconds: 0.5 }).catch(() => false)
  }, { what: 'Kamailio answers' })
  return { address }
}
