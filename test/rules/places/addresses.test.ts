// What an agent types finds the place: by its name, its beginning, its letters, its sound, or with one character wrong.
import t from 'tap'
import { syllables } from '../../../src/domain/text/spelling.ts'
import { addresses, addressIndex, kindOfName, plain, type FindReason } from '../../../src/features/directory/rules/addresses.ts'

const towns = [{ id: 'T01', name: '莘庄镇' }, { id: 'T02', name: '七宝镇' }, { id: 'T05', name: '虹桥镇' }]
const names: Array<[string, string]> = [
  ['莘建东路', 'T01'], ['莘建路', 'T01'], ['莘建路小区', 'T01'], ['七莘路', 'T01'], ['七莘路', 'T02'], ['沪星路', 'T02'], ['虹桥路', 'T05'],
  ['银都五村', 'T01'], ['东苑居委会', 'T01'], ['老镇路', 'T99']
]
const index = addressIndex(names.map(([name, townId]) => (
  { name, townId, kind: kindOfName(name), longitude: null, latitude: null, pinyin: syllables(name).join(' ') })))
const find = (typed: string) => addresses(index, { text: typed, syllables: syllables(plain(typed)) }, towns)

const cases: Array<[typed: string, first: [text: string, town: string, why: FindReason] | null, what: string]> = [
  ['莘建东路198弄', ['莘建东路198弄', 'T01', 'named'], 'a name with a house number'],
  ['我在 莘建东路 路口', ['我在 莘建东路 路口', 'T01', 'named'], 'a name in a sentence stays as it was typed'],
  ['莘建路小区3号', ['莘建路小区3号', 'T01', 'named'], 'the longest name'],
  ['莘建', ['莘建路', 'T01', 'begins'], 'a beginning: the shorter name first'],
  ['星路', ['沪星路', 'T02', 'holds'], 'a part'],
  ['xjdl', ['莘建东路', 'T01', 'initials'], 'initials, as the district reads them'],
  ['XJDL198', ['莘建东路198', 'T01', 'initials'], 'initials with a number, in capitals'],
  ['ｘｊｄｌ', ['莘建东路', 'T01', 'initials'], 'full width'],
  ['xinjiandong', ['莘建东路', 'T01', 'pinyin'], 'the beginning of the reading'],
  ['新建东路198弄', ['莘建东路198弄', 'T01', 'sounds-alike'], 'another character of the same sound'],
  ['莘健东路198弄', ['莘建东路198弄', 'T01', 'sounds-alike'], 'the same in the middle'],
  ['莘达东路5号', ['莘建东路5号', 'T01', 'one-character'], 'one wrong character'],
  ['莘建西路', null, 'another side is another road'],
  ['银都六村', null, 'another number is another estate'],
  ['莘达西路', null, 'two wrong characters'],
  ['七宝的七莘路', ['七宝的七莘路', 'T02', 'named'], 'of a road through two towns the one that is said'],
  ['老镇路', null, 'a town that does not stand'],
  ['路', null, 'one character is not enough'],
  ['x', null, 'nor one letter'],
  ['%_\\', null, 'signs alone'],
  ['', null, 'nothing']
]
for (const [typed, first, what] of cases) {
  const [found] = find(typed)
  t.same(found ? [found.text, found.place.townId, found.why] : null, first, `${typed}: ${what}`)
}
t.same(find('莘建路小区').map(f => f.place.name), ['莘建路小区'], 'a name within a longer one that was said is not meant')
t.same(find('七莘路').map(f => f.place.townId), ['T01', 'T02'], 'a road through two towns is both')
t.equal(find('莘').length, 0)
t.equal(find('路'.repeat(4000)).length, 0, 'a long line is looked at in its first 40 characters')
t.same(['莘建东路', '银都五村', '东苑居委会', '莘庄公园'].map(kindOfName), ['road', 'committee', 'committee', 'estate'])
