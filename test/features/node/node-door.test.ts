// The door of the node process, attacked: it answers who shows the secret, and nobody leads it out of its folders.
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createNodeDoorClient } from '../../../src/pbx/node-client.ts'
import { until } from '../../../src/servers/until.ts'
import { freshDatabase, freshFolder } from '../../harness/servers/database.ts'
import { startNodeOfTest } from '../../harness/servers/node-process.ts'
import { freePort } from '../../harness/servers/ports.ts'

/** A WAV with so many bytes of sound. */
function wav (sound: number): Buffer {
  const header = Buffer.alloc(44)
  header.write('RIFF')
  header.writeUInt32LE(36 + sound, 4)
  header.write('WAVEfmt ', 8)
  header.write('data', 36)
  header.writeUInt32LE(sound, 40)
  return Buffer.concat([header, Buffer.alloc(sound, 7)])
}

const spoken = 'a'.repeat(32)

async function world (t: Test) {
  const { db } = await freshDatabase(t)
  const folder = await freshFolder('node-door')
  const [recordingsDir, soundsDir] = [join(folder, 'recordings'), join(folder, 'sounds')]
  for (const made of [recordingsDir, soundsDir]) mkdirSync(made)
  writeFileSync(join(folder, 'secret.wav'), wav(100))
  symlinkSync(join(folder, 'secret.wav'), join(recordingsDir, 'link.wav'))
  symlinkSync(folder, join(recordingsDir, 'away'))
  writeFileSync(join(recordingsDir, 'call.wav'), wav(1000))
  const node = await startNodeOfTest(t, db, { recordingsDir, soundsDir })
  const { host, port, secret } = node.address
  /** The path as it is written here: `fetch` would tidy it up. */
  const asks = async (method: string, path: string, more: { authorization?: string, body?: Buffer, type?: string } = {}) =>
    await new Promise<{ status: number, body: Buffer }>((resolve, reject) => {
      const headers = { authorization: more.authorization ?? `Bearer ${secret}`, ...more.type ? { 'content-type': more.type } : {} }
      const asking = request({ host, port, method, path, headers, agent: false }, answer => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => { parts.push(part) })
        answer.on('end', () => { resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts) }) })
        answer.on('error', reject)
      })
      asking.on('error', reject)
      asking.end(more.body)
    })
  const open = async (): Promise<Socket> => await new Promise((resolve, reject) => {
    const socket = connect(port, host, () => { resolve(socket) })
    socket.on('error', reject)
    t.teardown(() => { socket.destroy() })
  })
  return { ...node, asks, open, soundsDir, spokenFolder: join(soundsDir, 'spoken') }
}

t.test('without the secret nothing is said, wherever one knocks', async t => {
  const { asks, soundsDir } = await world(t)
  const doors = [
    ['POST', '/ship'], ['GET', '/state'], ['GET', '/recordings/call.wav'], ['POST', '/recordings/sizes'], ['GET', '/sounds'],
    ['PUT', `/sounds/spoken/${spoken}`], ['GET', '/nowhere']
  ] as const
  for (const authorization of ['', 'Bearer', 'Bearer of-a-tes', 'Bearer of-a-test1', 'bearer of-a-test', 'Basic b2YtYS10ZXN0']) {
    for (const [method, path] of doors) {
      const { status, body } = await asks(method, path, { authorization, body: Buffer.alloc(0) })
      t.same([status, body.length], [401, 0], `${authorization}: ${method} ${path}`)
    }
  }
  t.same(readdirSync(soundsDir), [])
})

t.test('nothing outside the folders is read or written, by whatever name', async t => {
  const { asks, soundsDir } = await world(t)
  t.same((await asks('GET', '/recordings/call.wav')).body, wav(1000))
  const names = [
    '../secret.wav', '..%2fsecret.wav', '%2e%2e/secret.wav', '%2e%2e%2fsecret.wav', './../secret.wav', 'x/../../secret.wav',
    '..%5csecret.wav',
    'link.wav', 'away/secret.wav', '/etc/passwd', '%2fetc%2fpasswd', 'call.wav%00', 'call.wav%0a', 'call', '', '.', '..', '%ff.wav',
    `${'x'.repeat(5000)}.wav`, `${'x/'.repeat(2500)}x.wav`
  ]
  for (const name of names) {
    for (const base of ['/recordings/', '/sounds/']) {
      const { status, body } = await asks('GET', base + name)
      t.ok([400, 404, 414].includes(status) && !body.includes('RIFF') && !body.includes('root:'), `${base}${name.slice(0, 40)}: ${status}`)
    }
    t.not((await asks('PUT', `/sounds/spoken/${name}`, { type: 'audio/wav', body: wav(100) })).status, 204, name.slice(0, 40))
  }
  t.same((await asks('POST', '/recordings/sizes', {
    type: 'application/json',
    body: Buffer.from(JSON.stringify({ names: ['call.wav', '../secret.wav', 'x/../../secret.wav', 'gone.wav'] }))
  })).body.toString(), '{"sizes":[1044,0,0,0]}')
  t.same(readdirSync(soundsDir), [])
})

t.test('a sentence is put whole or not at all', async t => {
  const { asks, open, door, address, spokenFolder } = await world(t)
  t.equal(await door.hasSpoken(spoken), false)
  await door.putSpoken(spoken, wav(3000))
  t.equal(await door.hasSpoken(spoken), true)
  t.same(readFileSync(join(spokenFolder, `${spoken}.wav`)), wav(3000))

  const put = async (body: Buffer, type = 'audio/wav'): Promise<number> =>
    (await asks('PUT', `/sounds/spoken/${'b'.repeat(32)}`, { type, body }).catch(() => ({ status: 413 }))).status
  t.equal(await put(Buffer.alloc(20_000_001)), 413, 'too large')
  t.equal(await put(Buffer.from('no sound')), 400)
  t.equal(await put(wav(0)), 400, 'a header alone')
  t.equal(await put(wav(100), 'application/octet-stream'), 415)
  t.equal((await asks('POST', '/recordings/sizes', { type: 'application/json', body: Buffer.alloc(65 * 1024, 32) })).status, 413)
  t.equal((await asks('POST', '/recordings/sizes', { type: 'application/json', body: Buffer.from('{"names":[1]}') })).status, 400)

  const broken = (await open()).resume()
  broken.write(`PUT /sounds/spoken/${'c'.repeat(32)} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${address.secret}\r\n` +
    'content-type: audio/wav\r\ncontent-length: 5044\r\n\r\n')
  broken.write(wav(5000).subarray(0, 2500))
  broken.end()
  await until(() => broken.readyState === 'closed', { what: 'it is cut' })
  t.same(readdirSync(spokenFolder), [`${spoken}.wav`], 'and nothing else lies there')
})

t.test('connections that say nothing, or stop in the middle, are cut, and keep nobody out', async t => {
  const { open, asks, address } = await world(t)
  const sockets = await Promise.all(Array.from({ length: 60 }, open))
  for (const socket of sockets) socket.resume()
  const cut = (some: Socket[]): boolean => some.every(socket => socket.readyState === 'closed')
  const [silent, inHead, inBody] = [sockets.slice(0, 20), sockets.slice(20, 40), sockets.slice(40)]
  for (const socket of inHead) socket.write('GET /state HTTP/1.1\r\nhost: x\r\n')
  for (const socket of inBody) {
    socket.write(`PUT /sounds/spoken/${spoken} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${address.secret}\r\n` +
      'content-type: audio/wav\r\ncontent-length: 1000\r\n\r\nRIFF')
  }
  t.equal((await asks('GET', '/state')).status, 200, 'others are answered meanwhile')
  await until(() => cut(silent) && cut(inHead), { what: 'without a whole head they are cut soon', seconds: 10 })
  await until(() => cut(inBody), { what: 'without a whole body too', seconds: 20 })
  t.equal((await asks('GET', '/state')).status, 200)
})

t.test('the service waits for no door for long, and believes no other answer', async t => {
  const silent = createServer(socket => { socket.on('error', () => {}).resume() })
  const port = await freePort()
  await new Promise<void>(resolve => { silent.listen(port, '127.0.0.1', resolve) })
  t.teardown(() => { silent.close() })
  const address = { host: '127.0.0.1', port, secret: 'x' }
  const door = createNodeDoorClient('pbx1', address)
  const from = performance.now()
  const asked: Array<Promise<unknown>> = [
    door.state(), door.recording('call.wav'), door.sizes(['call.wav']), door.hasSpoken(spoken), door.sounds()
  ]
  await Promise.all(asked.map(async call => { await t.rejects(call, { code: 'node-unavailable', details: { node: 'pbx1' } }) }))
  t.ok(performance.now() - from < 10_000, `${Math.round(performance.now() - from)} ms`)

  const { address: real, part } = await world(t)
  const wrong = createNodeDoorClient('pbx1', { ...real, secret: 'not this' })
  await t.rejects(wrong.ship(), { code: 'node-unavailable', details: { why: 'wrong-secret' } })
  await t.rejects(wrong.recording('call.wav'), { code: 'node-unavailable' }, 'which is not "there is none"')
  await part.stop()
  await t.rejects(createNodeDoorClient('pbx1', real).ship(), { code: 'node-unavailable', details: { why: 'unreachable' } })

  const answers = ['{}', '{"failures":"none","behindBytes":0}', 'no json', '{"sizes":[1,2,3]}']
  const liar = createServer(socket => {
    socket.on('error', () => {}).on('data', () => {
      const body = answers.shift() ?? ''
      socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`)
    })
  })
  const liarsPort = await freePort()
  await new Promise<void>(resolve => { liar.listen(liarsPort, '127.0.0.1', resolve) })
  t.teardown(() => { liar.close() })
  const lied = createNodeDoorClient('pbx1', { ...address, port: liarsPort })
  for (let i = 0; i < 3; i++) await t.rejects(lied.ship(), { code: 'node-unavailable', details: { why: 'not-understood' } })
  await t.rejects(lied.sizes(['call.wav']), { code: 'node-unavailable' }, 'sizes of other files')
})
