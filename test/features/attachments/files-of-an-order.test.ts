// A file of an order is what it says it is. Where a scanner is set, nobody has it before the scanner has looked it through.
import { existsSync } from 'node:fs'
import { utimes, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import sharp from 'sharp'
import t, { type Test } from 'tap'
import { createClamd } from '../../../src/features/attachments/scanner.ts'
import { until } from '../../../src/servers/until.ts'
import { freePort } from '../../harness/servers/ports.ts'
import { office, pdf, wav } from '../../rules/attachments/made-files.ts'
import { dispatcher, orderWorld } from '../orders/order-world.ts'
import { dispatched, filesIn, filesOf, type Answer } from './files-world.ts'

t.test('files of an order', async t => {
  const w = await orderWorld(t)
  const folder = t.testdir()
  const { as, sweep, module } = await filesOf(t, w, folder, { ATTACHMENT_MAX_MB: '1' })
  const id = await dispatched(w)
  const unit = await as('d11', 'D11', 'HANDLER')
  const files = `${id}/attachments`
  const report = `${files}?purpose=report`

  await t.test('kept as it came, under its name, and handed out as a download', async t => {
    const sent = wav()
    const added = await unit.send(report, '现场录音.wav', sent, 'file-key-1')
    t.match(added, {
      status: 201,
      body: { purpose: 'report', cycle: 1, name: '现场录音.wav', type: 'wav', bytes: 16_044, scan: 'waiting', open: true, by: 'd11' }
    })
    t.same((await unit.send(report, '现场录音.wav', sent, 'file-key-1')).body, added.body, 'sent again under its key')
    t.same((await unit.send(report, '别的名字.wav', sent)).body.id, added.body.id, 'the same file again is the same attachment')
    t.equal((await filesIn(folder)).length, 1)
    const got = await unit.get(`${files}/${String(added.body.id)}`)
    t.match(got, {
      status: 200,
      headers: {
        'content-type': 'audio/wav',
        'content-disposition': /^attachment; filename="[\w-]+"; filename\*=UTF-8''%E7%8E%B0/,
        'x-content-type-options': 'nosniff',
        'content-security-policy': /^sandbox/,
        'cache-control': 'no-store'
      }
    })
    t.ok(got.bytes.equals(sent))
    const [row] = await w.db.query<{ name: Buffer }>('select name_sealed as name from attachment')
    t.equal(w.sealing.open(row?.name ?? Buffer.alloc(0)), '现场录音.wav', 'its name may say whom it is about')
    t.same(await w.db.query('select action, actor from audit_entry where action like \'%attach%\' order by id'),
      [{ action: 'order.attach', actor: 'd11' }, { action: 'attachment.look', actor: 'd11' }])
    t.match(await w.orders.queries.one(dispatcher, id), {
      version: 2,
      timeline: [
        { kind: 'case.file' },
        { kind: 'case.dispatch' },
        { kind: 'attachment.add', detail: { attachment: added.body.id, purpose: 'report' } }
      ]
    })
  })

  await t.test('a picture is encoded again', async t => {
    const camera = await sharp({ create: { width: 3000, height: 200, channels: 3, background: '#789' } }).png()
      .withExifMerge({ IFD0: { Artist: 'Li Ming' } }).toBuffer()
    const added = await unit.send(report, '截图.png', Buffer.concat([camera, Buffer.from('hidden-behind')]))
    t.match(added, { status: 201, body: { name: '截图.jpg', type: 'jpeg' } })
    const { bytes } = await unit.get(`${files}/${String(added.body.id)}`)
    t.match(await sharp(bytes).metadata(), { format: 'jpeg', width: 2048, exif: undefined })
    t.notMatch(bytes.toString('latin1'), /Li Ming|hidden-behind/)
  })

  await t.test('what is not taken leaves no file', async t => {
    const before = await filesIn(folder)
    const rows: Array<[string, string, Buffer, number, string, string?]> = [
      ['a page', 'a.jpg', Buffer.from('<script>alert(1)</script>'), 422, 'not-that-type', 'fileOtherContent'],
      ['a torn picture', 'a.jpg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2]), 422, 'not-a-photo'],
      ['macros', 'a.docx', office('docx', [{ name: 'word/vbaProject.bin', bytes: 'x' }]), 422, 'not-that-type', 'fileMacros'],
      ['read backwards', 'a\u202Efdp.txt', Buffer.from('x'), 422, 'not-that-type', 'fileName'],
      ['too large', 'a.txt', Buffer.alloc(1024 * 1024 + 1, 'x'), 413, 'too-large']
    ]
    for (const [what, name, sent, status, code, guard] of rows) {
      t.match(await unit.send(report, name, sent), { status, body: { code, ...guard ? { details: { guard } } : {} } }, what)
    }
    t.match(await unit.send(report, '../../../etc/a.txt', Buffer.from('x')), { status: 201, body: { name: 'a.txt' } },
      'folders are cut off')
    for (let i = 0; i < 6; i++) t.match(await unit.send(report, `${i}.txt`, Buffer.from(`${i}`)), { status: 201 })
    t.match(await unit.send(report, 'ten.txt', Buffer.from('ten')), { status: 409, body: { code: 'too-many-files' } })
    t.match(await unit.send(`${files}?purpose=arrival`, 'ten.txt', Buffer.from('ten')), { status: 201 }, 'of another purpose')
    t.equal((await filesIn(folder)).length, before.length + 8)
  })

  await t.test('who has no part in the order has none in its files', async t => {
    const wavOf = (all: Answer): Answer['body'] | undefined => all.body.items?.find(f => f.type === 'wav')
    const one = wavOf(await unit.get(files))
    const path = `${files}/${String(one?.id)}`
    const stranger = await as('d02', 'D02', 'HANDLER')
    for (const asked of [await stranger.get(files), await stranger.get(path), await stranger.send(report, 'a.txt', Buffer.from('x'))]) {
      t.match(asked, { status: 404, body: { code: 'not-found' } })
    }
    t.match(await (await as('agent', null, 'AGENT')).send(report, 'a.txt', Buffer.from('x')), { status: 403 })
    t.match(await (await as('colleague', 'D11', 'HANDLER')).drop(path), { status: 403, body: { code: 'not-allowed' } })
    const leader = await as('leader', null, 'LEADER')
    t.match(wavOf(await leader.get(files)), { id: one?.id, name: null, open: false },
      'who may not read a confidential order\'s words is not told the names of its files')
    t.match(await leader.get(path), { status: 404 })
    t.match(await (await as('officer', null, 'CALLBACK_OFFICER')).get(path), { status: 200 })
    const count = (await filesIn(folder)).length
    t.match(await unit.drop(path), { status: 204 })
    t.match(await unit.get(path), { status: 404 })
    await until(async () => (await filesIn(folder)).length === count - 1, { what: 'its file is gone' })
    t.match((await w.kinds(id)).at(-1), 'attachment.remove')
  })

  await t.test('a file without a row goes after an hour', async t => {
    const [kept = ''] = await filesIn(folder)
    const orphan = kept.replace(/[^/]+$/, 'left-behind')
    await writeFile(orphan, 'x')
    for (const file of [kept, orphan]) await utimes(file, new Date(0), new Date(0))
    await sweep()
    t.notOk(existsSync(orphan))
    t.ok(existsSync(kept))
    t.same(module.health, [], 'no scanner is set, and none is asked after')
  })
})

/** Something that listens where a scanner should: what it is sent, and what is done then. */
async function listening (t: Test, then: (socket: Socket) => void): Promise<{ host: string, port: number }> {
  const server = createServer(socket => { socket.on('error', () => {}); then(socket) })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => { server.close() })
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
}

t.test('a scanner that is away, slow or speechless holds files back', async t => {
  const w = await orderWorld(t)
  const folder = t.testdir()
  let say: ((socket: Socket) => void) | null = socket => { socket.destroy() }
  const { port } = await listening(t, socket => { say?.(socket) })
  const { as, sweep, health } = await filesOf(t, w, folder, { CLAMD_ADDRESS: `127.0.0.1:${port}` })
  const id = await dispatched(w)
  const unit = await as('d11', 'D11', 'HANDLER')
  const added = await unit.send(`${id}/attachments?purpose=report`, 'a.pdf', pdf())
  const path = `${id}/attachments/${String(added.body.id)}`
  t.match(added.body, { scan: 'waiting', open: false })
  const held = async (what: string): Promise<void> => {
    t.match(await unit.get(path), { status: 409, body: { code: 'not-scanned' } }, what)
  }
  await held('before anybody looked')
  for (const [what, answer] of Object.entries({
    'hangs up': null,
    'is at its limit': 'INSTREAM size limit exceeded. ERROR\0',
    'says something else': 'stream: perhaps\0',
    'says much': 'x'.repeat(5000)
  })) {
    say = socket => { if (answer === null) socket.destroy(); else socket.end(answer) }
    await t.rejects(sweep(), `the scanner ${what}`)
    await held(what)
  }
  t.match(await health(), { ok: true })
  w.clock.advance(6 * 60_000)
  t.match(await health(), { ok: false, detail: /waiting for the scanner/ })

  // One that has no answer for the first file answers for the second.
  const second = await unit.send(`${id}/attachments?purpose=report`, 'b.txt', Buffer.from('second'))
  const heard: string[] = []
  say = socket => {
    let all = ''
    socket.on('data', bytes => {
      all += bytes.toString('latin1')
      if (!all.endsWith('\0\0\0\0')) return
      heard.push(all)
      socket.end(all.includes('%PDF') ? 'stream: Heuristics.Limits ERROR\0' : 'stream: OK\0')
    })
  }
  await t.rejects(sweep())
  t.same(heard[0], 'zINSTREAM\x00\x00\x00\x00\x06second\x00\x00\x00\x00', 'one never asked about comes first, in clamd\'s own form')
  t.match(await unit.get(`${id}/attachments/${String(second.body.id)}`), { status: 200 })
  await held('the first')

  await t.test('silence ends, and so does a line that is cut', async t => {
    const { host, port } = await listening(t, () => {})
    const cut = await listening(t, socket => { socket.once('data', () => { socket.destroy() }) })
    for (const bytes of [10, 100_000, 50_000_000]) {
      await t.rejects(createClamd({ ...cut, timeoutMs: 60_000 }).scan(Readable.from([Buffer.alloc(bytes)])), `${bytes} bytes`)
    }
    await t.rejects(createClamd({ host, port, timeoutMs: 200 }).scan(Readable.from([Buffer.from('x')])), /longer than 0.2 s/)
    await t.rejects(createClamd({ host, port, timeoutMs: 300 }).scan(Readable.from([Buffer.alloc(50_000_000)])), /longer than 0.3 s/,
      'one that reads nothing')
    await t.rejects(createClamd({ host, port: await freePort(), timeoutMs: 300 }).scan(Readable.from([])), { code: 'ECONNREFUSED' })
  })
})
