import { startStandIn, version } from './stand-in.ts'

/** The stand-in as a process: `run.ts <link host:port> <sip host:port>`, its secret in DRACHTIO_SECRET. Says where it listens, in JSON. */
const [link = '127.0.0.1:0', sip = '127.0.0.1:0'] = process.argv.slice(2)

const addressOf = (text: string): { host: string, port: number } => {
  const [host = '', port = ''] = text.split(':')
  return { host, port: Number(port) }
}

const server = await startStandIn({ link: addressOf(link), sip: addressOf(sip), secret: process.env.DRACHTIO_SECRET ?? 'cymru' })
process.stdout.write(`${JSON.stringify({ link: server.link, sip: server.sip, version })}\n`)
process.on('SIGTERM', () => { process.exit(0) })
