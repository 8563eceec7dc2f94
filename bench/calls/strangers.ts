import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const scenario = `<?xml version="1.0" encoding="ISO-8859-1" ?><scenario name="stranger">
<send><![CDATA[
INVITE sip:0097255[call_number]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:100@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:0097255[call_number]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:100@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Length: 0

]]></send></scenario>`

/** INVITEs of somebody who is no carrier, at a steady rate; what is answered is not listened to. */
export async function strangersCall ({ from, to, perSecond, seconds }: {
  from: string, to: { host: string, port: number }, perSecond: number, seconds: number
}): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'strangers-'))
  try {
    writeFileSync(join(folder, 'stranger.xml'), scenario)
    const how = ['-r', String(perSecond), '-m', String(perSecond * seconds), '-nostdin', '-timeout', `${seconds + 30}s`]
    const sipp = spawn('sipp', ['-sf', 'stranger.xml', '-i', from, ...how, `${to.host}:${to.port}`],
      { cwd: folder, stdio: 'ignore', env: { ...process.env, TERM: 'dumb' } })
    await once(sipp, 'exit')
  } finally {
    rmSync(folder, { recursive: true })
  }
}
