// No spelling of a telephone number goes out in a text to a unit.
import t from 'tap'
import { hideNumbers } from '../../src/access/hide-numbers.ts'

const spellings = [
  '13900001001', '139 0000 1001', '139-0000-1001', '139－0000－1001', '139—0000—1001', '139–0000–1001', '139.0000.1001', '139·0000·1001', '139/0000/1001',
  '139  0000   1001', '139\u30000000\u30001001', '139\u00a00000\u00a01001', '139\u200b0000\u200b1001', '1\u200b3\u200b9\u200b0\u200b0\u200b0\u200b0\u200b1\u200b0\u200b0\u200b1',
  '１３９００００１００１', '一三九〇〇〇〇一〇〇一', '一三九零零零零一零零一', '壹叁玖零零零零壹零零壹', '幺三九洞洞洞洞幺洞洞幺', '139零零零零1001', '139OOOO1OO1',
  '①③⑨00001001', '1️⃣3️⃣9️⃣0️⃣0️⃣0️⃣0️⃣1️⃣0️⃣0️⃣1️⃣', '(139)00001001', '（139）0000（1001）', '+86 139 0000 1001', '+86-139-0000-1001', '0086 13900001001', '139_0000_1001', '139*0000*1001',
  '139、0000、1001', '139，0000，1001', '1 3 9 0 0 0 0 1 0 0 1', '021-50008001', '021 5000 8001', '5000-8001', '50008001', '400-820-1234', '١٣٩٠٠٠٠١٠٠١', '\u202a13900001001\u202c', '139\n0000\n1001'
]

t.test('hidden, however it is written', async t => {
  for (const spelling of spellings) {
    for (const text of [`请打${spelling}联系`, spelling, `沪星路${spelling}旁`]) {
      const left = hideNumbers(text)
      t.notMatch(left.replaceAll(/\P{N}/gu, ''), /\p{N}{5}/u, `${JSON.stringify(text)} → ${left}`)
      t.match(left, /\*\*\*/, JSON.stringify(text))
    }
  }
})

t.test('places and times stay readable', async t => {
  for (const text of ['沪星路1234弄56号789室', '七莘路3333号', '1号楼、2号楼、3号楼之间', '101、102、103室', '三三两两的人', '每天5点到7点', '二〇二六年十一月', 'G60与S20交叉口', '12345转来', '第三、四、五、六栋']) {
    t.equal(hideNumbers(text), text)
  }
})
