// The answer to COMMIT is lost: what becomes of the file, and of sending it again?
import { connect, createServer, type AddressInfo } from 'node:net'
import t from 'tap'
import { createDatabase } from '../../src/db/database.ts'
import { pdf } from '../rules/attachments/made-files.ts'
import { orderWorld } from '../features/orders/order-world.ts'
import { dispatched, filesIn, filesOf } from '../features/attachments/files-world.ts'

t.test('the answer to a commit is lost', async t => {
  const w = await orderWorld(t)
  const url = new URL(w.url)
  const to = { host: url.hostname, port: Number(url.port) }
  let armed = false
  const relay = createServer(near => {
    const far = connect(to)
    let deaf = false
    near.on('error', () => {})
    far.on('error', () => {})
    near.on('data', data => {
      if (armed && data.includes('commit')) {
        armed = false
        deaf = true
        setTimeout(() => { near.destroy(); far.destroy() }, 300)
      }
      far.write(data)
    })
    far.on('data', data => { if (!deaf) near.write(data) })
    near.on('close', () => { far.destroy() })
    far.on('close', () => { near.destroy() })
  })
  await new Promise<void>(resolve => { relay.listen(0, '127.0.0.1', resolve) })
  url.hostname = '127.0.0.1'
  url.port = String((relay.address() as AddressInfo).port)
  const db = createDatabase({ url: url.href })
  t.teardown(async () => { await db.close(); relay.close() })
  const folder = t.testdir()
  const { as } = await filesOf(t, { ...w, db }, folder, {})
  const id = await dispatched(w)
  const unit = await as('d11', 'D11', 'HANDLER')
  const report = `${id}/attachments?purpose=report`
  armed = true
  const first = await unit.send(report, 'a.pdf', pdf(), 'file-key-1')
  console.log('first', first.status, first.body.code)
  console.log('rows', await w.db.query('select id, scan, removed_at from attachment'))
  console.log('files', await filesIn(folder))
  const again = await unit.send(report, 'a.pdf', pdf(), 'file-key-1')
  console.log('again, same key', again.status, again.body.id)
  const third = await unit.send(report, 'a.pdf', pdf())
  console.log('third, no key', third.status, third.body.id)
  console.log('listed', (await unit.get(`${id}/attachments`)).body.items)
  const got = await unit.get(`${id}/attachments/${String(third.body.id)}`)
  console.log('got', got.status, got.body)
  console.log('files', await filesIn(folder))
})
