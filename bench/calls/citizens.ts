import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface CitizensOptions {
  /** empty, for sipp's files */
  folder: string
  from: { host: string, port: number }
  to: { host: string, port: number }
  /** new calls a second, and for how many seconds */
  perSecond: number
  seconds: number
  /** how long each stays on the line once it is answered, ms */
  staysMs: number
  /** some stay so much longer, some so much shorter, ms; 0 by default */
  spreadMs?: number
  /** sends sound, 50 packets a second; else nothing */
  talks?: boolean
  /** shows no number: nobody rings it back, and it has no limit of its own */
  withheld?: boolean
}

/** What sipp counted: every call ended as its scenario says, or failed. */
export interface CitizensCount { placed: number, well: number, failed: number }

/** A request within the dialogue, as sipp writes it. */
const inDialogue = (method: string, sequence: number): string => `    ${method} [next_url] SIP/2.0
    Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
    From: <sip:1391[call_number]@[local_ip]:[local_port]>;tag=[call_number]
    [last_To:]
    Call-ID: [call_id]
    CSeq: ${sequence} ${method}
    Max-Forwards: 70
    Content-Length: 0

`

const scenario = (pause: string, sound: string | null, withheld: boolean): string => `<?xml version="1.0"?>
<scenario name="citizen">
  <send retrans="500"><![CDATA[
    INVITE sip:962000@[remote_ip]:[remote_port] SIP/2.0
    Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
    From: <sip:1391[call_number]@[local_ip]:[local_port]>;tag=[call_number]
    To: <sip:962000@[remote_ip]:[remote_port]>
    Call-ID: [call_id]
    CSeq: 1 INVITE
    Contact: <sip:citizen@[local_ip]:[local_port]>
    Max-Forwards: 70
    Privacy: ${withheld ? 'id' : 'none'}
    Content-Type: application/sdp
    Content-Length: [len]

    v=0
    o=citizen 1 1 IN IP4 [local_ip]
    s=-
    c=IN IP4 [local_ip]
    t=0 0
    m=audio ${sound === null ? '[media_port]' : '[rtpstream_audio_port]'} RTP/AVP 8
    a=rtpmap:8 PCMA/8000
  ]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="183" optional="true"/>
  <recv response="200" rrs="true"><action>
    <ereg regexp="@?([0-9.]+):([0-9]+)" search_in="hdr" header="Contact:" check_it="true" assign_to="contact,host,port"/>
  </action></recv>
  <nop><action><setdest host="[$host]" port="[$port]" protocol="udp"/></action></nop>
  <Reference variables="contact"/>
  <send><![CDATA[
${inDialogue('ACK', 1)}  ]]></send>
${sound === null ? '' : `  <nop><action><exec rtp_stream="${sound},-1,8,PCMA/8000"/></action></nop>\n`}  <pause ${pause}/>
  <send retrans="500"><![CDATA[
${inDialogue('BYE', 2)}  ]]></send>
  <recv response="200"/>
</scenario>
`.replaceAll(/^ {4}/gm, '')

/** Citizens who dial 962000 at a steady rate, stay, and hang up: sipp. Resolves when the last has hung up. */
export async function citizensCall ({
  folder, from, to, perSecond, seconds, staysMs, spreadMs = 0, talks = false, withheld = false
}: CitizensOptions): Promise<CitizensCount> {
  const xml = join(folder, 'citizen.xml')
  const counts = join(folder, `counts-${perSecond}.csv`)
  const sound = talks ? join(folder, 'silence.alaw') : null
  if (sound !== null) writeFileSync(sound, Buffer.alloc(8000, 0xd5))
  const pause = spreadMs === 0
    ? `milliseconds="${staysMs}"`
    : `distribution="uniform" min="${staysMs - spreadMs}" max="${staysMs + spreadMs}"`
  writeFileSync(xml, scenario(pause, sound, withheld))
  // What follows the answer goes to the Contact, past an edge; sipp can do that with a socket a call.
  const sipp = spawn('sipp', ['-sf', xml, '-t', 'un', '-max_socket', '5000', '-i', from.host, '-p', String(from.port),
    '-mi', from.host, '-r', String(perSecond), '-m', String(perSecond * seconds), '-l', '2000', '-nostdin',
    '-trace_stat', '-stf', counts, '-fd', '1',
    '-timeout', `${seconds + Math.ceil((staysMs + spreadMs) / 1000) + 30}s`, `${to.host}:${to.port}`],
  { cwd: folder, stdio: 'ignore', env: { ...process.env, TERM: 'dumb' } })
  await once(sipp, 'exit')
  const [head = '', ...rows] = readFileSync(counts, 'utf8').trim().split('\n')
  const names = head.split(';')
  const last = rows.at(-1)?.split(';') ?? []
  const count = (name: string): number => Number(last[names.indexOf(name)] ?? 0)
  const placed = count('OutgoingCall(C)')
  if (placed === 0) throw new Error('sipp placed no call')
  return { placed, well: count('SuccessfulCall(C)'), failed: count('FailedCall(C)') }
}
