// `npm run keys`: the data key changes to the national suite (SM4, SM3) while people work. Who was known before is known after.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { plainEnvironment, plainNode } from '../../harness/servers/run-folder.ts'
import { acceptedOrder, answers, callbackBecomes, storyClock } from '../../harness/stories/order-story.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

interface Incident { pin: string, members: Array<{ id: string, personId: string | null, state: string }> }
interface Found { orders: unknown[], calls: unknown[] }

const [home, lost, dropped, late] = ['13900001081', '13900001082', '13900000122', '13900000129'] as const
/** version, suite and id of the second key, as each value of it begins */
const mark = '\\x01020002'

await t.test('the data key changes to the national suite while people work', async t => {
  const stack = await startStack(t, { desks: ['8003'], settings: { EMERGENCY_RING_SECONDS: '3', EMERGENCY_KEY_SECONDS: '4' } })
  const { network, db, as, pbx, databaseUrl, redis } = stack
  const clock = storyClock(stack)
  const zhang = agent(network, '8003')
  const complainant = await citizen(network, home)
  const npmRunKeys = async (...words: string[]): Promise<string> => (await promisify(execFile)(plainNode.command,
    [...plainNode.first, fileURLToPath(new URL('../../../src/bin/keys.ts', import.meta.url)), ...words],
    {
      env: {
        ...plainEnvironment(),
        DATA_DIR: pbx.config.dataDir,
        DATABASE_URL: databaseUrl,
        REDIS_URL: redis.url,
        AMI_SECRET: pbx.amiSecret,
        DATA_KEY: Buffer.alloc(32, 7).toString('base64')
      }
    })).stdout
  const leader = await as('8001')
  const found = async (number: string): Promise<Found> =>
    await leader.post<Found>('/api/number-searches', { number, reason: '查找历史来电' })

  await clock.comes('10:30')
  const order = await acceptedOrder(stack, home, { complainantName: '张阿姨' })
  await zhang.signsIn()
  await complainant.dials('962000')
  await zhang.answers()
  await complainant.hangsUp()
  await zhang.call().isOver()
  await network.number(dropped, 'ring 0.3|answer|wait 0.5|press 2|wait 2|hangup')
  const coordinator = await as('coordinator 8201')
  const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents',
    { members: [{ personId: 'P22' }], title: '罐车轻微泄漏', reason: '阀门滴漏', mode: 'simultaneous' })
  const path = `/api/incidents/${incidentId}`
  const { pin } = await coordinator.sees<Incident>(path, i => i.members[0]?.state === 'dropped')
  t.match(await found(home), { orders: { length: 1 }, calls: { length: 1 } })

  await t.test('the operator\'s two commands', async t => {
    t.match(await npmRunKeys('add', 'sm'), /data key 2 \(sm\) waits/)
    await t.rejects(npmRunKeys('use', '2'), /guard-not-met/, 'too early: not every process can have it')
    await until(async () => await npmRunKeys('use', '2').then(() => true, () => false), { what: 'every process has it', seconds: 40 })
    t.match(await npmRunKeys('status'), /2 {2}sm {2}writes .*are being moved/)
  })

  await t.test('meanwhile: a member comes back by PIN, another is rung, a caller is known, a citizen is asked', async t => {
    await network.dial({ from: dropped, to: '962000', script: `wait 1|press ${pin}|stay` })
    await network.number(late, 'ring 0.3|answer|wait 0.5|press 2|stay')
    await coordinator.post(`${path}/members`, { members: [{ personId: 'P29' }] })
    await coordinator.sees<Incident>(path, i => i.members.length === 2 && i.members.every(m => m.state === 'joined'))
    await complainant.dials('962000')
    await zhang.answers()
    await until(async () => (await found(home)).calls.length === 2, { what: 'both calls are found' })
    await zhang.hangsUp()
    const missed = await citizen(network, lost)
    await zhang.signsOut()
    await missed.dials('962000')
    await missed.hangsUp()
    await until(async () => (await found(lost)).calls.length === 1, { what: 'the lost call is found' })
    await clock.comes('10:00')
    const asked = await complainant.answers()
    await answers(stack, asked, '1', '1', '1')
    t.match(await callbackBecomes(stack, order.id, one => one.status === 'CONFIRMED'), { grade: 5 })
  })

  await t.test('at the end one key has all', async t => {
    await until(async () => {
      await clock.passes(30_000)
      return (await npmRunKeys('status')).includes('all moved at')
    }, { what: 'everything is moved', seconds: 120, everyMs: 1000 })
    const columns = await db.query<{ table: string, column: string }>(`
      select table_name as table, column_name as column from information_schema.columns
      where table_schema = 'public' and data_type = 'bytea' and table_name in (select relname from pg_class where relkind = 'r')
        and (column_name like '%\\_sealed' or column_name in ('number_hash', 'place_hash')) order by 1, 2`)
    const lived: string[] = []
    for (const { table, column } of columns) {
      const [row] = await db.query<{ there: number, left: number }>(`select count(${column})::int as there,
        (count(*) filter (where substring(${column} for 4) <> '${mark}'))::int as left from ${table}`)
      t.equal(row?.left, 0, `${table}.${column}`)
      if ((row?.there ?? 0) > 0) lived.push(table)
    }
    t.comment('with values', [...new Set(lived)].join(' '))
    for (const table of ['call', 'callback', 'dial_request', 'incident', 'incident_member', 'leg', 'request', 'work_order']) {
      t.ok(lived.includes(table), `there were values of ${table}`)
    }
    t.match(await found(home), { orders: { length: 1 }, calls: { length: 3 } })
    t.match((await (await as('8101')).get<{ complainant: object }>(`/api/work-orders/${order.id}`)).complainant, { name: '张阿姨' })
  })
})
