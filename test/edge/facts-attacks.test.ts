import { randomBytes } from 'node:crypto'
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { until } from '../../src/servers/until.ts'
import { noRealServer, realServer, standInProcess, type EdgeServer } from '../harness/edge/edge-server.ts'
import { worldOf, type World } from '../harness/edge/facts/world.ts'
import type { Sent } from '../harness/edge/sip-peer.ts'
import { textOf, type Received } from '../harness/edge/stand-in/messages.ts'
import { freshFolder } from '../harness/servers/database.ts'

const inAll = 10_000
const perSecond = 2000

const flood = `<?xml version="1.0" encoding="ISO-8859-1" ?><scenario name="flood">
<send retrans="500"><![CDATA[
INVITE sip:flood@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:[call_number]@[local_ip]:[local_port]>;tag=[pid]f[call_number]
To: <sip:flood@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:a@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Length: 0

]]></send><recv response="100" optional="true"></recv><recv response="486"></recv><send><![CDATA[
ACK sip:flood@[remote_ip]:[remote_port] SIP/2.0
[last_Via:]
From: <sip:[call_number]@[local_ip]:[local_port]>;tag=[pid]f[call_number]
To: <sip:flood@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send></scenario>`

/** Asks until it is answered, as anybody does by UDP. */
async function answers ({ carrier, own, server }: World, seconds = 10): Promise<Received> {
  return await until(async () => {
    const asked = carrier.send('OPTIONS', own, server.sip)
    return await until(() => asked.answers[0], { what: 'an answer', seconds: 0.5 }).catch(() => false as const)
  }, { what: 'OPTIONS is answered', seconds })
}

const attacks: Array<{ name: string, attack: (world: World) => Promise<unknown>, seen: unknown }> = [
  {
    name: 'garbage by UDP',
    async attack (world) {
      const { carrier, server } = world
      const beginnings = [
        '', 'INVITE ', 'INVITE sip:1@127.0.0.1 SIP/2.0\r\nVia: ', 'SIP/2.0 200 OK\r\n', 'SIP/2.0 999999999 \r\n\r\n', '\r\n\r\n',
        '\0'.repeat(64)
      ]
      for (let i = 0; i < 2000; i++) {
        carrier.write(Buffer.concat([Buffer.from(beginnings[i % beginnings.length] ?? ''), randomBytes(i % 1400)]), server.sip)
        // what is answered in between has let the server read
        if (i % 200 === 199) await answers(world)
      }
      return (await answers(world)).parsed.status
    },
    seen: 503
  },
  {
    name: 'messages cut off anywhere',
    async attack (world) {
      const { carrier, server, invite } = world
      const headers = [{ name: 'X-Long', value: 'y'.repeat(500) }]
      const whole = Buffer.from(textOf(invite({ body: 'v=0\r\n', headers }).message), 'latin1')
      for (let length = 0; length < whole.length; length += 7) carrier.write(whole.subarray(0, length), server.sip)
      return (await answers(world)).parsed.status
    },
    seen: 503
  },
  {
    name: 'a client that stops reading: the other clients go on',
    async attack ({ link, client, carrier, own, server }) {
      const deaf = await link()
      await deaf.ask('authenticate', server.secret)
      await deaf.ask('route', 'options')
      deaf.pause()
      let heard = 0
      await client({
        options (_, response) {
          heard++
          response.send(200)
        }
      })
      const headers = [{ name: 'X-Long', value: 'y'.repeat(1000) }]
      const asked: Sent[] = []
      for (let i = 0; i < 2000; i++) {
        asked.push(carrier.send('OPTIONS', own, server.sip, { headers }))
        if (i % 20 === 19) await until(() => heard >= i / 2 - 10, { what: 'every second one is heard' })
      }
      await until(() => asked.filter(one => one.statuses().includes(200)).length === 1000, { what: 'half are answered' })
      deaf.close()
      return await (await link()).ask('ping')
    },
    seen: ['OK', 'pong']
  },
  {
    name: `${perSecond} INVITEs a second for ${inAll / perSecond} s, all refused: a call in the middle of it is set up`,
    async attack (world) {
      const { client, carrier, first, uriOf, own, server } = world
      let refused = 0
      await client({
        invite (request, response) {
          if (request.raw.startsWith('INVITE sip:flood@')) {
            refused++
            response.send(486)
          } else {
            request.proxy({ destination: [uriOf(first)] }, () => {})
          }
        }
      })
      const folder = await freshFolder('flood')
      writeFileSync(join(folder, 'flood.xml'), flood)
      const how = ['-r', String(perSecond), '-m', String(inAll), '-l', String(inAll), '-nostdin', '-timeout', '40s']
      const sipp = spawn('sipp', ['-sf', 'flood.xml', '-i', '127.0.0.1', ...how, `${server.sip.host}:${server.sip.port}`],
        { cwd: folder, stdio: 'ignore', env: { ...process.env, TERM: 'dumb' } })
      const ended = new Promise(resolve => sipp.on('exit', resolve))
      const call = carrier.send('INVITE', own, server.sip)
      const again = setInterval(() => { call.repeat() }, 500)
      try {
        first.answer(await first.asked('INVITE'), 200)
        await call.final()
      } finally {
        clearInterval(again)
      }
      await ended
      await until(async () => (await answers(world)).parsed.status === 503, { what: 'all is as before' })
      // a real server's buffer overflows, and sipp gives up some
      return [call.statuses().includes(200), refused > inAll / 2]
    },
    seen: [true, true]
  }
]

async function all (t: Test, server: EdgeServer): Promise<void> {
  for (const { name, attack, seen } of attacks) {
    await t.test(name, { timeout: 90_000 }, async t => { t.strictSame(await attack(await worldOf(t, server)), seen) })
  }
}

t.test('the stand-in stands what a drachtio-server stands', async t => { await all(t, await standInProcess(t)) })

t.test('a real drachtio-server stands it', { skip: noRealServer }, async t => { await all(t, await realServer(t)) })
