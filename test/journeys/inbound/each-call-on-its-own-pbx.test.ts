// Two real Asterisks, one service: who acts on a channel asks the PBX it is on, and what a PBX loses is its own alone.
import { appendFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { line } from '../../features/journal/journal-file.ts'
import { hears } from '../../harness/telephones/listening.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { agent, citizen } from '../../harness/stories/story.ts'

interface Call { id: string, state: string }

await t.test('two PBXs: each call is switched where it is, looked for where it is, and lost with its own alone', async t => {
  const stack = await startStack(t, { desks: ['8003'], moreNodes: ['pbx2'], settings: { QUEUE_SECONDS: '120' } })
  const { network, db, as, logins } = stack
  const [second] = stack.more
  if (!second) throw new Error('there is no second PBX')
  const desks = ['8031', '8004'].map(extension => ({ extension, password: logins.find(l => l.extension === extension)?.sipPassword ?? '' }))
  for (const { extension } of desks) await second.network.number(`desk${extension}`, 'ring')
  await second.network.desks(desks)
  const [zhang, wang, liu] = [agent(network, '8003'), agent(second.network, '8031'), agent(second.network, '8004')]
  const [here, there] = [await citizen(network, '13900001041'), await citizen(second.network, '13900001042')]
  const leader = await as('8031')
  const pathOf = async (node: string): Promise<string> => {
    const find = async (): Promise<Array<{ id: string }>> =>
      await db.query<{ id: string }>('select id from call where node = $1 and direction = \'inbound\'', [node])
    await until(async () => (await find()).length === 1, { what: `a call on ${node}` })
    return `/api/calls/${(await find())[0]?.id ?? ''}`
  }

  await zhang.signsIn()
  await until(async () => /8003.*paused/.test(await second.pbx.console('queue show hotline')),
    { what: 'the second PBX has the agent paused: it cannot ring this telephone' })
  await here.dials('962000')
  await zhang.answers()
  // Nobody is in the second PBX's queue: it rings the shift leader.
  await there.dials('962000')
  await wang.answers()
  const [first, other] = [await pathOf('pbx1'), await pathOf('pbx2')]
  for (const path of [first, other]) await leader.sees<Call>(path, call => call.state === 'talking')

  await leader.post(`${other}/transfer`, { to: { extension: '8004' } })
  await liu.answers()
  await liu.talks(550)
  t.ok(await hears(there.call(), 550), 'the citizen is put through on the same PBX')

  // Each PBX is asked of its own channels: one that is not there is found missing, those that live are not.
  for (const { pbx, node } of [{ pbx: stack.pbx, node: 'pbx1' }, { pbx: second.pbx, node: 'pbx2' }]) {
    appendFileSync(pbx.paths.journalFile, line({ event: 'CHAN_START', uniqueId: `${node}-1.1`, channel: 'PJSIP/trunk-0000ffff' }))
  }
  const lost = async (): Promise<string[]> =>
    (await db.query<{ id: string }>('select unique_id id from channel where lost order by unique_id')).map(channel => channel.id)
  await until(async () => (await lost()).length >= 2, { what: 'both are found missing', seconds: 40 })
  t.same(await lost(), ['pbx1-1.1', 'pbx2-1.1'], 'nobody who is on the line')

  await second.pbx.kill()
  await second.pbx.start()
  await leader.sees<Call>(other, call => call.state === 'ended')
  t.match(await leader.get<Call>(first), { state: 'talking' })
  const living = await db.query<{ node: string, count: number }>(
    'select node, count(*)::int count from channel where ended_at is null group by node')
  t.same(living, [{ node: 'pbx1', count: 2 }], 'the first PBX\'s channels live')
  await zhang.talks(440)
  t.ok(await hears(here.call(), 440), 'and they talk on')
  for (const [path, pbx] of [[first, stack.pbx], [other, second.pbx]] as const) {
    const [call] = await db.query<{ recording: string }>('select recording from call where id = $1', [path.split('/').at(-1)])
    const answer = await fetch(`${stack.service.address()}${path}/recording?reason=${encodeURIComponent('核对')}`,
      { headers: { cookie: leader.cookie() } })
    t.equal(answer.status, 200, 'its recording is heard')
    const kept = (): number => statSync(join(pbx.recordingsDir, call?.recording ?? '')).size
    const heard = (await answer.arrayBuffer()).byteLength
    t.ok(heard > 16_000 && heard <= kept(), 'from where it is')
  }
})
