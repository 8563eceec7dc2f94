import { createSocket } from 'node:dgram'
import t from 'tap'
import { answersOptions } from '../../../src/pbx/reach/sip-options.ts'
import { freePort } from '../../harness/servers/ports.ts'
import { startTestPbx } from '../../harness/servers/pbx.ts'

const ms = 1000

await t.test('a real PBX answers a stranger\'s OPTIONS; stopped it does not', async t => {
  const pbx = await startTestPbx(t)
  t.ok(await answersOptions(pbx.config.sip, ms))
  pbx.freeze()
  t.notOk(await answersOptions(pbx.config.sip, ms))
  pbx.thaw()
  t.ok(await answersOptions(pbx.config.sip, ms))
  await pbx.kill()
  t.notOk(await answersOptions(pbx.config.sip, ms))
})

await t.test('what is no SIP answer is no sign of life', async t => {
  const port = await freePort()
  const socket = createSocket('udp4')
  socket.on('message', (_packet, { port, address }) => { socket.send('hello', port, address) })
  await new Promise<void>(resolve => { socket.bind(port, '127.0.0.1', resolve) })
  t.teardown(() => { socket.close() })
  t.notOk(await answersOptions({ host: '127.0.0.1', port }, ms))
})

await t.test('a name that is unknown is silence, not an error', async t => {
  t.notOk(await answersOptions({ host: 'pbx.invalid', port: 5060 }, ms))
})
