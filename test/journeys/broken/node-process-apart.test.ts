// The node process by itself, the service without the right to open a folder of the PBX.
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import type { ApiClient } from '../../harness/api-client.ts'
import { lockedFolders } from '../../harness/servers/node-apart.ts'
import { asOrdinary } from '../../harness/servers/service.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { acceptedOrder, answers, callbackBecomes, storyClock } from '../../harness/stories/order-story.ts'
import { agent, citizen } from '../../harness/stories/story.ts'
import { hears } from '../../harness/telephones/listening.ts'

interface Call { id: string, state: string, endedBy: string | null, answeredBy: string | null, recorded: boolean }
interface Ready { parts: Array<{ name: string, state: string, detail?: unknown }> }

const only = process.getuid?.() === 0 ? {} : { skip: 'only root can take rights from the service' }

await t.test('a service that may open no file of the PBX: recordings, spoken sentences, and the journal after a kill', only, async t => {
  const stack = await startStack(t, { desks: ['8003'], nodeApart: true })
  const { network, pbx, as, db, node, service } = stack
  const clock = storyClock(stack)
  const zhang = agent(network, '8003')
  const [first, second, complainant] = [
    await citizen(network, '13900001301'), await citizen(network, '13900001302'), await citizen(network, '13900001303')
  ]
  for (const folder of lockedFolders(pbx)) {
    t.not(spawnSync(asOrdinary[0], [...asOrdinary.slice(1), 'ls', folder]).status, 0, 'what the service is cannot look into it')
  }
  const leader = await as('8031')
  /** `ok`, or what the part of the health says. */
  const health = async (name: string): Promise<unknown> => {
    const { parts } = await (await fetch(`${service.address()}/health/ready`)).json() as Ready
    const part = parts.find(p => p.name === name)
    return part?.state === 'ok' ? 'ok' : part?.detail
  }
  /** The whole recording of a call, as the console plays it. */
  const recording = async (by: ApiClient, callId: string): Promise<{ status: number, wav: Buffer }> => {
    const answer = await fetch(`${service.address()}/api/calls/${callId}/recording?reason=${encodeURIComponent('核对')}`,
      { headers: { cookie: by.cookie() } })
    return { status: answer.status, wav: Buffer.from(await answer.arrayBuffer()) }
  }
  const whole = ({ wav }: { wav: Buffer }): boolean =>
    wav.length > 16_000 && wav.readUInt32LE(4) === wav.length - 8 && wav.readUInt32LE(40) === wav.length - 44
  await until(async () => await health('nodes') === 'ok', { what: 'the node process has spoken' })

  await t.test('a call, and its recording', async t => {
    await zhang.signsIn()
    await first.dials('962000')
    await zhang.answers()
    await first.talks(440)
    await until(() => zhang.call().heard(440) > 0.3, { what: 'they talk' })
    const { items: [talking] } = await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound', l => l.items[0]?.state === 'talking')
    await until(async () => whole(await recording(leader, talking?.id ?? '')), { what: 'it is heard while it goes on' })
    await first.hangsUp()
    await zhang.call().isOver()
    await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound', list => list.items[0]?.state === 'ended')
    const heard = await recording(leader, talking?.id ?? '')
    t.ok(heard.status === 200 && whole(heard), `${heard.wav.length} bytes`)
  })

  await t.test('the node process is killed in mid-call: the call goes on, recording and journal are complete afterwards', async t => {
    await second.dials('962000')
    await zhang.answers(2)
    const { items: [talking] } = await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound', l => l.items[0]?.state === 'talking')
    await node?.kill()
    t.match((await recording(leader, talking?.id ?? '')).status, 503, 'nobody says that there is none')
    await second.talks(440)
    await zhang.talks(880)
    t.ok(await hears(zhang.call(), 440) && await hears(second.call(), 880), 'they hear each other')
    t.match(await until(async () => {
      const said = await health('nodes')
      return said !== 'ok' && said
    }, { what: 'its silence is told' }), /the node process of pbx1 is silent for \d+ s/)
    await second.hangsUp()
    await zhang.call().isOver()
    t.match(await db.query('select state from call where id = $1', [talking?.id]), [{ state: 'talking' }], 'nobody has read its end')

    await node?.start()
    await leader.sees<{ items: Call[] }>('/api/calls?direction=inbound', list => list.items[0]?.state === 'ended')
    t.match(await db.query('select answered_by, recorded, lost from call where id = $1', [talking?.id]),
      [{ answered_by: '8003', recorded: true, lost: false }])
    t.ok(whole(await recording(leader, talking?.id ?? '')), 'from the first word to the last')
    await until(async () => await health('nodes') === 'ok' && await health('journal') === 'ok', { what: 'all is well' })
  })

  await t.test('an emergency dial with the node process dead: they hear each other, and are on the roster afterwards', async t => {
    await node?.kill()
    const members = ['13900001304', '13900001305']
    for (const [i, number] of members.entries()) await network.number(number, `answer|wait 0.3|press 2|talk ${i === 0 ? 440 : 880}`)
    const coordinator = await as('coordinator 8201')
    const begun = Date.now()
    const { incidentId } = await coordinator.post<{ incidentId: string }>('/api/incidents', {
      members: members.map(number => ({ name: number, number })), title: '夜间演习', reason: '演习', mode: 'simultaneous'
    })
    const [one, two] = await Promise.all(members.map(async number => await network.rung(number)))
    t.ok(Date.now() - begun < 5000, `rung within ${Date.now() - begun} ms`)
    t.ok(one && two && await hears(one, 880) && await hears(two, 440), 'they hear each other')
    await node?.start()
    await coordinator.sees<{ members: Array<{ state: string }> }>(`/api/incidents/${incidentId}`,
      incident => incident.members.every(member => member.state === 'joined'))
    await coordinator.post(`/api/incidents/${incidentId}/end`, { reason: '演习结束' })
  })

  await t.test('a callback whose sentence was brought to the PBX', async t => {
    const { id: orderId } = await acceptedOrder(stack, complainant.number)
    await clock.comes('10:00', 1)
    const asked = await complainant.answers()
    const [said] = await db.query<{ name: string }>(
      'select script->\'variables\'->>\'LD_SAY\' name from dial_request where purpose = \'callback\'')
    t.match(said?.name, /^spoken\/[0-9a-f]{32}$/)
    t.ok(statSync(join(pbx.paths.soundsDir, `${said?.name ?? ''}.wav`)).size > 16_000, 'a sentence of a second at least')
    await answers(stack, asked, '1', '1', '1')
    const { id } = await callbackBecomes(stack, orderId, c => c.status === 'CONFIRMED')
    const officer = await as('8101')
    const answer = await fetch(`${service.address()}/api/callbacks/${id}/attempts/1/listen`, {
      method: 'POST',
      headers: { cookie: officer.cookie(), 'content-type': 'application/json' },
      body: JSON.stringify({ reason: '核对投诉人原话' })
    })
    const wav = Buffer.from(await answer.arrayBuffer())
    t.match({ status: answer.status, riff: wav.toString('latin1', 0, 4) }, { status: 200, riff: 'RIFF' })
  })
})
