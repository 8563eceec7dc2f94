// What an agent types while the citizen talks finds the category first.
import t from 'tap'
import { readDistrict } from '../../../src/district/read-district.ts'
import { categoryScore } from '../../../src/features/directory/rules/category-search.ts'

const categories = readDistrict().categories.map(c => ({
  code: String(c.code),
  name: String(c.name),
  nameEn: String(c.name_en),
  className: String(c.class_name),
  classNameEn: String(c.class_name_en),
  searchWords: c.search_words ?? ''
}))

const cases: Array<[string, string | null]> = [
  ['井盖', '0101'], ['广场舞', '1203'], ['违建', '1001'], ['群租', '1002'], ['电梯困人', '0504'], ['楼下烧烤店油烟太大', '1201'], ['非法鉴定', '1106'],
  ['老板拖欠工资不给', '1501'], ['1602', '1602'], ['flood wall', '0501'], ['广场舞 音响', '1203'], ['煤气味', '1603'], ['ｘｙ', null], ['', null],
  ['   ', null]
]
for (const [typed, code] of cases) {
  const best = categories.map(c => ({ code: c.code, score: categoryScore(c, typed) })).filter(c => c.score > 0)
    .sort((a, b) => b.score - a.score || a.code.localeCompare(b.code))[0]
  t.equal(best?.code ?? null, code, `${typed} → ${code}`)
}
