import { connect } from 'node:net'

/** Whether an Asterisk greets who connects to its manager interface within `timeoutMs`; one that hangs takes connections in silence. */
export async function isManagerThere ({ host, port }: { host: string, port: number }, timeoutMs: number): Promise<boolean> {
  const socket = connect({ host, port })
  try {
    return await new Promise<boolean>(resolve => {
      socket.setTimeout(timeoutMs, () => { resolve(false) })
      socket.once('data', greeting => { resolve(greeting.toString('latin1').startsWith('Asterisk')) })
      socket.once('error', () => { resolve(false) })
      socket.once('close', () => { resolve(false) })
    })
  } finally {
    socket.destroy()
  }
}
