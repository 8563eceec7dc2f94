import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openKnowledge } from '../../src/edge/knowledge/knowledge.ts'
import { temporaryFolder } from '../harness/servers/run-folder.ts'

const nothing = {
  blocks: [], unlimited: [], limits: [], callsPerNumber: null, places: [], dutyLines: [], edges: 1, nodes: [], trunks: null
}

await t.test('which limit a number has: the edge\'s own setting, then its row, then its unit, then everybody\'s row', async t => {
  const folder = await temporaryFolder('edge-knowledge')
  const open = async () => await openKnowledge({
    folder, unlimited: ['centre'], callsPerNumber: 3, onBadFile: error => { throw error }
  })
  const knowledge = await open()
  t.equal(knowledge.limitOf(['anybody']), 3)
  await knowledge.learn({
    ...nothing,
    unlimited: ['unit', 'noisy unit'],
    limits: [{ number: 'noisy unit', calls: 5 }, { number: 'board', calls: null }, { number: 'centre', calls: 1 }],
    callsPerNumber: 2
  })
  const table = { anybody: 2, unit: null, 'noisy unit': 5, board: null, centre: null }
  const again = await open()
  for (const one of [knowledge, again]) {
    for (const [number, limit] of Object.entries(table)) t.equal(one.limitOf([number]), limit, number)
  }
})

await t.test('a conference goes before the wait of a citizen we cut off; a file of another version is written anew', async t => {
  const folder = await temporaryFolder('edge-knowledge')
  const file = join(folder, 'knowledge.json')
  writeFileSync(file, '{"blocks":[]}')
  let bad = 0
  const knowledge = await openKnowledge({ folder, unlimited: [], callsPerNumber: 3, onBadFile: () => { bad++ } })
  t.equal(bad, 1)
  await knowledge.learn({
    ...nothing,
    places: [
      { number: 'both', node: 'a', conference: true }, { number: 'both', node: 'b', conference: false },
      { number: 'cut off', node: 'b', conference: false }
    ]
  })
  t.same(knowledge.placeOf(['both']), { node: 'a', conference: true })
  t.same(knowledge.placeOf(['cut off']), { node: 'b', conference: false })
  t.equal(knowledge.placeOf(['anybody']), null)
  t.match(readFileSync(file, 'utf8'), /cut off/)
})
