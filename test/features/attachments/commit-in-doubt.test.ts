// The answer to a commit is lost: the row may stand, so its file stays, and sent again it is the same file.
import { connect, createServer, type AddressInfo } from 'node:net'
import t from 'tap'
import { createDatabase } from '../../../src/db/database.ts'
import { pdf } from '../../rules/attachments/made-files.ts'
import { orderWorld } from '../orders/order-world.ts'
import { dispatched, filesIn, filesOf } from './files-world.ts'

t.test('a file whose row was written is not lost with the connection', async t => {
  const w = await orderWorld(t)
  const url = new URL(w.url)
  const to = { host: url.hostname, port: Number(url.port) }
  let armed = false
  const relay = createServer(near => {
    const far = connect(to)
    let deaf = false
    for (const [one, other] of [[near, far], [far, near]] as const) {
      one.on('error', () => {})
      one.on('close', () => { other.destroy() })
    }
    near.on('data', data => {
      if (armed && data.includes('commit')) {
        armed = false
        deaf = true
        // The commit is done by then.
        setTimeout(() => { near.destroy() }, 300)
      }
      far.write(data)
    })
    far.on('data', data => { if (!deaf) near.write(data) })
  })
  await new Promise<void>(resolve => { relay.listen(0, '127.0.0.1', resolve) })
  Object.assign(url, { hostname: '127.0.0.1', port: String((relay.address() as AddressInfo).port) })
  const db = createDatabase({ url: url.href })
  t.teardown(async () => {
    await db.close()
    relay.close()
  })
  const folder = t.testdir()
  const { as } = await filesOf(t, { ...w, db }, folder, {})
  const id = await dispatched(w)
  const unit = await as('d11', 'D11', 'HANDLER')
  const report = `${id}/attachments?purpose=report`
  armed = true
  t.match(await unit.send(report, 'a.pdf', pdf(), 'file-key-1'), { status: 503, body: { code: 'database-unavailable' } })
  const [row] = await w.db.query<{ id: string }>('select id from attachment')
  t.ok(row, 'the row stands')
  for (const key of ['file-key-1', undefined]) {
    const again = await unit.send(report, 'a.pdf', pdf(), key)
    t.match(again, { status: 201, body: { id: row?.id } })
    t.equal((await unit.get(`${id}/attachments/${String(again.body.id)}`)).status, 200, 'and its file is there')
  }
  t.equal((await filesIn(folder)).length, 1)
})
