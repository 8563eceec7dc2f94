import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../servers/run-folder.ts'

const scenario = (number: string, status: number): string => `<?xml version="1.0" encoding="ISO-8859-1" ?><scenario name="refused">
<send retrans="500"><![CDATA[
INVITE sip:962000@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:${number}@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:962000@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:${number}@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Length: 0

]]></send><recv response="100" optional="true"></recv><recv response="${status}"></recv><send><![CDATA[
ACK sip:962000@[remote_ip]:[remote_port] SIP/2.0
[last_Via:]
From: <sip:${number}@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:962000@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send></scenario>`

/** Calls of one number by sipp that shall all be refused with this status. @returns how many were, and how many ended otherwise */
export async function callsRefused ({ from, number, to, calls, perSecond, status }: {
  from: string, number: string, to: { host: string, port: number }, calls: number, perSecond: number, status: number
}): Promise<{ refused: number, otherwise: number }> {
  const folder = await temporaryFolder('sipp')
  writeFileSync(join(folder, 'calls.xml'), scenario(number, status))
  const how = ['-r', String(perSecond), '-m', String(calls), '-nostdin', '-timeout', '60s', '-trace_stat', '-stf', 'counts.csv']
  const sipp = spawn('sipp', ['-sf', 'calls.xml', '-i', from, ...how, `${to.host}:${to.port}`],
    { cwd: folder, stdio: 'ignore', env: { ...process.env, TERM: 'dumb' } })
  await new Promise(resolve => sipp.on('exit', resolve))
  const [head = '', ...rows] = readFileSync(join(folder, 'counts.csv'), 'utf8').trim().split('\n')
  const last = rows.at(-1)?.split(';') ?? []
  const count = (name: string): number => Number(last[head.split(';').indexOf(name)] ?? 0)
  return { refused: count('SuccessfulCall(C)'), otherwise: count('FailedCall(C)') }
}
