import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { startStack } from '../../harness/servers/stack.ts'

await t.test('the shift leader\'s notice is heard before the queue from the next caller on, ' +
  'ends by itself and can be taken back', async t => {
  const { network, pbx, as, db } = await startStack(t, { desks: [], settings: { QUEUE_SECONDS: '4' } })
  /** what is played to somebody this moment, until `seconds` have gone by */
  const hears = async (what: string, seconds: number): Promise<boolean> => {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await wait(100)) {
      if ((await pbx.console('core show channels concise')).includes(what)) return true
    }
    return false
  }
  const leader = await as('shift leader 8031')
  const began = Date.now()
  const notice = await leader.put<{ prompt: string, by: string }>('/api/notice',
    { text: '因台风影响，来电较多，积水和倒树已在处理，请耐心等候。', until: new Date(Date.now() + 3600_000).toISOString() })
  t.match(notice.prompt, /^spoken\//)
  const first = await network.dial({ from: '13800138001', to: '962000', script: 'wait 30' })
  t.ok(await hears(`Playback!${notice.prompt}`, 20), 'the next caller hears it')
  t.ok(Date.now() - began < 60_000, 'within a minute')
  await first.hangsUp()
  t.match((await leader.get<{ notice: { text: string } | null }>('/api/notice')).notice?.text, /台风/)
  t.equal((await db.query('select 1 from audit_entry where action = \'notice.set\' and actor = \'8031\'')).length, 1, 'its author is kept')

  const soon = Date.now() + 5000
  await leader.put('/api/notice', { text: '公告马上结束。', until: new Date(soon).toISOString() })
  await wait(soon + 1000 - Date.now())
  const late = await network.dial({ from: '13800138002', to: '962000', script: 'wait 30' })
  await late.isAnswered()
  t.notOk(await hears('Playback!spoken/', 4), 'it has ended by itself')
  await late.hangsUp()
  t.equal((await leader.get<{ notice: unknown }>('/api/notice')).notice, null)

  await leader.put('/api/notice', { text: '公告又来了，请耐心等候。', until: new Date(Date.now() + 3600_000).toISOString() })
  await leader.delete('/api/notice')
  const after = await network.dial({ from: '13800138003', to: '962000', script: 'wait 30' })
  await after.isAnswered()
  t.notOk(await hears('Playback!spoken/', 4), 'taken back, nobody hears it')
  await after.hangsUp()
  await t.rejects((await as('agent 8003')).put('/api/notice', { text: '话务员的话', until: new Date(Date.now() + 60_000).toISOString() }),
    'an agent puts none')
})
