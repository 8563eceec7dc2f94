import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import t, { type Test } from 'tap'
import { until } from '../../../src/servers/until.ts'
import { freePort } from '../../harness/servers/ports.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent } from '../../harness/stories/story.ts'

interface Call { id: string, number: string, withheld: boolean, answeredBy: string | null, endedAt: string | null }
interface AgentSeen { extension: string, state: string }

/** What no telephone and no Asterisk would send: an INVITE from the carrier's address, its headers byte by byte. */
async function rawCall (
  t: Test, to: { host: string, port: number }, headers: { user?: string, from: Buffer, more?: string }
): Promise<{ answered: (seconds?: number) => Promise<number>, bye: () => Promise<void> }> {
  const socket = createSocket('udp4')
  socket.bind(await freePort('127.0.0.2'), '127.0.0.2')
  await once(socket, 'listening')
  t.teardown(() => { socket.close() })
  const { port } = socket.address()
  const id = `raw${port}`
  const target = `sip:${headers.user ?? '962000'}@${to.host}:${to.port}`
  const sdp =
    `v=0\r\no=- 1 1 IN IP4 127.0.0.2\r\ns=-\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\nm=audio ${port + 1} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n`
  let status = 0
  let over = false
  let toHeader = `To: <${target}>`
  let heard = false
  const send = (method: string, body = ''): void => {
    const cseq = method === 'BYE' ? 2 : 1
    const start = `${method} ${target} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.2:${port};branch=z9hG4bK${id}${method}\r\nMax-Forwards: 70\r\n`
    const rest = `\r\n${toHeader}\r\nCall-ID: ${id}\r\nCSeq: ${cseq} ${method}\r\nContact: <sip:x@127.0.0.2:${port}>\r\n` +
      `${headers.more ?? ''}` +
      `${body ? 'Content-Type: application/sdp\r\n' : ''}Content-Length: ${body.length}\r\n\r\n${body}`
    socket.send(Buffer.concat([Buffer.from(start + 'From: '), headers.from, Buffer.from(`;tag=${id}${rest}`)]), to.port, to.host)
  }
  socket.on('message', message => {
    const text = message.toString('latin1')
    const code = Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1] ?? 0)
    if (code === 0) return // its BYE
    heard = true
    if (/CSeq:\s*2 BYE/i.test(text)) over = true
    toHeader = /^To:[^\r\n]*/mi.exec(text)?.[0] ?? toHeader
    if (/CSeq:\s*1 INVITE/i.test(text) && code >= 200) {
      status = code
      send('ACK')
    }
  })
  /** Sends every half second until it is answered, as over UDP one has to (RFC 3261 §17.1.1.2); 32 s at most. */
  const request = (method: string, body: string, isAnswered: () => boolean): void => {
    send(method, body)
    let sent = 1
    const again = setInterval(() => {
      if (isAnswered() || sent++ === 64) clearInterval(again)
      else send(method, body)
    }, 500)
    t.teardown(() => { clearInterval(again) })
  }
  request('INVITE', sdp, () => heard)
  return {
    answered: async (seconds = 8) => await until(() => status > 0 && status, { what: 'the INVITE is answered', seconds }),
    async bye () {
      if (status < 300) {
        request('BYE', '', () => over)
        await until(() => over, { what: 'the BYE is answered' })
      }
    }
  }
}

const ami = '\r\n\r\nEvent: Forged\r\nPrivilege: call,all\r\nUniqueid: forged\r\n\r\n'
const row = '"\r\n"USER_DEFINED","LD_AGENT","2026-01-01T00:00:00.000000+0800","","","","","PJSIP/8031-00000001","","","forged","forged",' +
  '"","{""extra"":""agent=8031&state=in&reason=""}"\r\n'
const percent = (text: string): string => [...Buffer.from(text)].map(b => '%' + b.toString(16).padStart(2, '0')).join('')
const bytes = (...parts: Array<string | number[]>): Buffer =>
  Buffer.concat(parts.map(p => typeof p === 'string' ? Buffer.from(p) : Buffer.from(p)))

const callers: Record<string, { from: Buffer, user?: string, more?: string }> = {
  'an AMI event in the number': { from: bytes(`<sip:${percent('139' + ami)}@127.0.0.2>`) },
  'a journal row in the number': { from: bytes(`<sip:${percent(row)}@127.0.0.2>`) },
  'quotes and commas in the name, on a folded line': { from: bytes('"a\\",\\"b\\\\,forged"\r\n <sip:anonymous@127.0.0.2>') },
  'a row in the name, and angles': { from: bytes('"HANGUP,<sip:110@x>,forged" <sip:anonymous@127.0.0.2>') },
  'invalid UTF-8 in name and number': { from: bytes('"', [0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80], '" <sip:%ff%fe%c3%28@127.0.0.2>') },
  'a name of 2000 characters': { from: bytes(`"${'长'.repeat(667)}" <sip:anonymous@127.0.0.2>`) },
  'a right-to-left name, and 110 asserted': {
    from: bytes('"\u202E\u202Dforged" <sip:anonymous@anonymous.invalid>'),
    more: 'P-Asserted-Identity: "forged" <sip:110@127.0.0.2>\r\nPrivacy: id\r\n'
  },
  // eslint-disable-next-line no-template-curly-in-string
  'a variable and a function in the number': { from: bytes(`<sip:${percent('${SHELL(touch /tmp/forged)}$[1+1]')}@127.0.0.2>`) }
}

await t.test('a caller whose name and number forge AMI events and journal rows is an ordinary caller with a withheld number', async t => {
  const { network, pbx, service, as, db } = await startStack(t, { desks: ['8003'] })
  const zhang = agent(network, '8003')
  await zhang.signsIn()
  await zhang.whenRung('ring 0.2|answer|stay')
  // What the exchange tells a listener such as the service.
  let heard = ''
  const listener = connect(pbx.config.ami.port, pbx.config.ami.host)
  listener.on('data', data => { heard += data.toString('latin1') })
  t.teardown(() => listener.destroy())
  listener.write(`Action: Login\r\nUsername: ${pbx.config.ami.user}\r\nSecret: ${pbx.amiSecret}\r\n\r\n`)
  await until(() => heard.includes('Authentication accepted'), { what: 'the listener hears events' })

  const kinds = Object.keys(callers)
  for (const [i, [kind, headers]] of Object.entries(callers).entries()) {
    const call = await rawCall(t, pbx.config.sip, headers)
    t.equal(await call.answered(), 200, `${kind}: the call is taken`)
    const rung = await network.rung('desk8003', i + 1)
    await rung.isAnswered()
    // A caller who hangs up between the agent's answer and the bridge is a lost call, and rightly so.
    await until(() => heard.split('Event: AgentConnect').length > i + 1, { what: 'caller and agent are put together' })
    t.match(rung.from, /^(anonymous|unknown|)$/i, 'the agent is shown no number')
    t.notMatch(rung.name, /forged|HANGUP|\d/i, 'and no name of the caller\'s making')
    await call.bye()
    await rung.isOver()
  }
  // The dialled number can lie as well: no such number, and nothing is begun.
  for (const dialled of [percent('962000' + ami), percent('962000' + row), '962000' + '%41'.repeat(60)]) {
    const call = await rawCall(t, pbx.config.sip, { user: dialled, from: bytes('<sip:13900001601@127.0.0.2>') })
    t.ok(await call.answered() >= 400, 'is refused')
    await call.bye()
  }

  await service.settle()
  const leader = await as('8031')
  const { items } = await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound',
    list => list.items.length >= kinds.length && list.items.every(c => c.endedAt))
  t.equal(items.length, kinds.length, 'one call each, none invented')
  for (const call of items) t.match(call, { withheld: true, number: '', answeredBy: '8003' })
  const { items: agents } = await leader.get<{ items: AgentSeen[] }>('/api/agents')
  t.same(agents.filter(a => a.state !== 'out').map(a => [a.extension, a.state]), [['8003', 'ready']], 'nobody was signed in by a caller')
  const rows = await db.query<{ event: string }>(`select event from pbx_journal
    where unique_id like '%forged%' or linked_id like '%forged%' or channel like '%forged%'
      or (event = 'LD_AGENT' and extra like '%8031%')`)
  t.same(rows, [], 'no journal row is of the caller\'s making')
  t.equal((await db.query('select 1 from journal_quarantine')).length, 0, 'none is torn')
  t.equal((await db.query('select 1 from pbx_journal where handled_at is null')).length, 0, 'none is stuck')
  t.notMatch(heard, /^(Event: Forged|Uniqueid: forged)/m, 'no event is of the caller\'s making')
  t.match(heard, /^Event: AgentConnect/m, 'though the listener heard the calls')
  t.match(await leader.get('/health/ready'), { parts: [{ name: 'database', state: 'ok' }] })
})
