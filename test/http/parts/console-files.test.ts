import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import t from 'tap'
import { freshFolder } from '../../harness/servers/database.ts'
import { testApp } from '../app-of-test.ts'

t.test('the console is served where it was built', async t => {
  const folder = await freshFolder('console')
  await mkdir(join(folder, 'assets'), { recursive: true })
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>联动</title>')
  await writeFile(join(folder, 'assets', 'app-1a2b.js'), 'export {}')
  await writeFile(join(folder, 'assets', 'app-1a2b.js.br'), brotliCompressSync('export {}'))
  await writeFile(join(folder, '.secret.txt'), 'secret')
  await writeFile(join(folder, '../..', 'beside.txt'), 'beside')
  const { send } = await testApp(t, { consoleFolder: folder })

  t.match((await send('GET', '/')).body, /联动/)
  t.match((await send('GET', '/desk/orders/5')).body, /联动/, 'a page\'s address gets the start page')
  t.equal((await send('GET', '/')).headers['cache-control'], 'no-cache')
  const asset = await send('GET', '/assets/app-1a2b.js')
  t.match(asset.headers, { 'content-type': /javascript/, 'cache-control': /immutable/ })
  t.match(
    (await send('GET', '/assets/app-1a2b.js', { headers: { 'accept-encoding': 'gzip, br' } })).headers,
    { 'content-type': /javascript/, 'content-encoding': 'br', vary: /accept-encoding/i, 'cache-control': /immutable/ },
    'compressed as it was built'
  )
  t.equal(asset.headers['content-encoding'], undefined, 'not for who did not ask')
  for (const path of [
    '/assets/none.js', '/.secret.txt', '/../beside.txt', '/%2e%2e/beside.txt', '/assets/..%2f..%2fbeside.txt', '/api/none', '/health/none'
  ]) {
    const answer = await send('GET', path)
    t.ok([400, 403, 404].includes(answer.statusCode), `${path}: ${answer.statusCode}`)
    t.match(answer.headers['content-type'], /problem\+json/, path)
    t.notMatch(answer.body, /secret|beside/)
  }
})

t.test('without a built console the API works all the same', async t => {
  const { send } = await testApp(t, { consoleFolder: '/nonexistent/console' })
  t.match((await send('GET', '/')).json(), { code: 'not-found' })
  t.equal((await send('GET', '/health/live')).statusCode, 200)
})
