// No text to a citizen carries a link, however it is spelt; figures, times and sentences are no links.
import t from 'tap'
import { hasLink, withoutLinks } from '../../../src/domain/telephone/text-message.ts'

const links = [
  'http://a.cn', 'HTTPS://A.CN', 'https:/\\\\a.cn', 'www.shmh.gov.cn', 'bit.ly/3xYz', 't.cn/A6', 'bit.ly', 'dwz.vip', 'a.xyz',
  'abc.shop?x=1', 'xn--fiqs8s.com', 'a.xn--fiqs8s', 'ｂｉｔ．ｌｙ／ａ', 'bit。ly/a', 'bit｡ly', 'b\u200Bit.ly', 'bit\u2024ly', 'bit.\u200Bly',
  '𝐛𝐢𝐭.𝐥𝐲', 'bіt.ly', 'münchen.de', '例子.中国', '查询.公司/a', '政务.网址', '1.2.3.4', '1.2.3.4:8080/x', '１．２．３．４', 'http://0x7f000001',
  'http://2130706433/', 'http://[::1]/', 'localhost:9620/x', 'a.cn:8080', 'weixin://dl/business', 'weixin:dl', 'alipays://platformapi',
  'taobao://x', 'mailto:a@b.cn', 'someone@b.cn', 'javascript:alert', 'intent://x', 'tel:10086', 'ftp://x', 'bit.ly诈骗', '看t.cn吧'
]
const none = [
  '您反映的工单20261121-000123情况较复杂，办理时限延长至11月28日09:00，敬请谅解。', '回复1解决、2部分解决、3未解决', '长3.5米，宽2.0米', '2026.11.28', '3.5km', '上午9:30至11:30',
  '电话021-50008001', '1.现场已清理。2.已约谈店主。', '七宝镇（T02）', 'PM2.5超标', '第1.2.3条', 'A座12楼', 'No.5', 'U.S.A', '5G信号', '见公告。谢谢', '申请已受理。OK', '比例1:2',
  '24小时内', '版本1.2.3', 'PIN 123456', '会议号：8888', '他说：好', '网址见公告', '。com'
]

t.test('links', async t => {
  for (const link of links) {
    for (const text of [link, `请点击${link}`, `请点击 ${link} 办理`, `（${link}）`]) t.ok(hasLink(text), text)
    t.notOk(hasLink(withoutLinks(`请点击 ${link} 办理`)), `taken out: ${withoutLinks(`请点击 ${link} 办理`)}`)
    t.match(withoutLinks(`请点击 ${link} 办理`), /^请点击 .*\[网址略\].* 办理$/)
  }
})

t.test('no links', async t => {
  for (const text of none) {
    t.notOk(hasLink(text), text)
    t.equal(withoutLinks(text), text, 'unchanged')
  }
})
