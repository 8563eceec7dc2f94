// The desired state against what a PBX has: what is written, what is deleted, and for what the PBX is not ready.
import t from 'tap'
import { differences, filesToWrite, readersOf } from '../../../src/pbx/desired/rules/differences.ts'
import { lacksAfter, notReady, type Lack, type Standing } from '../../../src/pbx/desired/rules/standing.ts'

t.test('what makes the present entries the desired ones', async t => {
  type Pairs = Array<[string, string]>
  const table: Array<[name: string, desired: Pairs, present: Pairs, put: Pairs, surplus: string[]]> = [
    ['nothing is there, nothing should be', [], [], [], []],
    ['all is as it should be', [['1', 'a'], ['2', 'b']], [['2', 'b'], ['1', 'a']], [], []],
    ['an empty PBX', [['1', 'a'], ['2', 'b']], [], [['1', 'a'], ['2', 'b']], []],
    ['one is missing', [['1', 'a'], ['2', 'b']], [['1', 'a']], [['2', 'b']], []],
    ['one has another value', [['1', 'a']], [['1', 'x']], [['1', 'a']], []],
    ['one has no value', [['1', 'a']], [['1', '']], [['1', 'a']], []],
    ['one is too much', [['1', 'a']], [['1', 'a'], ['9', 'z']], [], ['9']],
    ['all is too much', [], [['1', 'a'], ['sub/key', 'b']], [], ['1', 'sub/key']],
    ['all at once', [['1', 'a'], ['2', 'b']], [['2', 'x'], ['3', 'c']], [['1', 'a'], ['2', 'b']], ['3']]
  ]
  for (const [name, desired, present, put, surplus] of table) {
    t.same(differences(new Map(desired), new Map(present)), { put, surplus }, name)
    t.same(differences(new Map(desired), new Map(present), false), { put, surplus: [] }, `${name}; not all could be read`)
  }
})

t.test('which files are written, and who reads them again', async t => {
  const files = [
    { name: 'agents.conf', content: 'a', readBy: 'pjsip' }, { name: 'numbers.conf', content: 'n', readBy: 'config' },
    { name: 'globals.conf', content: 'g', readBy: 'config' }
  ] as const
  const table: Array<[name: string, present: Record<string, string>, owed: string[], written: string[], readers: string[]]> = [
    ['all is as it should be', { 'agents.conf': 'a', 'numbers.conf': 'n', 'globals.conf': 'g' }, [], [], []],
    ['a PBX without files', {}, [], ['agents.conf', 'numbers.conf', 'globals.conf'], ['pjsip', 'config']],
    ['one differs', { 'agents.conf': 'a', 'numbers.conf': 'x', 'globals.conf': 'g' }, [], ['numbers.conf'], ['config']],
    ['one is empty', { 'agents.conf': '', 'numbers.conf': 'n', 'globals.conf': 'g' }, [], ['agents.conf'], ['pjsip']],
    ['written before, not read', { 'agents.conf': 'a', 'numbers.conf': 'n', 'globals.conf': 'g' }, ['config'], [], ['config']],
    ['both', { 'agents.conf': 'x', 'numbers.conf': 'n', 'globals.conf': 'g' }, ['config', 'other'], ['agents.conf'], ['pjsip', 'config']]
  ]
  for (const [name, present, owed, written, readers] of table) {
    const due = filesToWrite(files, new Map(Object.entries(present)))
    t.same(due.map(file => file.name), written, name)
    t.same(readersOf(['pjsip', 'config'] as const, new Set(owed), due), readers, `${name}: readers`)
  }
})

t.test('for what a PBX is not ready', async t => {
  const standing: Standing = { node: 'pbx2', revision: 12, lacks: [], late: [] }
  const refused = { section: 'notice', key: 'aa', why: 'pbx-refused' }
  const bad = (n: number): Lack => ({ section: 'agents', key: `files/agents/${n}`, why: 'a SIP password has at least 6 characters' })
  const table: Array<[name: string, standing: Partial<Standing>, words: string | null]> = [
    ['it has everything', {}, null],
    ['behind, and not for long', { revision: 3 }, null],
    ['behind', { late: ['notice', 'blocked'] }, 'pbx2: blocked, notice 12/15'],
    ['nothing was ever applied', { revision: null, late: ['files'] }, 'pbx2: files 0/15'],
    ['refused', { lacks: [refused] }, 'pbx2: notice: pbx-refused'],
    ['the same of two agents is said once', { lacks: [bad(1), bad(3)] }, 'pbx2: agents: a SIP password has at least 6 characters'],
    ['both', { late: ['blocked'], lacks: [refused] }, 'pbx2: blocked 12/15; notice: pbx-refused']
  ]
  for (const [name, given, words] of table) t.equal(notReady({ ...standing, ...given }, 15), words, name)
})

t.test('what is lacking after a further try', async t => {
  const [one, two, three] = ['1', '2', '3'].map(key => ({ section: 'blocked', key, why: 'pbx-refused' })) as [Lack, Lack, Lack]
  t.same(lacksAfter([one, two], [], []), [one, two], 'nothing was tried')
  t.same(lacksAfter([one, two], [one], []), [two], 'the try succeeded')
  t.same(lacksAfter([one, two], [one, three], [one, three]), [two, one, three], 'it failed again')
  t.same(lacksAfter([one], [{ section: 'notice', key: '1' }], []), [one], 'another section is another part')
})
