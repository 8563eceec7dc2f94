// Debian's own scanner with one signature of ours: a file it finds something in is handed to nobody, and lies on no disk.
import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { systemActor } from '../../../src/domain/people/roles.ts'
import { until } from '../../../src/servers/until.ts'
import { freePort } from '../../harness/servers/ports.ts'
import { office, pdf } from '../../rules/attachments/made-files.ts'
import { orderWorld } from '../orders/order-world.ts'
import { dispatched, filesIn, filesOf, type Answer } from './files-world.ts'

const clamd = [process.env.CLAMD, '/usr/sbin/clamd'].find(path => path !== undefined && existsSync(path))

const skip = clamd ? false : 'clamav-daemon is not installed (CLAMD names another place)'

t.test('a file with a virus reaches nobody', { skip }, async t => {
  const w = await orderWorld(t)
  const port = await freePort()
  const own = t.testdir({ files: {}, signatures: {}, tmp: {} })
  const folder = join(own, 'files')
  // One signature of our own, whole words of a letter: no list has to be fetched, and no real virus lies about.
  writeFileSync(join(own, 'signatures/own.ndb'), `Liandong.Test:0:*:${Buffer.from('THIS-LETTER-IS-A-VIRUS').toString('hex')}\n`)
  writeFileSync(join(own, 'clamd.conf'), [
    `DatabaseDirectory ${join(own, 'signatures')}`, `TemporaryDirectory ${join(own, 'tmp')}`, 'TCPAddr 127.0.0.1', `TCPSocket ${port}`,
    'Foreground yes', 'StreamMaxLength 25M', 'DisableCertCheck yes', ''
  ].join('\n'))
  const daemon = spawn(clamd ?? '', ['--config-file', join(own, 'clamd.conf')], { stdio: 'ignore' })
  t.teardown(() => { daemon.kill('SIGKILL') })
  await until(async () => await new Promise<boolean>(resolve => {
    const socket = connect({ host: '127.0.0.1', port }, () => { socket.end(); resolve(true) })
    socket.on('error', () => { resolve(false) })
  }), { what: 'clamd listens', seconds: 60 })

  const { as, sweep } = await filesOf(t, w, folder, { CLAMD_ADDRESS: `127.0.0.1:${port}` })
  const id = await dispatched(w)
  const unit = await as('d11', 'D11', 'HANDLER')
  const report = `${id}/attachments?purpose=report`
  const packed = office('docx', [{ name: 'word/letter.xml', bytes: 'THIS-LETTER-IS-A-VIRUS' }])
  const sent = {
    good: await unit.send(report, 'good.pdf', pdf()),
    bad: await unit.send(report, 'bad.txt', Buffer.from('THIS-LETTER-IS-A-VIRUS')),
    packed: await unit.send(report, 'bad.docx', packed),
    large: await unit.send(report, 'large.txt', Buffer.alloc(20 * 1024 * 1024, 'all is well, '))
  }
  for (const [name, { status }] of Object.entries(sent)) t.equal(status, 201, name)
  await sweep()
  const looked = async (name: keyof typeof sent): Promise<Answer> => await unit.get(`${id}/attachments/${String(sent[name].body.id)}`)
  t.match(await looked('good'), { status: 200 })
  t.match(await looked('large'), { status: 200 })
  for (const name of ['bad', 'packed'] as const) t.match(await looked(name), { status: 409, body: { code: 'infected' } }, name)
  t.equal((await filesIn(folder)).length, 2, 'nothing of it lies on the disk')
  const listed = (await unit.get(`${id}/attachments`)).body.items?.map(({ name, scan }) => `${name ?? ''} ${scan ?? ''}`)
  t.same(listed?.sort(), ['bad.docx found', 'bad.txt found', 'good.pdf clean', 'large.txt clean'])
  const lines = await w.db.query<{ actor: string, state: string }>(
    'select actor, to_state state from order_event where order_id = $1 and kind = \'attachment.infected\'', [id])
  t.same(lines, Array(2).fill({ actor: systemActor.id, state: 'DISPATCHED' }), 'the order\'s timeline says so')
  const told = await w.db.query('select id from feed_event where topic = \'order.attachment.scanned\'')
  t.equal(told.length, 4, 'open pages hear of each')

  // What is taken back while it is looked through stays away.
  const late = await unit.send(`${id}/attachments?purpose=arrival`, 'late.txt', Buffer.from('late'))
  await Promise.all([sweep(), wait(1).then(async () => await unit.drop(`${id}/attachments/${String(late.body.id)}`))])
  t.match(await unit.get(`${id}/attachments/${String(late.body.id)}`), { status: 404 })
})
