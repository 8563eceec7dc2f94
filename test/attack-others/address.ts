import { addresses, addressIndex, plain } from '../../src/features/directory/rules/addresses.ts'
import { syllables } from '../../src/domain/text/spelling.ts'
const names = ['莘建东路', '莘建东路小区', '都市路', '沪星路', '沁春园']
const index = addressIndex(names.map(name => ({ name, townId: 'T01', kind: 'road' as const, longitude: null, latitude: null, pinyin: syllables(name).join(' ') })))
for (const text of ['莘健东路88弄12-301室', 'xjdl 88弄12-301室', 'xjdl88弄3#楼1.5层', '新建东路10/12号', '莘建动路 (近都市路口) 12-5号', 'xjdl 100弄5号楼二单元六楼602室靠近小区北门垃圾房旁边的配电箱后面，找王阿姨，电话她知道在哪里并且晚上六点以后才有人', '沁春圆三村12-301室']) {
  console.log(text, '=>', addresses(index, { text, syllables: syllables(plain(text)) }, [{ id: 'T01', name: '莘庄镇' }], 2).map(a => `${a.why}: ${a.text}`))
}
