// What a PBX reads beside its telephones follows while the service runs: who takes over from the queue, and the numbers people dial.
import t from 'tap'
import { loadDistrict } from '../../../src/district/load-district.ts'
import { readDistrict } from '../../../src/district/read-district.ts'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'

await t.test('a shift leader, and an old service line, reach the PBX as they are entered', async t => {
  const { pbx, db, as, logins } = await startStack(t, { desks: [] })
  const leader = async (): Promise<string | undefined> => /SHIFT_LEADER=(\S*)/.exec(await pbx.console('dialplan show globals'))?.[1]
  await until(async () => await leader() === 'PJSIP/8031', { what: 'the first shift leader takes over' })
  const login = logins.find(l => l.extension === '8003')?.user ?? ''
  const admin = await as('admin')
  await admin.patch(`/api/users/${login}`, { roles: ['AGENT', 'SHIFT_LEADER'] })
  await until(async () => await leader() === 'PJSIP/8003', { what: 'another is first, at once', seconds: 5 })

  const district = readDistrict()
  const line = district.serviceLines.find(one => one.kind === 'service')
  if (!line) throw new Error('there is no service line')
  await db.tx(async tx => { await loadDistrict(tx, { ...district, serviceLines: [{ ...line, did: '50002777', name: '粮食热线' }] }) })
  await until(async () => /service:粮食热线/.test(await pbx.console('dialplan show 50002777@dialled-numbers')),
    { what: 'a line that was loaded', seconds: 20 })
})
