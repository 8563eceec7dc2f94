import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { createAmiConnection } from '../../../src/pbx/ami/ami-connection.ts'
import { createLiveState, type LiveChange } from '../../../src/pbx/live-state.ts'
import { createSwitchboard } from '../../../src/pbx/switchboard.ts'
import { until } from '../../../src/servers/until.ts'
import { startTestPbx } from '../../harness/servers/pbx.ts'
import { temporaryFolder } from '../../harness/servers/run-folder.ts'

const pbx = await startTestPbx(t)
const { host, port, user } = pbx.config.ami
const ami = createAmiConnection({ host, port, user, secret: pbx.amiSecret })
const switchboard = createSwitchboard({ ami })
t.teardown(async () => { await ami.close() })
ami.start()
await ami.ready(10_000)

t.test('a line break in a value is refused, and nothing of it reaches the PBX', async t => {
  for (const value of ['x\r\nAction: DBPut\r\nFamily: forged\r\nKey: a\r\nVal: b', 'x\ny', 'x\ry', 'x\u0000y', '\u001b[2J']) {
    await t.rejects(ami.action('DBPut', { Family: 'notice', Key: 'prompt', Val: value }), { code: 'control-character' })
    await t.rejects(ami.action('Setvar', { Variable: { LD_SAY: value } }), { code: 'control-character' })
    await t.rejects(ami.action(`Ping${value}`), { code: 'control-character' })
    await t.rejects(ami.action('Ping', { [`X${value}`]: 'y' }), { code: /control-character|invalid-input/ })
  }
  t.match(await pbx.console('database show forged'), '0 results')
})

t.test('events without a listener are not assembled', async t => {
  const wanted = [...readFileSync('dialplans/manager.conf',
    'utf8').matchAll(/^disabledevents = (.*)$/gm)].flatMap(line => (line[1] ?? '').split(','))
  const said = /Disabled events: +(.*)/.exec(await pbx.console('manager show settings'))?.[1]?.trim().split(',') ?? []
  t.ok(said.length > 20)
  t.same(said, wanted, 'the PBX took all of them')
})

t.test('a field longer than the PBX reads is refused, not cut', async t => {
  await t.rejects(ami.action('DBPut', { Family: 'notice', Key: 'prompt', Val: 'x'.repeat(1000) }), { code: 'invalid-input' })
  await switchboard.dbPut('notice', 'prompt', 'x'.repeat(900))
  const kept = async (): Promise<string> => await pbx.console('database get notice prompt')
  t.equal(/Value: (x*)/.exec(await kept())?.[1]?.length, 900)
  await switchboard.dbDelete('notice', 'prompt')
  t.match(await kept(), 'not found')
})

t.test('a refusal of the PBX carries its reason', async t => {
  await t.rejects(ami.action('NoSuchThing'), { code: 'pbx-refused', details: { action: 'NoSuchThing' } })
  await t.rejects(ami.action('Command', { Command: 'core stop now' }), { code: 'pbx-refused' }, 'our user has no right to the console')
})

t.test('variables that would be read as something else are refused', async t => {
  const leg = {
    channelId: 'leg-x',
    to: { number: '13900001001', trunk: 'trunk', between: 'script' as const },
    context: 'hotline-leg' as const,
    ringSeconds: 5
  }
  for (const value of ['a,b', 'a"b', '$' + '{SHELL(id)}', 'a\\b', 'a(b']) {
    await t.rejects(switchboard.originate({ ...leg, variables: { LD_SAY: value } }), { code: 'invalid-input' })
  }
  await t.rejects(switchboard.originate({ ...leg, variables: { LD_SAY: 'x'.repeat(900) } }), { code: 'too-large' })
  for (const number of ['110', '+86110', '021119', '0086120']) {
    await t.rejects(
      switchboard.originate({ ...leg, to: { number, trunk: 'trunk', between: 'people' } }), { code: 'emergency-number-refused' })
  }
  for (const number of ['1390000@evil', 'Local/1', '', '1&2']) {
    await t.rejects(switchboard.originate({ ...leg, to: { number, trunk: 'trunk', between: 'people' } }), { code: 'invalid-input' })
  }
})

t.test('four hundred orders at once are all taken, and each is known by its own id', async t => {
  const answered = new Set<string>()
  const off = ami.on('event', event => { if (event.event === 'OriginateResponse') answered.add(event.uniqueid ?? '') })
  const began = Date.now()
  await Promise.all(Array.from(
    { length: 400 },
    async (_, i) => await switchboard.originate({
      channelId: `many-${i}`,
      to: { extension: '8999' },
      context: 'hotline-leg',
      ringSeconds: 5
    })
  ))
  t.ok(Date.now() - began < 5000)
  await until(() => answered.size === 400, { what: 'every order is answered', seconds: 30 })
  off()
})

t.test('signing in, pausing and out are the queue\'s, and doing it twice is no error', async t => {
  await switchboard.queueAdd('8003')
  await switchboard.queueAdd('8003')
  await switchboard.queuePause('8003', true, 'lunch')
  t.match((await switchboard.queueStatus()).members, [{ extension: '8003', paused: true, reason: 'lunch' }])
  await switchboard.queuePause('8003', false)
  t.match((await switchboard.queueStatus()).members, [{ extension: '8003', paused: false }])
  await switchboard.queueRemove('8003')
  await switchboard.queueRemove('8003')
  t.same((await switchboard.queueStatus()).members, [])
  await t.rejects(switchboard.queuePause('8003', false), { code: 'agent-not-signed-in' })
  await t.rejects(switchboard.queueLook('PJSIP/nobody-00000001'), { code: 'pbx-refused', details: { message: 'Channel not found' } },
    'the PBX knows how a citizen is woken, and this one has hung up')
})

t.test('two rooms are joined by a link that is an admin in both, and torn down with it', async t => {
  await switchboard.linkRooms('7000-1', '7000', 'link-1', null)
  const seats = async (): Promise<number> =>
    (await switchboard.roomMembers('7000')).length + (await switchboard.roomMembers('7000-1')).length
  await until(async () => await seats() === 2, { what: 'both rooms are there' })
  t.match(await switchboard.roomMembers('7000'), [{ uniqueId: 'link-1', admin: true }])
  t.match(await switchboard.roomMembers('7000-1'), [{ uniqueId: 'link-1b', admin: true }])
  t.equal((await switchboard.livingChannels()).length, 2)
  await switchboard.hangup('link-1')
  await until(async () => await seats() === 0, { what: 'both rooms are gone' })
  await t.resolves(switchboard.hangup('link-1'), 'hanging up what is gone is no error')
})

t.test('a PBX killed and started again: the link returns by itself, and what is live is read anew', async t => {
  await switchboard.queueAdd('8004')
  const live = createLiveState({ ami, switchboard, now: () => new Date() })
  const changes: LiveChange[] = []
  live.subscribe(change => { changes.push(change) })
  await until(() => live.agent('8004')?.signedIn === true, { what: 'the agent is known' })
  const before = await switchboard.coreStatus()
  // Asterisk commits its database once a second. A copy is read: a reader of the file itself could delay the commit.
  const copy = join(await temporaryFolder('astdb'), 'astdb.sqlite3')
  await until(() => {
    copyFileSync(join(pbx.paths.varDir, 'astdb.sqlite3'), copy)
    using onDisk = new DatabaseSync(copy)
    const rows = onDisk.prepare('select value from astdb where key like \'/Queue/PersistentMembers/%\'').all()
    return rows.some(row => String(row.value).includes('8004'))
  }, { what: 'the member of the queue is on the disk' })
  await pbx.kill()
  await until(() => !ami.isUp(), { what: 'the loss is noticed' })
  await t.rejects(switchboard.coreStatus(), { code: 'pbx-unavailable' })
  t.same(live.agents(), [], 'nothing is claimed that is not known')
  await pbx.start()
  await ami.ready(5000)
  await until(() => live.isLive() && live.agent('8004')?.signedIn === true, { what: 'the agent is still signed in' })
  t.same(changes.filter(c => c.kind === 'reset').map(c => c.live), [true, false, true])
  t.ok((await switchboard.coreStatus()).startedAt >= before.startedAt)
  live.close()
})

t.test('a late subscriber learns earlier reports: the trunk\'s address is silent', async t => {
  const first = createLiveState({ ami, switchboard, now: () => new Date() })
  first.watch(['trunk', 'no-such-trunk'])
  t.teardown(first.close)
  await until(() => first.trunks().get('trunk') === false, { what: 'the PBX has asked the carrier in vain' })
  const later = createLiveState({ ami, switchboard, now: () => new Date() })
  later.watch(['trunk', 'no-such-trunk'])
  t.teardown(later.close)
  await until(() => later.trunks().size > 0, { what: 'it was asked' })
  t.same([...later.trunks()], [['trunk', false]])
  const unasked = createLiveState({ ami, switchboard, now: () => new Date() })
  t.teardown(unasked.close)
  await until(() => unasked.isLive(), { what: 'all was read' })
  t.same([...unasked.trunks()], [])
  unasked.watch(['trunk'])
  await until(() => unasked.trunks().get('trunk') === false, { what: 'a trunk that is watched from now on is asked about at once' })
  unasked.watch([])
  t.same([...unasked.trunks()], [], 'and of one that is not, nothing is known')
})

t.test('a wrong password is never up, and says nothing to the PBX but its name', async t => {
  const wrong = createAmiConnection({ host, port, user, secret: 'wrong', loginMs: 500 })
  t.teardown(async () => { await wrong.close() })
  wrong.start()
  await t.rejects(wrong.ready(1500), { code: 'pbx-unavailable' })
})
