import { startStandIn, version } from './stand-in.ts'

/**
 * The stand-in as a process: `run.ts <link host:port> <sip host:port> [--with-parent]`, its secret in DRACHTIO_SECRET. It says where it
 * listens, in JSON. With `--with-parent` it ends when its standard input does: with who started it, however that one ended.
 */
const [link = '127.0.0.1:0', sip = '127.0.0.1:0'] = process.argv.slice(2)

const addressOf = (text: string): { host: string, port: number } => {
  const [host = '', port = ''] = text.split(':')
  return { host, port: Number(port) }
}

const server = await startStandIn({ link: addressOf(link), sip: addressOf(sip), secret: process.env.DRACHTIO_SECRET ?? 'cymru' })
process.stdout.write(`${JSON.stringify({ link: server.link, sip: server.sip, version })}\n`)
if (process.argv.includes('--with-parent')) process.stdin.resume().on('end', () => { process.exit(0) })
process.on('SIGTERM', () => { process.exit(0) })
