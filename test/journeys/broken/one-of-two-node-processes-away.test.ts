// Two PBXs, and of one the node process, or the link, cannot be reached: what is spoken and put before the queue does not wait for it.
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { until } from '../../../src/servers/until.ts'
import { acceptedOrder, answers, callbackBecomes, storyClock } from '../../harness/stories/order-story.ts'
import { startStack } from '../../harness/servers/stack.ts'
import { citizen } from '../../harness/stories/story.ts'

interface Put { prompt: string, notYetOn: string[] }

await t.test('a callback goes by the PBX that has its sentence; a notice is accepted and follows where it is not yet', async t => {
  const stack = await startStack(t, { desks: [], moreNodes: ['pbx2'], relayed: true })
  const { pbx, as, more: [second], lines: [, other] } = stack
  if (!second || !other) throw new Error('there are two PBXs')
  const clock = storyClock(stack)
  const leader = await as('8031')
  const hasSentence = ({ paths }: typeof pbx, prompt: string): boolean => existsSync(join(paths.soundsDir, `${prompt}.wav`))
  const put = async (text: string): Promise<Put> =>
    await leader.put<Put>('/api/notice', { text, until: new Date(clock.now().getTime() + 3_600_000).toISOString() })

  await t.test('a callback', async t => {
    const complainant = await citizen(stack.network, '13900001091')
    const { id: orderId } = await acceptedOrder(stack, complainant.number)
    // Its disk takes no sentence.
    const folder = join(pbx.paths.soundsDir, 'spoken')
    writeFileSync(folder, '')
    await clock.comes('10:00', 1)
    await answers(stack, await complainant.answers(), '1', '1', '1')
    await callbackBecomes(stack, orderId, c => c.status === 'CONFIRMED')
    t.match(await stack.db.query('select node from leg'), [{ node: 'pbx2' }], 'the first of the two could not have played it')
    rmSync(folder)
    await until(async () => (await stack.db.query('select 1 from spoken_lack')).length === 0, { what: 'the other has it too', seconds: 30 })
  })

  await t.test('a notice whose sentence cannot be brought to one', async t => {
    other.door.cut()
    const { prompt, notYetOn } = await put('今晚八点起停水')
    t.same(notYetOn, ['pbx2'])
    t.ok(hasSentence(pbx, prompt) && !hasSentence(second.pbx, prompt))
    other.door.mend()
    await until(() => hasSentence(second.pbx, prompt), { what: 'it follows', seconds: 30 })
  })

  await t.test('a notice that one does not apply', async t => {
    other.ami.cut()
    const begun = Date.now()
    const { prompt, notYetOn } = await put('明早八点起停电')
    t.same(notYetOn, ['pbx2'])
    t.ok(Date.now() - begun < 6000, `answered after ${Date.now() - begun} ms`)
    t.match(await pbx.console('database show notice'), new RegExp(prompt))
    other.ami.mend()
    await until(async () => (await second.pbx.console('database show notice')).includes(prompt), { what: 'it follows', seconds: 30 })
  })
})
